//! Whole requests as official messages, for the forms that are made from those.

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::SpanId;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1 as proto;
use opentelemetry_sdk::trace::SpanData;

use super::{Origin, attributes, event, flags, kind, link, scope, status, unix_nanos};

/// One request for a batch.
pub(in crate::export) fn request(batch: &[SpanData], origin: &Origin) -> ExportTraceServiceRequest {
    let resource_spans = proto::ResourceSpans {
        resource: Some(origin.resource.clone()),
        scope_spans: by_scope(batch),
        schema_url: origin.schema_url.clone(),
    };
    ExportTraceServiceRequest { resource_spans: vec![resource_spans] }
}

/// Groups by scope; there are few of them, and neighbours mostly share theirs.
fn by_scope(batch: &[SpanData]) -> Vec<proto::ScopeSpans> {
    let mut scopes: Vec<&InstrumentationScope> = Vec::new();
    let mut groups: Vec<proto::ScopeSpans> = Vec::new();
    let mut current = 0;
    for span in batch {
        let wanted = &span.instrumentation_scope;
        if scopes.get(current).is_none_or(|scope| *scope != wanted) {
            current = scopes.iter().position(|scope| *scope == wanted).unwrap_or_else(|| {
                scopes.push(wanted);
                groups.push(group(wanted));
                groups.len() - 1
            });
        }
        groups[current].spans.push(convert(span));
    }
    groups
}

fn group(given: &InstrumentationScope) -> proto::ScopeSpans {
    let schema_url = given.schema_url().unwrap_or_default().to_owned();
    proto::ScopeSpans { scope: Some(scope(given)), spans: Vec::new(), schema_url }
}

fn convert(span: &SpanData) -> proto::Span {
    let context = &span.span_context;
    proto::Span {
        trace_id: context.trace_id().to_bytes().to_vec(),
        span_id: context.span_id().to_bytes().to_vec(),
        trace_state: context.trace_state().header(),
        parent_span_id: match span.parent_span_id {
            SpanId::INVALID => Vec::new(),
            parent => parent.to_bytes().to_vec(),
        },
        flags: flags(context, span.parent_span_is_remote),
        name: span.name.clone().into_owned(),
        kind: kind(&span.span_kind) as i32,
        start_time_unix_nano: unix_nanos(span.start_time),
        end_time_unix_nano: unix_nanos(span.end_time),
        attributes: attributes(&span.attributes),
        dropped_attributes_count: span.dropped_attributes_count,
        events: span.events.iter().map(event).collect(),
        dropped_events_count: span.events.dropped_count,
        links: span.links.iter().map(link).collect(),
        dropped_links_count: span.links.dropped_count,
        status: Some(status(&span.status)),
    }
}
