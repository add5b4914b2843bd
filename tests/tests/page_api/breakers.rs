//! Breakers tell what they did, and do what they are told.

use serde_json::{Value, json};
use telemetry::{BreakerConfig, CircuitBreaker};
use telemetry_runtime as telemetry;

use crate::support::{Ask, entry, service};

async fn breaker(name: &str) -> Value {
    entry(&Ask::get("/telemetry/api/breakers").json().await, "name", name).clone()
}

async fn order(name: &str, order: &str) -> Value {
    Ask::post(format!("/telemetry/api/breakers/{name}"), &json!({ "order": order })).json().await
}

#[tokio::test]
async fn a_breaker_shows_its_window_and_its_changes() {
    service();
    let config = BreakerConfig { minimum_calls: 4, ..BreakerConfig::default() };
    let own = CircuitBreaker::new("page.window", config);
    own.acquire().expect("closed").success();
    own.acquire().expect("closed").failure();
    let row = breaker("page.window").await;
    assert_eq!((&row["state"], &row["calls"], &row["failures"]), (&json!("closed"), &json!(2), &json!(1)));
    assert_eq!((&row["failure_rate"], &row["minimum_calls"]), (&json!(0.5), &json!(4)));
    assert_eq!(
        (&row["window"], &row["since"], &row["retry_after"]),
        (&json!(30.0), &Value::Null, &Value::Null)
    );
    for _ in 0..2 {
        own.acquire().expect("closed").failure();
    }
    assert!(own.acquire().is_err());
    let row = breaker("page.window").await;
    assert_eq!((&row["state"], &row["rejected"]), (&json!("open"), &json!(1)));
    assert!(row["retry_after"].as_f64().is_some_and(|wait| (0.0..=31.0).contains(&wait)), "{row}");
    let change = &row["timeline"][0];
    assert_eq!((&change["from"], &change["to"]), (&json!("closed"), &json!("open")));
    assert_eq!(change["at"], row["since"]);
}

#[tokio::test]
async fn orders_are_followed_and_remembered() {
    service();
    let own = CircuitBreaker::named("page.orders");
    let states =
        [("force_open", "forced_open"), ("disable", "disabled"), ("close", "closed"), ("reset", "closed")];
    for (word, state) in states {
        let row = order("page.orders", word).await;
        assert_eq!((&row["state"], own.state().as_str()), (&json!(state), state), "{word}");
    }
    let row = breaker("page.orders").await;
    let changes = row["timeline"].as_array().expect("a list").iter().map(|change| change["to"].clone());
    assert_eq!(changes.collect::<Vec<_>>(), ["forced_open", "disabled", "closed"]);
    let page =
        Ask::post("/telemetry/api/breakers/page.orders", &json!({ "order": "explode" })).answer().await;
    assert!(page.status.is_client_error() && page.body.contains("force_open"), "{}", page.body);
    assert_eq!(own.state().as_str(), "closed");
}
