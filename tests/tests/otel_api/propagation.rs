//! What the official propagator of this process writes and reads.

use std::collections::HashMap;

use opentelemetry::{
    Context, global,
    propagation::TextMapPropagator,
    trace::{TraceContextExt, Tracer},
};
use telemetry::{Operation, TelemetryPropagator, current_span};
use telemetry_runtime as telemetry;

use super::in_a_test;

fn injected() -> HashMap<String, String> {
    let mut headers = HashMap::new();
    global::get_text_map_propagator(|propagator| propagator.inject(&mut headers));
    headers
}

fn parent_of(headers: &HashMap<String, String>) -> String {
    headers.get("traceparent").map(|parent| parent[36..52].to_owned()).unwrap_or_default()
}

#[test]
fn the_innermost_span_is_written_whoever_made_it() {
    let _telemetry = in_a_test();
    assert!(injected().is_empty());
    Operation::new("shop", "outer").run(|| {
        assert_eq!(parent_of(&injected()), current_span().span_id().to_string());
        global::tracer("library").in_span("library", |context| {
            let library = context.span().span_context().span_id().to_string();
            assert_eq!(parent_of(&injected()), library);
            Operation::new("shop", "inner").run(|| {
                let inner = current_span().span_id().to_string();
                assert_ne!(inner, library);
                assert_eq!(parent_of(&injected()), inner);
                // A context that was kept from elsewhere means itself.
                let kept = Context::new().with_span(global::tracer("library").start("kept"));
                let mut headers = HashMap::new();
                TelemetryPropagator::new().inject_context(&kept, &mut headers);
                assert_eq!(parent_of(&headers), kept.span().span_context().span_id().to_string());
            });
        });
    });
}

#[test]
fn a_caller_is_the_parent_of_libraries_and_calls() {
    let telemetry = in_a_test();
    let headers = HashMap::from([
        ("traceparent".to_owned(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
        ("tracestate".to_owned(), "vendor=value".to_owned()),
    ]);
    let caller = global::get_text_map_propagator(|propagator| propagator.extract(&headers));
    drop(global::tracer("library").start_with_context("library", &caller));
    let attached = caller.attach();
    Operation::new("shop", "ours").run(|| {
        assert_eq!(injected()["tracestate"], "vendor=value");
    });
    drop(attached);
    let spans = telemetry.spans();
    assert_eq!(spans.len(), 2);
    for span in spans {
        assert_eq!(span.span_context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(span.parent_span_id.to_string(), "00f067aa0ba902b7");
        assert!(span.parent_span_is_remote, "{span:?}");
    }
}
