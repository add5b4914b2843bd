//! `sample`: an operation's own rule for the traces that begin with it.

use telemetry::{TelemetryFutureExt, current_span, extract, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use super::support::{Fault, span};

#[telemetry::instrument("sample", sample = never, name = "never")]
fn never<R>(inside: impl FnOnce() -> R) -> R {
    inside()
}

#[telemetry::instrument("sample", sample = never)]
async fn never_async() -> Result<(), Fault> {
    tokio::task::yield_now().await;
    child();
    Err(Fault::Down)
}

#[telemetry::trace("sample")]
fn child() -> bool {
    current_span().is_sampled()
}

#[telemetry::instrument("sample", sample = always)]
fn always() -> bool {
    child()
}

#[telemetry::trace("sample", sample = 0.5)]
async fn half() -> bool {
    child()
}

#[telemetry::trace("sample")]
async fn root() {
    never(child);
    let _ = never_async().await;
}

#[test]
fn a_trace_that_begins_with_never_is_not_recorded() {
    let telemetry = TestTelemetry::new();
    assert!(!never(child), "children follow");
    assert!(never(|| current_span().is_valid()), "but the context goes on");
    assert!(telemetry.spans().is_empty(), "{}", telemetry.tree());
    telemetry.call("sample", "never").assert_status("success", 2);
    assert!(always(), "and the next trace is its own");
    assert!(span(&telemetry, "sample.always").parent_span_id == opentelemetry::SpanId::INVALID);
    assert!(!current_span().is_valid());
}

#[tokio::test]
async fn inside_of_a_trace_never_has_no_span_of_its_own() {
    let telemetry = TestTelemetry::new();
    root().await;
    let tree = telemetry.tree();
    let lines: Vec<&str> = tree.lines().collect();
    assert_eq!(lines, ["sample.root", "  sample.child", "  sample.child"]);
    // What went wrong is told to the span that there is.
    let events = span(&telemetry, "sample.root").events;
    assert_eq!(events.iter().map(|event| &*event.name).collect::<Vec<_>>(), ["exception"]);
    assert!(!current_span().is_valid());
}

#[tokio::test]
async fn a_rule_is_for_roots_only() {
    let telemetry = TestTelemetry::new();
    for (flag, sampled) in [("00", false), ("01", true)] {
        let mut headers = http::HeaderMap::new();
        let parent = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flag}");
        headers.insert("traceparent", parent.parse().expect("ascii"));
        let caller = extract(&headers);
        assert_eq!(half().with_context(caller.clone()).await, sampled);
        assert_eq!(async { always() }.with_context(caller.clone()).await, sampled);
        async { never(|| ()) }.with_context(caller).await;
    }
    assert_eq!(telemetry.tree().lines().count(), 4, "{}", telemetry.tree());
    assert!(half().await, "a test records every trace");
}

struct Feed;

#[telemetry::instrument_adapter("sample_block", sample = never, fields(region = "eu"), ret)]
impl Feed {
    fn quiet(&self) -> u8 {
        1
    }

    #[telemetry(sample = always, fields(attempt = 1))]
    fn seen(&self) -> u8 {
        2
    }
}

#[test]
fn methods_override_their_block() {
    let telemetry = TestTelemetry::new();
    assert_eq!(child_of(|| Feed.quiet() + Feed.seen()), 3);
    assert_eq!(telemetry.tree(), "sample.child_of\n  sample_block.seen region=eu attempt=1 return=2\n");
}

#[telemetry::trace("sample")]
fn child_of(inside: impl FnOnce() -> u8) -> u8 {
    inside()
}
