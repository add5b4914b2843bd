//! Traces are found, and shown with all that belongs to them.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use telemetry::{TelemetryFutureExt, span};
use telemetry_runtime as telemetry;
use tower::ServiceExt;

use crate::support::{Ask, entry, sampling, service, traces_of, until};

#[derive(Debug, telemetry::ErrorType)]
enum StockError {
    SoldOut,
}

impl std::fmt::Display for StockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<script>alert(1)</script> is sold out")
    }
}

impl std::error::Error for StockError {}

struct Stock;

#[telemetry::instrument_adapter("stock")]
impl Stock {
    #[telemetry(fields(number))]
    fn take(&self, number: u32) -> Result<u32, StockError> {
        tracing::info!(number, "looking");
        span("stock.count").start().add_event("counted", &[]);
        if number == 0 { Err(StockError::SoldOut) } else { Ok(number) }
    }
}

async fn detail(trace: &Value) -> Value {
    Ask::get(format!("/telemetry/api/traces/{}", trace["trace_id"].as_str().expect("an id"))).json().await
}

#[tokio::test]
async fn a_trace_has_its_spans_events_and_log_records() {
    let _all = sampling().await;
    service();
    let _ = Stock.take(0);
    let traces = traces_of("stock.take", 1).await;
    let trace = &traces[0];
    assert_eq!((&trace["root"], &trace["status"]), (&json!("stock.take"), &json!("error")));
    assert_eq!((&trace["provider"], &trace["operation"]), (&json!("stock"), &json!("take")));
    assert_eq!(
        (&trace["spans"], &trace["errors"], &trace["service"]),
        (&json!(2), &json!(1), &json!("shop"))
    );

    let detail = detail(trace).await;
    assert_eq!((&detail["trace_id"], &detail["complete"]), (&trace["trace_id"], &json!(true)));
    let (root, child) =
        (entry(&detail["spans"], "name", "stock.take"), entry(&detail["spans"], "name", "stock.count"));
    assert_eq!((&root["parent_id"], &child["parent_id"]), (&Value::Null, &root["span_id"]));
    assert_eq!((&root["kind"], &root["status"]), (&json!("client"), &json!("error")));
    assert_eq!(root["status_message"], "<script>alert(1)</script> is sold out");
    let attributes = root["attributes"].as_array().expect("pairs");
    for pair in [json!(["number", 0]), json!(["error.type", "sold_out"]), json!(["provider", "stock"])] {
        assert!(attributes.contains(&pair), "{pair} in {attributes:?}");
    }
    assert_eq!(
        entry(&root["events"], "name", "exception")["attributes"][0],
        json!(["exception.type", "sold_out"])
    );
    assert_eq!(child["events"][0]["name"], "counted");
    let looking = entry(&detail["logs"], "message", "looking");
    assert_eq!((&looking["level"], &looking["span_id"]), (&json!("info"), &root["span_id"]));
    assert_eq!(looking["attributes"], json!([["number", 0], ["provider", "stock"], ["operation", "take"]]));
    let failed = entry(&detail["logs"], "target", "telemetry");
    assert_eq!(failed["message"], "stock.take failed");
}

#[tokio::test]
async fn an_operation_knows_its_errors_and_its_slowest_traces() {
    let _all = sampling().await;
    service();
    assert!(Stock.take(3).is_ok() && Stock.take(0).is_err());
    let path = "/telemetry/api/operations/stock.take";
    let detail = until("the error", path, |detail| !detail["recent_errors"][0]["trace_id"].is_null()).await;
    let error = &detail["recent_errors"][0];
    assert_eq!(
        (&error["error_type"], &error["message"]),
        (&json!("sold_out"), &json!("<script>alert(1)</script> is sold out"))
    );
    let found = Ask::get(format!("/telemetry/api/traces/{}", error["trace_id"].as_str().expect("an id")))
        .json()
        .await;
    entry(&found["spans"], "name", "stock.take");
    let ids: Vec<&Value> =
        detail["recent_errors"].as_array().expect("a list").iter().map(|error| &error["at"]).collect();
    assert!(ids.windows(2).all(|pair| pair[0].as_f64() >= pair[1].as_f64()), "newest first: {ids:?}");
    assert!(!detail["slowest"].as_array().expect("a list").is_empty());
    assert_eq!(detail["function"], "Stock::take");
    assert!(detail["file"].as_str().is_some_and(|file| file.ends_with("traces.rs")), "{detail}");
    let buckets = detail["buckets"].as_array().expect("bounds").len();
    assert_eq!(detail["histogram"].as_array().map(Vec::len), Some(buckets + 1));
    assert_eq!(detail["slow_threshold"], 1.0);
}

