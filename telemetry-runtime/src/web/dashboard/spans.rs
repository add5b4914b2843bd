//! Spans and log records of a trace, as the API says them.

use opentelemetry::{
    KeyValue, SpanId,
    trace::{Event, Link, SpanKind, Status},
};
use opentelemetry_sdk::trace::SpanData;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{seconds, unix};
use crate::export::values;

/// A span.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct SpanRow {
    span_id: String,
    parent_id: Option<String>,
    name: String,
    kind: &'static str,
    /// Unix seconds.
    started_at: f64,
    /// Seconds.
    duration: f64,
    /// `unset`, `ok` or `error`.
    status: &'static str,
    status_message: Option<String>,
    /// Pairs of key and value.
    #[schema(value_type = Vec<Vec<Object>>)]
    attributes: Attributes,
    events: Vec<EventRow>,
    links: Vec<LinkRow>,
}

/// Pairs of key and value.
type Attributes = Vec<(String, serde_json::Value)>;

/// Something that happened in a span.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct EventRow {
    name: String,
    /// Unix seconds.
    at: f64,
    #[schema(value_type = Vec<Vec<Object>>)]
    attributes: Attributes,
}

/// A span that has to do with another.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct LinkRow {
    trace_id: String,
    span_id: String,
}

/// A log record of a trace.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct LogRow {
    /// Unix seconds.
    pub(super) at: f64,
    level: String,
    target: String,
    message: String,
    span_id: Option<String>,
    #[schema(value_type = Vec<Vec<Object>>)]
    attributes: Attributes,
}

impl SpanRow {
    pub(super) fn new(span: &SpanData) -> Self {
        let (status, status_message) = match &span.status {
            Status::Unset => ("unset", None),
            Status::Ok => ("ok", None),
            Status::Error { description } => ("error", Some(description.to_string())),
        };
        let parent = span.parent_span_id;
        Self {
            span_id: span.span_context.span_id().to_string(),
            parent_id: (parent != SpanId::INVALID).then(|| parent.to_string()),
            name: span.name.to_string(),
            kind: kind(&span.span_kind),
            started_at: unix(span.start_time),
            duration: seconds(span.end_time.duration_since(span.start_time).unwrap_or_default()),
            status,
            status_message: status_message.filter(|message| !message.is_empty()),
            attributes: attributes(&span.attributes),
            events: span.events.events.iter().map(EventRow::new).collect(),
            links: span.links.links.iter().map(LinkRow::new).collect(),
        }
    }
}

fn kind(kind: &SpanKind) -> &'static str {
    match kind {
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal => "internal",
    }
}

fn attributes(attributes: &[KeyValue]) -> Attributes {
    attributes.iter().map(|own| (own.key.to_string(), values::json(&own.value))).collect()
}

impl EventRow {
    fn new(event: &Event) -> Self {
        let attributes = attributes(&event.attributes);
        Self { name: event.name.to_string(), at: unix(event.timestamp), attributes }
    }
}

impl LinkRow {
    fn new(link: &Link) -> Self {
        let to = &link.span_context;
        Self { trace_id: to.trace_id().to_string(), span_id: to.span_id().to_string() }
    }
}

#[cfg(feature = "logs")]
impl LogRow {
    pub(super) fn new(record: &crate::export::LogRecord) -> Self {
        Self {
            at: unix(record.time),
            level: record.level.to_string().to_ascii_lowercase(),
            target: record.target.to_string(),
            message: record.message.clone(),
            span_id: record.span.map(|span| span.span_id.to_string()),
            attributes: attributes(&record.fields),
        }
    }
}
