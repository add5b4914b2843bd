//! What alerts say, as the page shows it.

use serde_json::{Value, json};
use telemetry_runtime as telemetry;

use crate::support::{Ask, entry, service, until};

#[tokio::test]
async fn a_rule_that_fires_is_shown_with_its_value_and_who_was_told() {
    service();
    let queue = telemetry::Metrics::new("page", "alerts").gauge("depth", "Things that wait.", []);
    queue.with([]).set(3.0);
    let path = "/telemetry/api/alerts";
    let alerts = Ask::get(path).json().await;
    assert_eq!(alerts["enabled"], true);
    let rule = |alerts: &Value| entry(&alerts["rules"], "name", "deep").clone();
    assert_eq!((&rule(&alerts)["state"], &rule(&alerts)["since"]), (&json!("inactive"), &Value::Null));
    queue.with([]).set(30.0);
    let alerts = until("the alert", path, |alerts| rule(alerts)["state"] == "firing").await;
    let fired = rule(&alerts);
    assert_eq!(
        (&fired["severity"], &fired["value"], &fired["threshold"]),
        (&json!("critical"), &json!(30.0), &json!(10.0))
    );
    assert!(fired["since"].is_number() && fired["message"].is_string(), "{fired}");
    let event = entry(&alerts["history"], "name", "deep");
    assert_eq!((&event["event"], &event["value"]), (&json!("fired"), &json!(30.0)));
    let overview = Ask::get("/telemetry/api/overview").json().await;
    assert_eq!(overview["alerts_firing"], 1);
    until("the delivery", path, |alerts| {
        entry(&alerts["handlers"], "name", "log")["delivered"].as_u64() >= Some(1)
    })
    .await;
}