#[tokio::test]
async fn traces_are_found_by_what_they_are() {
    let _all = sampling().await;
    service();
    let inner = async { tokio::time::sleep(Duration::from_millis(30)).await };
    inner.in_span(span("search.long").start()).await;
    drop(span("search.short").start());
    let long = traces_of("search.long", 1).await[0].clone();
    traces_of("search.short", 1).await;
    let found = |query: &str| {
        let path = format!("/telemetry/api/traces?{query}");
        async move {
            let list = Ask::get(path).json().await;
            let names = list["traces"].as_array().expect("a list").iter();
            names.map(|trace| trace["root"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("operation=search.long&min_duration=0.02").await, ["search.long"]);
    assert!(found("operation=search.short&min_duration=60").await.is_empty());
    assert!(found("operation=search.short&status=error").await.is_empty());
    assert_eq!(found("operation=search.short&status=ok").await, ["search.short"]);
    let id = long["trace_id"].as_str().expect("an id");
    assert_eq!(found(&format!("id={}", id[..8].to_uppercase())).await, ["search.long"]);
    assert_eq!(found("limit=1").await.len(), 1);
    assert!(found("operation=search").await.is_empty(), "a name is a whole one");
}

#[tokio::test]
async fn no_more_traces_are_kept_than_was_asked_for() {
    let _all = sampling().await;
    service();
    for _ in 0..200 {
        drop(span("flood.one").start());
    }
    drop(span("flood.last").start());
    traces_of("flood.last", 1).await;
    let list = Ask::get("/telemetry/api/traces?limit=500").json().await;
    assert_eq!((&list["kept"], &list["capacity"]), (&json!(50), &json!(50)));
    assert_eq!(list["traces"].as_array().map(Vec::len), Some(50));
}

#[tokio::test]
async fn a_request_from_elsewhere_goes_on_with_its_trace() {
    let _all = sampling().await;
    let id = "0af7651916cd43dd8448eb211c80319c";
    let request = Ask::get("/orders/7").header("traceparent", format!("00-{id}-b7ad6b7169203331-01"));
    let response = service().app.clone().oneshot(request.request()).await.expect("infallible");
    assert_eq!(response.status(), StatusCode::OK);
    drop(axum::body::to_bytes(response.into_body(), 1000).await);
    let path = format!("/telemetry/api/traces?id={id}");
    let list =
        until("the trace", &path, |list| list["traces"].as_array().is_some_and(|all| !all.is_empty())).await;
    assert_eq!(
        (&list["traces"][0]["trace_id"], &list["traces"][0]["root"]),
        (&json!(id), &json!("GET /orders/{id}"))
    );
    let detail = detail(&list["traces"][0]).await;
    assert_eq!(detail["spans"][0]["parent_id"], "b7ad6b7169203331");
    assert_eq!(detail["complete"], true);
}

#[tokio::test]
async fn calls_of_others_are_lines_of_the_map() {
    let _all = sampling().await;
    service();
    let call =
        span("GET").kind(telemetry::Kind::Client).attribute("server.address", "edge-of-the-map").start();
    drop(call);
    traces_of("GET", 1).await;
    let overview = Ask::get("/telemetry/api/overview").json().await;
    let edge = entry(&overview["edges"], "to", "edge-of-the-map");
    assert_eq!((&edge["from"], &edge["sampled"]), (&json!("shop"), &json!(true)));
    assert!(edge["rate"].as_f64().is_some_and(|rate| rate > 0.0), "{edge}");
}
