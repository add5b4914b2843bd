//! Spans for tests of exporters.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

/// Runs one future on a runtime like that of the telemetry thread.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

pub(crate) fn context(trace: u128, span: u64) -> SpanContext {
    let (trace, span) = (TraceId::from(trace), SpanId::from(span));
    SpanContext::new(trace, span, TraceFlags::SAMPLED, false, TraceState::default())
}

pub(crate) fn at(nanos: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000) + Duration::from_nanos(nanos)
}

/// A root that took 1.5 ms.
pub(crate) fn span(name: &'static str) -> SpanData {
    SpanData {
        span_context: context(1, 1),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: at(0),
        end_time: at(1_500_000),
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("sample").build(),
    }
}

/// A span of trace `trace`; parent 0 makes it a root.
pub(crate) fn child(name: &'static str, trace: u128, id: u64, parent: u64) -> SpanData {
    let parent_span_id = SpanId::from(parent);
    SpanData { span_context: context(trace, id), parent_span_id, ..span(name) }
}

/// A span with something in every field.
pub(crate) fn full() -> SpanData {
    let mut events = SpanEvents::default();
    events.events = vec![Event::new("exception", at(500), vec![KeyValue::new("handled", false)], 3)];
    events.dropped_count = 4;
    let mut links = SpanLinks::default();
    links.links = vec![Link::new(context(7, 8), vec![KeyValue::new("why", "retry")], 5)];
    links.dropped_count = 6;
    let state = TraceState::from_key_value([("vendor", "value")]).expect("a trace state");
    let (trace, id) = (TraceId::from(0x0011_2233), SpanId::from(0x4455));
    SpanData {
        span_context: SpanContext::new(trace, id, TraceFlags::SAMPLED, false, state),
        parent_span_id: SpanId::from(0x6677),
        parent_span_is_remote: true,
        span_kind: SpanKind::Client,
        attributes: every_type(),
        dropped_attributes_count: 2,
        events,
        links,
        status: Status::error("it broke"),
        instrumentation_scope: InstrumentationScope::builder("library")
            .with_version("1.2.3")
            .with_schema_url("https://example.com/schema")
            .with_attributes([KeyValue::new("scope", "attribute")])
            .build(),
        ..span("full")
    }
}

fn every_type() -> Vec<KeyValue> {
    let texts = Array::String(vec!["a".into(), "b".to_owned().into()]);
    vec![
        KeyValue::new("text", "value"),
        KeyValue::new("owned", "value".to_owned()),
        KeyValue::new("flag", true),
        KeyValue::new("whole", 42),
        KeyValue::new("real", 0.5),
        KeyValue::new("texts", Value::Array(texts)),
        KeyValue::new("flags", Value::Array(Array::Bool(vec![true, false]))),
        KeyValue::new("wholes", Value::Array(Array::I64(vec![1, 2]))),
        KeyValue::new("reals", Value::Array(Array::F64(vec![1.5, 2.5]))),
    ]
}
