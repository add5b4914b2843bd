//! Tower services as adapters.

use std::{
    cell::Cell,
    fmt,
    future::{pending, ready},
    pin::pin,
    task::{Context, Waker},
};

use opentelemetry::trace::SpanKind;
use telemetry::{
    AdapterLayer, BreakerConfig, BreakerOpen, BreakerState, CircuitBreaker, Outcome, testing::TestTelemetry,
};
use telemetry_runtime as telemetry;
use tower::{Layer, Service, ServiceExt, service_fn};

use super::seconds;

#[derive(Debug, PartialEq, telemetry::ErrorType)]
enum FeedError {
    Down,
    Refused(BreakerOpen),
}

impl From<BreakerOpen> for FeedError {
    fn from(open: BreakerOpen) -> Self {
        Self::Refused(open)
    }
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the feed is down")
    }
}

fn answer(ok: bool) -> Result<u32, FeedError> {
    if ok { Ok(1) } else { Err(FeedError::Down) }
}

#[tokio::test]
async fn every_request_is_a_call() {
    let telemetry = TestTelemetry::new();
    let service = service_fn(|ok: bool| async move {
        tokio::task::yield_now().await;
        answer(ok)
    });
    let service = AdapterLayer::new("feed", "plain").by_error_type().layer(service);
    assert_eq!(service.oneshot(true).await, Ok(1));
    assert_eq!(service.oneshot(false).await, Err(FeedError::Down));
    let calls = telemetry.call("feed", "plain");
    calls.assert_status("success", 1).assert_status("error", 1).assert_none_active();
    assert_eq!(telemetry.snapshot().sum("adapter_errors_total", &[("error_type", "down")]), 1);
    let spans = telemetry.spans();
    assert!(spans.iter().all(|span| span.name == "feed.plain" && span.span_kind == SpanKind::Client));
}

#[tokio::test]
async fn errors_are_known_by_their_type_unless_told_otherwise() {
    let telemetry = TestTelemetry::new();
    let failing = |_: ()| ready(Err::<u16, _>(std::fmt::Error));
    let by_type = AdapterLayer::new("feed", "named").layer(service_fn(failing));
    assert!(by_type.oneshot(()).await.is_err());
    let server_error = |answer: &Result<u16, std::fmt::Error>| match answer {
        Ok(status) if *status >= 500 => Outcome::error("server_error"),
        _ => Outcome::Success,
    };
    let classified = AdapterLayer::new("feed", "classified").classify(server_error);
    let classified = classified.layer(service_fn(|status: u16| ready(Ok(status))));
    assert_eq!(classified.oneshot(503).await, Ok(503));
    let snapshot = telemetry.snapshot();
    for label in ["core::Error", "server_error"] {
        assert_eq!(snapshot.sum("adapter_errors_total", &[("error_type", label)]), 1, "{label}");
    }
}

fn config() -> BreakerConfig {
    BreakerConfig { minimum_calls: 2, half_open_permits: 1, open_for: seconds(5), ..BreakerConfig::default() }
}

#[tokio::test]
async fn an_open_breaker_keeps_the_request_from_the_service() {
    let telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("feed", config());
    let reached = Cell::new(0);
    let service = service_fn(|ok: bool| {
        // A service may begin its work before its future is polled.
        reached.set(reached.get() + 1);
        ready(answer(ok))
    });
    let service = AdapterLayer::new("feed", "guarded").by_error_type().breaker(&breaker).layer(service);
    for _ in 0..2 {
        assert_eq!(service.oneshot(false).await, Err(FeedError::Down));
    }
    assert_eq!(breaker.state(), BreakerState::Open);
    assert!(matches!(service.oneshot(true).await, Err(FeedError::Refused(_))));
    assert_eq!(reached.get(), 2);
    telemetry.advance(seconds(5));
    assert_eq!(service.oneshot(true).await, Ok(1));
    assert_eq!(breaker.state(), BreakerState::Closed);
    let calls = telemetry.call("feed", "guarded");
    calls
        .assert_status("error", 2)
        .assert_status("rejected", 1)
        .assert_status("success", 1)
        .assert_none_active();
    assert_eq!(service.operation().breaker().map(|breaker| breaker.name()), Some("feed"));
}

#[tokio::test]
async fn a_dropped_answer_is_cancelled_and_frees_its_permit() {
    let telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("feed", config());
    let layer = AdapterLayer::new("feed", "dropped").by_error_type().breaker(&breaker);
    let mut hanging = layer.layer(service_fn(|_: ()| pending::<Result<u32, FeedError>>()));
    let mut failing = layer.layer(service_fn(|_: ()| ready(answer(false))));
    for _ in 0..2 {
        assert!(failing.ready().await.expect("ready").call(()).await.is_err());
    }
    telemetry.advance(seconds(5));
    for _ in 0..3 {
        // Never polled, and polled once.
        drop(hanging.ready().await.expect("ready").call(()));
        let mut call = pin!(hanging.ready().await.expect("ready").call(()));
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    telemetry.call("feed", "dropped").assert_status("cancelled", 6).assert_none_active();
    assert!(layer.layer(service_fn(|_: ()| ready(answer(true)))).oneshot(()).await.is_ok());
    assert_eq!(breaker.state(), BreakerState::Closed);
}
