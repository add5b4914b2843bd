//! Spans of calls: their tree, their attributes, and what became of each of them.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use telemetry::{Telemetry, TelemetryFutureExt, Value, extract, testing::TestTelemetry};
use telemetry_runtime as telemetry;

#[derive(Debug, telemetry::ErrorType)]
enum FeedError {
    Down,
}

impl std::fmt::Display for FeedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no answer from http://user:pw@feed/x?token=1")
    }
}

struct Feed;

#[telemetry::instrument_adapter("feed")]
impl Feed {
    fn load(&self) -> Result<u32, FeedError> {
        let _ = self.fetch(true);
        self.fetch(false)
    }

    fn fetch(&self, ok: bool) -> Result<u32, FeedError> {
        measured();
        if ok { Ok(1) } else { Err(FeedError::Down) }
    }

    async fn wait(&self) -> Result<u32, FeedError> {
        tokio::task::yield_now().await;
        self.fetch(true)
    }
}

#[telemetry::measure]
fn measured() {}

#[telemetry::track_errors]
fn tracked() -> Result<(), FeedError> {
    Err(FeedError::Down)
}

#[telemetry::instrument]
fn outer() {
    let _ = tracked();
}

#[test]
fn calls_become_a_tree() {
    let telemetry = TestTelemetry::new();
    let _ = Feed.load();
    let down = "error.type=down error: no answer from http://feed/x?token=…";
    assert_eq!(telemetry.tree(), format!("feed.load {down}\n  feed.fetch\n  feed.fetch {down}\n"));
    let spans = telemetry.spans();
    let load = spans.iter().find(|span| span.name == "feed.load").expect("a span");
    assert_eq!((load.span_kind.clone(), load.parent_span_id.to_string()), (SpanKind::Client, "0".repeat(16)));
    let attribute = |key: &str| {
        load.attributes
            .iter()
            .find(|kv| kv.key.as_str() == key)
            .map(|kv| kv.value.to_string())
            .unwrap_or_default()
    };
    assert_eq!(attribute("provider"), "feed");
    assert_eq!(attribute("peer.service"), "feed");
    assert_eq!(attribute("code.function.name"), "Feed::load");
    assert!(attribute("code.file.path").ends_with("spans.rs") && attribute("code.line.number") != "0");
    assert!(matches!(load.status, Status::Error { .. }));
    let exception = &load.events.events[0];
    assert_eq!(exception.name, "exception");
    assert!(
        exception
            .attributes
            .iter()
            .any(|kv| kv.key.as_str() == "exception.type" && kv.value.as_str() == "down")
    );
    let traces: std::collections::HashSet<_> =
        spans.iter().map(|span| span.span_context.trace_id()).collect();
    let ids: std::collections::HashSet<_> = spans.iter().map(|span| span.span_context.span_id()).collect();
    assert_eq!((traces.len(), ids.len()), (1, 3));
}

#[test]
fn an_error_without_a_span_of_its_own_lands_on_the_innermost() {
    let telemetry = TestTelemetry::new();
    outer();
    let spans = telemetry.spans();
    assert_eq!(spans.len(), 1);
    assert_eq!((spans[0].events.events.len(), &spans[0].status), (1, &Status::Unset));
}

#[tokio::test]
async fn a_remote_parent_is_followed() {
    let telemetry = TestTelemetry::new();
    let mut headers = http::HeaderMap::new();
    let parent = |sampled| format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0{sampled}");
    headers.insert("traceparent", parent(1).parse().expect("ascii"));
    let _ = Feed.wait().with_context(extract(&headers)).await;
    headers.insert("traceparent", parent(0).parse().expect("ascii"));
    let _ = Feed.wait().with_context(extract(&headers)).await;
    assert!(!telemetry::current_span().is_valid());
    let spans = telemetry.spans();
    assert_eq!(spans.len(), 2, "the caller did not record the second: {}", telemetry.tree());
    let wait = spans.iter().find(|span| span.name == "feed.wait").expect("a span");
    assert_eq!(wait.span_context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(
        (wait.parent_span_id.to_string(), wait.parent_span_is_remote),
        ("00f067aa0ba902b7".into(), true)
    );
    let fetch = spans.iter().find(|span| span.name == "feed.fetch").expect("a span");
    assert_eq!((fetch.parent_span_id, fetch.parent_span_is_remote), (wait.span_context.span_id(), false));
}

#[derive(Clone, Debug, Default)]
struct Collecting(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Collecting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().expect("no panic").extend(batch);
        Ok(())
    }
}

