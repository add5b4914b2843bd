//! Spans of libraries in traces that were not chosen: of `tracing`, and of the official API.

use opentelemetry::{
    Context as OfficialContext, KeyValue,
    trace::{Span, SpanContext, Status, TraceContextExt, Tracer, TracerProvider},
};
use telemetry::{TelemetryLayer, TelemetryTracerProvider};
use telemetry_runtime as telemetry;
use tracing_subscriber::layer::SubscriberExt;

use super::support::*;

fn with_layer(work: impl FnOnce()) {
    let subscriber = tracing_subscriber::registry().with(TelemetryLayer::new());
    tracing::subscriber::with_default(subscriber, work);
}

#[test]
fn spans_of_tracing_are_kept_for_their_errors_and_with_those_of_others() {
    let program = Program::new(0.0, "keep: { errors: true }");
    with_layer(|| {
        tracing::info_span!("well").in_scope(|| call("inside", || tracing::info!("nothing wrong")));
        tracing::info_span!("failed").in_scope(|| {
            call("beside", || ());
            tracing::error!("it went wrong");
        });
        tracing::info_span!("says so", otel.status_code = "ERROR").in_scope(|| ());
        call("around", || tracing::info_span!("between").in_scope(|| fails("deep")));
    });
    let names = program.names();
    assert_eq!(names, ["between", "failed", "s.around", "s.beside", "s.deep", "says so"]);
    let spans = program.kept.spans();
    let failed = spans.iter().find(|span| span.name == "failed").expect("it is kept");
    assert_eq!(failed.events.events.len(), 1, "with its events");
    assert_eq!(program.settled().dropped("not_kept"), 2);
}

#[test]
fn spans_of_the_official_api_are_kept_for_their_status() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let tracer = TelemetryTracerProvider::new().tracer("library");
    let trace = |status: Status| {
        let mut root = tracer.start("root");
        assert!(root.is_recording() && !root.span_context().is_sampled());
        root.set_attribute(KeyValue::new("kept", true));
        let around = OfficialContext::new().with_remote_span_context(root.span_context().clone());
        let mut child = tracer.start_with_context("child", &around);
        assert!(child.is_recording(), "an official context has only ids and flags");
        child.set_status(status);
        child.end();
        root.end();
        program.flush();
    };
    trace(Status::Unset);
    assert!(program.names().is_empty());
    trace(Status::error("it went wrong"));
    assert_eq!(program.names(), ["child", "root"]);
    assert_eq!(program.settled().dropped("not_kept"), 2);
}

#[test]
fn an_official_context_is_enough_to_belong_to_a_pending_trace() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let mut carried = SpanContext::NONE;
    call("root", || {
        carried = current_span();
        std::thread::scope(|scope| {
            scope.spawn(|| under(&Context::new(carried.clone()), || fails("far")));
        });
    });
    assert_eq!(program.names(), ["s.far", "s.root"]);
    // The same ids in the headers of a caller are the caller's decision.
    let echoed = SpanContext::new(
        carried.trace_id(),
        carried.span_id(),
        carried.trace_flags(),
        true,
        carried.trace_state().clone(),
    );
    under(&Context::new(echoed), || fails("echoed"));
    assert_eq!(program.settled().started, 2);
}
