//! Spans as Zipkin has them, by OpenTelemetry's rules for it.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use opentelemetry::trace::{Event, SpanId, SpanKind, Status};
use opentelemetry_sdk::{Resource, trace::SpanData};
use serde::Serialize;
use serde_json::Map;

use super::endpoint::{self, Endpoint};
use crate::export::{
    delivery::{Failure, Reason},
    flat::{self, Tags},
    values,
};

/// Who sends.
#[derive(Debug)]
pub(super) struct Sender {
    service: String,
    resource: Vec<(String, String)>,
}

impl Sender {
    pub(super) fn new(resource: &Resource) -> Self {
        let service = resource.get(&"service.name".into());
        Self {
            service: service
                .map_or_else(|| "unknown_service".to_owned(), |name| values::text(&name).into_owned()),
            resource: flat::resource(resource),
        }
    }

    /// The body of a request.
    pub(super) fn spans(&self, batch: &[SpanData]) -> Result<Bytes, Failure> {
        let spans: Vec<Span<'_>> = batch.iter().map(|span| self.span(span)).collect();
        let body = serde_json::to_vec(&spans).map_err(|error| Failure::new(Reason::Serialize, &error))?;
        Ok(body.into())
    }

    fn span<'a>(&'a self, span: &'a SpanData) -> Span<'a> {
        let is_child = span.parent_span_id != SpanId::INVALID;
        let lasted = span.end_time.duration_since(span.start_time).unwrap_or_default();
        Span {
            trace_id: span.span_context.trace_id().to_string(),
            id: span.span_context.span_id().to_string(),
            parent_id: is_child.then(|| span.parent_span_id.to_string()),
            name: &span.name,
            kind: kind(&span.span_kind),
            timestamp: micros(span.start_time),
            // Zipkin takes zero for unknown.
            duration: u64::try_from(lasted.as_micros()).unwrap_or(u64::MAX).max(1),
            local_endpoint: Endpoint { service_name: Some((&*self.service).into()), ..Endpoint::default() },
            remote_endpoint: endpoint::remote(span),
            annotations: span.events.iter().map(annotation).collect(),
            tags: self.tags(span),
        }
    }

    /// `error` is there only for spans that failed: Zipkin takes any for one.
    fn tags<'a>(&'a self, span: &'a SpanData) -> Tags<'a> {
        let mut tags = flat::tags(&self.resource, span);
        tags.remove("error");
        match &span.status {
            Status::Unset => {}
            Status::Ok => _ = tags.insert("otel.status_code", "OK".into()),
            Status::Error { description } => {
                tags.insert("otel.status_code", "ERROR".into());
                tags.insert("error", description.as_ref().into());
            }
        }
        tags
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span<'a> {
    trace_id: String,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    timestamp: u64,
    duration: u64,
    local_endpoint: Endpoint<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_endpoint: Option<Endpoint<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation>,
    #[serde(skip_serializing_if = "Tags::is_empty")]
    tags: Tags<'a>,
}

#[derive(Serialize)]
struct Annotation {
    timestamp: u64,
    value: String,
}

/// The name, and the attributes behind it: `"name": {"key":"value"}`.
fn annotation(event: &Event) -> Annotation {
    let mut attributes: Map<String, serde_json::Value> = event
        .attributes
        .iter()
        .map(|attribute| (attribute.key.to_string(), values::json(&attribute.value)))
        .collect();
    if event.dropped_attributes_count > 0 {
        attributes.insert(flat::DROPPED_ATTRIBUTES.to_owned(), event.dropped_attributes_count.into());
    }
    let value = if attributes.is_empty() {
        event.name.clone().into_owned()
    } else {
        format!("{}: {}", serde_json::Value::from(&*event.name), serde_json::Value::Object(attributes))
    };
    Annotation { timestamp: micros(event.timestamp), value }
}

fn kind(kind: &SpanKind) -> Option<&'static str> {
    match kind {
        SpanKind::Client => Some("CLIENT"),
        SpanKind::Server => Some("SERVER"),
        SpanKind::Producer => Some("PRODUCER"),
        SpanKind::Consumer => Some("CONSUMER"),
        SpanKind::Internal => None,
    }
}

fn micros(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
