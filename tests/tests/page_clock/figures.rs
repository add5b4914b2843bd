//! The figures of the page are those of `/metrics`, and rates are those of the last minute.

use serde_json::{Value, json};
use telemetry::Operation;
use telemetry_runtime as telemetry;

use crate::support::{Service, service};

/// Makes calls that take so long, and fail or not.
fn call(service: &Service, name: &str, seconds: f64, fails: bool) {
    let operation = Operation::new("figures", name);
    let result: Result<(), std::num::ParseIntError> = operation.run(|| {
        service.advance(seconds);
        if fails { "x".parse::<u8>().map(drop) } else { Ok(()) }
    });
    assert_eq!(result.is_err(), fails);
}

/// The sum of a metric's series of an operation that have all of `labels`.
fn metric(text: &str, family: &str, name: &str, labels: &[&str]) -> f64 {
    let own = [r#"provider="figures""#.to_owned(), format!(r#"operation="{name}""#)];
    let series = text.lines().filter(|line| {
        line.starts_with(&format!("{family}{{"))
            && own.iter().all(|label| line.contains(label))
            && labels.iter().all(|label| line.contains(label))
    });
    series.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

#[tokio::test]
async fn totals_are_those_of_metrics() {
    let service = service();
    for _ in 0..7 {
        call(&service, "totals", 0.02, false);
    }
    for _ in 0..3 {
        call(&service, "totals", 0.2, true);
    }
    drop(Operation::new("figures", "totals").start());
    let row = service.row("figures.totals").await;
    let text = service.get("/metrics").await;
    let all = metric(&text, "adapter_requests_total", "totals", &[]);
    let of =
        |status: &str| metric(&text, "adapter_requests_total", "totals", &[&format!(r#"status="{status}""#)]);
    assert_eq!((row["calls"].as_f64(), all), (Some(all), 11.0));
    assert_eq!((row["cancelled"].as_f64(), row["panicked"].as_f64()), (Some(of("cancelled")), Some(0.0)));
    assert_eq!(row["rejected"].as_f64(), Some(of("rejected")));
    let errors: f64 = row["errors"].as_object().expect("an object").values().filter_map(Value::as_f64).sum();
    assert_eq!((errors, errors), (of("error"), metric(&text, "adapter_errors_total", "totals", &[])));
    assert_eq!(row["errors"], json!({ "parse_int": 3 }));
    assert_eq!(row["active"], 0);
}

#[tokio::test]
async fn rates_and_quantiles_are_those_of_the_last_minute() {
    let service = service();
    call(&service, "window", 3.0, true);
    service.advance(600.0);
    assert_eq!(service.row("figures.window").await["rate"], 0.0, "nobody looked before");
    for _ in 0..8 {
        call(&service, "window", 0.25, false);
    }
    for _ in 0..2 {
        call(&service, "window", 1.0, true);
    }
    let row = service.row("figures.window").await;
    assert_eq!((&row["rate"], &row["calls"]), (&json!(2.5), &json!(11)), "ten calls in four seconds");
    assert_eq!((&row["success_rate"], &row["error_rate"]), (&json!(0.8), &json!(0.2)));
    // Of the bucket from 0.1 to 0.25, in which eight of ten lie, and of that from 0.75 to 1.
    assert_eq!((&row["p50"], &row["p95"]), (&json!(0.1 + 0.15 * 5.0 / 8.0), &json!(0.75 + 0.25 * 1.5 / 2.0)));
    assert_eq!(row["spark"], json!([2.5]));
    let detail = service.json("/telemetry/api/operations/figures.window").await;
    let histogram: Vec<u64> = serde_json::from_value(detail["histogram"].clone()).expect("counts");
    assert_eq!((histogram[6], histogram[9], histogram.iter().sum::<u64>()), (8, 2, 10), "{histogram:?}");
    assert_eq!(detail["heatmap"]["columns"], json!([histogram]));

    service.advance(30.0);
    let row = service.row("figures.window").await;
    assert_eq!(
        row["rate"].as_f64().map(|rate| (rate * 34.0).round()),
        Some(10.0),
        "ten calls in 34 s: {row}"
    );
    service.advance(61.0);
    let row = service.row("figures.window").await;
    assert_eq!((&row["rate"], &row["p50"], &row["success_rate"]), (&json!(0.0), &Value::Null, &Value::Null));
    assert_eq!(row["calls"], 11, "totals stay");
}

#[tokio::test]
async fn requests_are_listed_by_route() {
    let service = service();
    for number in 0..3 {
        service.get(&format!("/orders/{number}")).await;
    }
    let overview = service.json("/telemetry/api/overview").await;
    let rows = overview["http"].as_array().expect("a list");
    let row = rows.iter().find(|row| row["path"] == "/orders/{id}").expect("the route");
    assert_eq!((&row["method"], &row["errors"]), (&json!("GET"), &json!(0)));
    let text = service.get("/metrics").await;
    let line = text
        .lines()
        .find(|line| line.starts_with("app_request_count_total{") && line.contains(r#"path="/orders/{id}""#));
    let count = line.and_then(|line| line.rsplit(' ').next()).expect("the series");
    assert_eq!(row["calls"].to_string(), count);
    assert!(rows.iter().all(|row| !row["path"].as_str().expect("text").starts_with("/telemetry")));
}

#[telemetry::measure("figures", name = "objective", slo(latency = "250ms", target = 99.0))]
fn objective(service: &Service, seconds: f64) {
    service.advance(seconds);
}

#[tokio::test]
async fn an_objective_burns_as_fast_as_calls_are_bad() {
    let service = service();
    objective(&service, 0.1);
    service.advance(7200.0);
    let slo = service.row("figures.objective").await["slo"].clone();
    assert_eq!((&slo["latency"], &slo["target"]), (&json!(0.25), &json!(99.0)));
    assert_eq!((&slo["burn_5m"], &slo["burn_1h"]), (&Value::Null, &Value::Null), "nobody looked before");
    for _ in 0..95 {
        objective(&service, 0.2);
    }
    for _ in 0..5 {
        objective(&service, 0.9);
    }
    let burn = |row: Value, key: &str| row["slo"][key].as_f64().map(|burn| (burn * 1000.0).round() / 1000.0);
    assert_eq!(burn(service.row("figures.objective").await, "burn_5m"), Some(5.0), "5 % bad, 1 % allowed");
    service.advance(600.0);
    service.row("figures.objective").await;
    service.advance(10.0);
    let row = service.row("figures.objective").await;
    assert_eq!((burn(row.clone(), "burn_5m"), burn(row, "burn_1h")), (None, Some(5.0)));
}
