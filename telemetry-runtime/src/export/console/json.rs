//! A span for programs: one JSON object on one line.

use opentelemetry::KeyValue;
use opentelemetry::trace::{Event, Link, SpanId, Status};
use opentelemetry_sdk::trace::SpanData;
use serde::Serialize;
use serde_json::Map;

use super::tree::{kind, since};
use crate::export::shown::json_shown;
use crate::export::timestamp::Timestamp;
use crate::export::values;

#[derive(Serialize)]
struct Line<'a> {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    name: &'a str,
    kind: &'static str,
    service: &'a str,
    scope: &'a str,
    start: String,
    duration_ns: u64,
    status: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    status_message: &'a str,
    attributes: Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<EventLine<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_events: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<LinkLine>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_links: u32,
}

#[derive(Serialize)]
struct EventLine<'a> {
    name: &'a str,
    time: String,
    attributes: Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes: u32,
}

#[derive(Serialize)]
struct LinkLine {
    trace_id: String,
    span_id: String,
    attributes: Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Adds a line to `out`.
pub(super) fn write(out: &mut String, service: &str, span: &SpanData) {
    // Nothing in a line can fail to become JSON; should it ever, the line is left out.
    if let Ok(json) = serde_json::to_string(&line(service, span)) {
        out.push_str(&json_shown(&json));
        out.push('\n');
    }
}

fn line<'a>(service: &'a str, span: &'a SpanData) -> Line<'a> {
    let (status, status_message) = match &span.status {
        Status::Unset => ("unset", ""),
        Status::Ok => ("ok", ""),
        Status::Error { description } => ("error", description.as_ref()),
    };
    let has_parent = span.parent_span_id != SpanId::INVALID;
    let lasted = since(span.end_time, span.start_time).as_nanos();
    Line {
        trace_id: span.span_context.trace_id().to_string(),
        span_id: span.span_context.span_id().to_string(),
        parent_span_id: has_parent.then(|| span.parent_span_id.to_string()),
        name: &span.name,
        kind: kind(&span.span_kind),
        service,
        scope: span.instrumentation_scope.name(),
        start: Timestamp(span.start_time).to_string(),
        duration_ns: u64::try_from(lasted).unwrap_or(u64::MAX),
        status,
        status_message,
        attributes: object(&span.attributes),
        dropped_attributes: span.dropped_attributes_count,
        events: span.events.iter().map(event).collect(),
        dropped_events: span.events.dropped_count,
        links: span.links.iter().map(link).collect(),
        dropped_links: span.links.dropped_count,
    }
}

fn event(event: &Event) -> EventLine<'_> {
    EventLine {
        name: &event.name,
        time: Timestamp(event.timestamp).to_string(),
        attributes: object(&event.attributes),
        dropped_attributes: event.dropped_attributes_count,
    }
}

fn link(link: &Link) -> LinkLine {
    LinkLine {
        trace_id: link.span_context.trace_id().to_string(),
        span_id: link.span_context.span_id().to_string(),
        attributes: object(&link.attributes),
        dropped_attributes: link.dropped_attributes_count,
    }
}

fn object(attributes: &[KeyValue]) -> Map<String, serde_json::Value> {
    attributes.iter().map(|KeyValue { key, value, .. }| (key.to_string(), values::json(value))).collect()
}
