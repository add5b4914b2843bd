//! The next calls, or the next error, are recorded whatever the ratio.

use std::time::Duration;

use serde_json::{Value, json};
use telemetry::{SamplingPolicy, TelemetryFutureExt, span};
use telemetry_runtime as telemetry;
use telemetry_tests::until;

use crate::support::{Ask, sampling, service, traces_of};

#[derive(Debug, telemetry::ErrorType)]
enum Wrong {
    Odd,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("odd")
    }
}

impl std::error::Error for Wrong {}

#[telemetry::instrument("wanted", name = "calls")]
fn calls() {}

#[telemetry::instrument("wanted", name = "some")]
fn some() {}

#[telemetry::instrument("wanted", name = "bystander")]
fn bystander() {}

#[telemetry::instrument("wanted", name = "errors")]
fn errors(number: u32) -> Result<u32, Wrong> {
    if number % 2 == 1 { Err(Wrong::Odd) } else { Ok(number) }
}

#[telemetry::instrument("wanted", name = "other")]
fn other() {}

#[telemetry::instrument("wanted", name = "never", sample = never)]
fn never() {}

#[telemetry::instrument("wanted", name = "seldom", sample = 0.000001)]
fn seldom() {}

#[telemetry::instrument("wanted", name = "given_up")]
fn given_up() {}

async fn order(id: &str, order: &Value) -> Value {
    Ask::post(format!("/telemetry/api/operations/{id}/record"), order).json().await["recording"].clone()
}

async fn left(id: &str) -> Value {
    Ask::get(format!("/telemetry/api/operations/{id}")).json().await["recording"].clone()
}

/// Nothing is sampled while `work` runs.
async fn unsampled<F: Future<Output = ()>>(work: impl FnOnce() -> F) {
    let _only = sampling().await;
    let telemetry = &service().telemetry;
    telemetry.set_sampling(SamplingPolicy::new(0.0)).expect("a share");
    work().await;
    telemetry.set_sampling(SamplingPolicy::new(1.0)).expect("a share");
}

async fn count(span_name: &str) -> usize {
    let path = format!("/telemetry/api/traces?limit=500&operation={span_name}");
    Ask::get(path).json().await["traces"].as_array().expect("a list").len()
}

#[tokio::test]
async fn so_many_calls_and_no_more() {
    unsampled(|| async {
        some();
        assert_eq!(
            order("wanted.some", &json!({ "calls": 3 })).await,
            json!({ "calls_left": 3, "errors_left": 0 })
        );
        for _ in 0..10 {
            some();
            bystander();
        }
        assert_eq!(traces_of("wanted.some", 3).await.as_array().map(Vec::len), Some(3));
        assert_eq!(left("wanted.some").await, json!({ "calls_left": 0, "errors_left": 0 }));
        assert_eq!(count("wanted.bystander").await, 0, "nobody asked for the others");
        // What is not sampled is not even recorded any more.
        until("the end of the recording", || !span("probe").start().is_recording());
    })
    .await;
}

#[tokio::test]
async fn the_trace_of_the_next_error_is_kept_whole() {
    unsampled(|| async {
        assert_eq!(
            order("wanted.errors", &json!({ "errors": 1 })).await,
            json!({ "calls_left": 0, "errors_left": 1 })
        );
        for number in [2, 4, 1, 3] {
            async { errors(number).ok() }.in_span(span("around").start()).await;
        }
        let traces = traces_of("wanted.errors", 1).await;
        assert_eq!(traces.as_array().map(Vec::len), Some(1), "{traces}");
        assert_eq!((&traces[0]["root"], &traces[0]["errors"]), (&json!("around"), &json!(1)));
        assert_eq!(left("wanted.errors").await["errors_left"], 0);
    })
    .await;
}

#[tokio::test]
async fn an_own_share_and_an_unsampled_caller_do_not_keep_calls_away() {
    unsampled(|| async {
        order("wanted.seldom", &json!({ "calls": 1 })).await;
        seldom();
        traces_of("wanted.seldom", 1).await;

        order("wanted.calls", &json!({ "calls": 1 })).await;
        let before = count("wanted.calls").await;
        let mut headers = http::HeaderMap::new();
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
        headers.insert("traceparent", parent.parse().expect("a header"));
        async { calls() }.with_context(telemetry::extract(&headers)).await;
        let traces = traces_of("wanted.calls", before + 1).await;
        assert_eq!(traces[0]["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    })
    .await;
}

#[tokio::test]
async fn a_recording_may_be_ended_and_some_cannot_begin() {
    unsampled(|| async {
        order("wanted.given_up", &json!({ "calls": 5 })).await;
        let path = "/telemetry/api/operations/wanted.given_up/record";
        let answer = Ask::change(http::Method::DELETE, path, &json!({})).json().await;
        assert_eq!(answer["recording"], json!({ "calls_left": 0, "errors_left": 0 }));
        given_up();
        order("wanted.calls", &json!({ "calls": 1 })).await;
        let before = count("wanted.calls").await;
        calls();
        traces_of("wanted.calls", before + 1).await;
        assert_eq!(count("wanted.given_up").await, 0);

        never();
        let page =
            Ask::post("/telemetry/api/operations/wanted.never/record", &json!({ "calls": 1 })).answer().await;
        assert_eq!(page.status, http::StatusCode::CONFLICT, "{}", page.body);
        assert!(page.json()["remedy"].as_str().is_some_and(|remedy| remedy.contains("sample = never")));
    })
    .await;
}

#[telemetry::instrument("wanted", name = "unseen")]
fn unseen() -> Result<u32, Wrong> {
    Err(Wrong::Odd)
}

#[tokio::test]
async fn errors_are_told_of_whether_their_traces_are_recorded_or_not() {
    unsampled(|| async {
        assert!(unseen().is_err());
        let detail = Ask::get("/telemetry/api/operations/wanted.unseen").json().await;
        let error = &detail["recent_errors"][0];
        assert_eq!((&error["error_type"], &error["message"]), (&json!("odd"), &json!("odd")), "{detail}");
        assert_eq!(error["trace_id"], Value::Null, "there is no trace to look at");
    })
    .await;
}

#[tokio::test]
async fn calls_that_are_sampled_anyway_count_too() {
    let _all = sampling().await;
    service();
    order("wanted.other", &json!({ "calls": 2 })).await;
    other();
    other();
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while left("wanted.other").await["calls_left"] != 0 {
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