/// One test, because a program has one way out.
#[test]
fn every_span_reaches_the_exporter_or_is_counted() {
    let collected = Collecting::default();
    let telemetry = Telemetry::builder().service_name("spans").exporter("mine", collected.clone()).build();
    let telemetry = telemetry.expect("nothing to fail");
    const THREADS: usize = 4;
    const CALLS: usize = 300;
    let threads: Vec<_> = (0..THREADS)
        .map(|_| std::thread::spawn(|| (0..CALLS).for_each(|_| drop(Feed.fetch(true)))))
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    telemetry.flush(Duration::from_secs(20)).expect("a quick exporter");
    let all = (THREADS * CALLS) as u64;
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("telemetry_spans_started_total", &[]), all);
    assert_eq!(snapshot.sum("telemetry_spans_total", &[("exporter", "mine"), ("result", "exported")]), all);
    assert_eq!(snapshot.value("telemetry_spans_live", &[("exporter", "mine")]), Some(&Value::Gauge(0.0)));
    assert_eq!(collected.0.lock().expect("no panic").len() as u64, all);
    telemetry.shutdown(Duration::from_secs(20)).expect("a quick exporter");
    let _ = Feed.fetch(true);
    assert_eq!(
        telemetry.snapshot().sum("telemetry_spans_started_total", &[]),
        all,
        "nothing begins any more"
    );
}

#[test]
fn spans_by_hand_take_their_place_in_the_tree() {
    let telemetry = TestTelemetry::new();
    {
        let mut page = telemetry::span("page").attribute("number", 3).kind(telemetry::Kind::Server).start();
        page.add_event("cache_hit", &[("key", "a".into())]);
        let _entered = page.enter();
        let _ = Feed.fetch(true);
        page.record_error(&std::io::Error::other("torn"));
    }
    assert_eq!(telemetry.tree(), "page number=3 error: torn\n  feed.fetch\n");
    let spans = telemetry.spans();
    let page = spans.iter().find(|span| span.name == "page").expect("a span");
    assert_eq!((page.span_kind.clone(), page.events.events.len()), (SpanKind::Server, 2));
    assert!(!telemetry::current_span().is_valid());
}

#[test]
fn guards_may_be_dropped_in_any_order() {
    let _telemetry = TestTelemetry::new();
    let (a, b, c) =
        (telemetry::span("a").start(), telemetry::span("b").start(), telemetry::span("c").start());
    let (in_a, in_b, in_c) = (a.enter(), b.enter(), c.enter());
    drop(in_a);
    drop(in_c);
    assert_eq!(telemetry::current_span(), *b.context().span_context());
    drop(in_b);
    assert!(!telemetry::current_span().is_valid(), "what `b` would restore was left before");
}

#[telemetry::instrument]
fn leaks_a_guard(span: &telemetry::Span) -> telemetry::SpanGuard {
    span.enter()
}

#[test]
fn a_guard_that_outlives_its_call_confuses_nobody() {
    let telemetry = TestTelemetry::new();
    let inner = telemetry::span("inner").start();
    let guard = leaks_a_guard(&inner);
    assert_eq!(telemetry::current_span(), *inner.context().span_context());
    drop(guard);
    assert!(!telemetry::current_span().is_valid());
    drop(inner);
    let ids: std::collections::HashSet<_> =
        telemetry.spans().iter().map(|span| span.span_context.span_id()).collect();
    assert_eq!(ids.len(), 2);
}

#[tokio::test]
async fn futures_run_in_spans() {
    let telemetry = TestTelemetry::new();
    let job = telemetry::span("job").start();
    let context = job.context();
    assert!(Feed.wait().in_span(job).await.is_ok());
    assert!(Feed.wait().with_context(context).await.is_ok());
    assert_eq!(telemetry.tree(), "job\n  feed.wait\n    feed.fetch\n  feed.wait\n    feed.fetch\n");
}
