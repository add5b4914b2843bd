//! Settings with their sources, and what changes at once.

use serde_json::json;
use telemetry::{SamplingPolicy, SamplingRule};
use telemetry_runtime as telemetry;

use crate::support::{Ask, entry, sampling, service};

#[tokio::test]
async fn effective_values_have_a_source_and_a_default() {
    service();
    let answer = Ask::get("/telemetry/api/settings").json().await;
    let settings = &answer["settings"];
    let traces = entry(settings, "key", "web.dashboard.traces");
    assert_eq!((&traces["value"], &traces["default"]), (&json!("50"), &json!("500")));
    assert!(traces["source"].as_str().is_some_and(|source| source.starts_with("yaml:")), "{traces}");
    assert_eq!(entry(settings, "key", "tracing.enabled")["source"], "default");
    assert_eq!(entry(settings, "key", "web.token")["value"], "****");
    assert_eq!(entry(settings, "key", "metrics.push_gateway.endpoint")["value"], "(set)");
    assert_eq!(entry(settings, "key", "exporters[0].otlp.endpoint")["value"], "(set)");
}

#[tokio::test]
async fn the_ratio_changes_at_once_and_rules_stay() {
    let _only = sampling().await;
    let telemetry = &service().telemetry;
    let policy = SamplingPolicy::new(1.0).rule(SamplingRule::new(0.5).operation("ruled"));
    telemetry.set_sampling(policy).expect("a policy");
    let live = Ask::post("/telemetry/api/settings", &json!({ "sampling_ratio": 0.25 })).json().await;
    assert_eq!(live["sampling_ratio"], 0.25);
    let expected = SamplingPolicy::new(0.25).rule(SamplingRule::new(0.5).operation("ruled"));
    assert_eq!(telemetry.sampling(), Some(expected));
    assert_eq!(Ask::get("/telemetry/api/settings").json().await["live"]["sampling_ratio"], 0.25);
    telemetry.set_sampling(SamplingPolicy::new(1.0)).expect("a policy");
}

#[tokio::test]
async fn the_log_level_changes_at_once() {
    let _only = sampling().await;
    service();
    assert!(!tracing::enabled!(target: "page_levels", tracing::Level::DEBUG));
    let live = Ask::post("/telemetry/api/settings", &json!({ "log_level": "debug" })).json().await;
    assert_eq!(live["log_level"], "debug");
    assert!(tracing::enabled!(target: "page_levels", tracing::Level::DEBUG));
    let live = Ask::post("/telemetry/api/settings", &json!({ "log_level": "info" })).json().await;
    assert_eq!(live["log_level"], "info");
    assert!(!tracing::enabled!(target: "page_levels", tracing::Level::DEBUG));
}
