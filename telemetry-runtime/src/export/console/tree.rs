//! A trace for people.

use std::fmt::{self, Write};
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::trace::{Event, SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;

use super::traces::{Placed, Trace};
use crate::export::shown::shown;
use crate::export::timestamp::Timestamp;

/// Deeper spans are not moved further to the right.
const DEEPEST: usize = 40;

/// Adds a trace to `out`.
pub(super) fn write(out: &mut String, service: &str, trace: &Trace) {
    // Writing to a string cannot fail.
    let _ = write_trace(out, service, trace);
}

fn write_trace(out: &mut String, service: &str, trace: &Trace) -> fmt::Result {
    let Some(Placed { span: first, .. }) = trace.spans.first() else { return Ok(()) };
    let id = first.span_context.trace_id();
    let spans = trace.spans.len();
    let plural = if spans == 1 { "" } else { "s" };
    let begun = Timestamp(first.start_time);
    let note = if trace.is_complete { "" } else { ", incomplete" };
    writeln!(out, "trace {id} {} {begun} {spans} span{plural}{note}", shown(service))?;
    trace.spans.iter().try_for_each(|placed| write_span(out, placed))
}

fn write_span(out: &mut String, Placed { depth, span }: &Placed) -> fmt::Result {
    let indent = 2 + 2 * depth.min(&DEEPEST);
    let lasted = since(span.end_time, span.start_time);
    write!(out, "{:indent$}{} [{}] {lasted:.2?}", "", shown(&span.name), kind(&span.span_kind))?;
    match &span.status {
        Status::Unset => {}
        Status::Ok => out.push_str(" ok"),
        Status::Error { description } if description.is_empty() => out.push_str(" error"),
        Status::Error { description } => write!(out, " error: {}", shown(description))?,
    }
    out.push('\n');
    let indent = indent + 4;
    write_attributes(out, indent, &span.attributes, span.dropped_attributes_count)?;
    write_events(out, indent, span)?;
    write_links(out, indent, span)
}

fn write_events(out: &mut String, indent: usize, span: &SpanData) -> fmt::Result {
    for Event { name, timestamp, attributes, dropped_attributes_count, .. } in span.events.iter() {
        writeln!(out, "{:indent$}+{:.2?} {}", "", since(*timestamp, span.start_time), shown(name))?;
        write_attributes(out, indent + 4, attributes, *dropped_attributes_count)?;
    }
    write_dropped(out, indent, span.events.dropped_count, "events")
}

fn write_links(out: &mut String, indent: usize, span: &SpanData) -> fmt::Result {
    for link in span.links.iter() {
        let (trace, id) = (link.span_context.trace_id(), link.span_context.span_id());
        writeln!(out, "{:indent$}link to {trace} {id}", "")?;
        write_attributes(out, indent + 4, &link.attributes, link.dropped_attributes_count)?;
    }
    write_dropped(out, indent, span.links.dropped_count, "links")
}

fn write_attributes(out: &mut String, indent: usize, attributes: &[KeyValue], dropped: u32) -> fmt::Result {
    for KeyValue { key, value, .. } in attributes {
        writeln!(out, "{:indent$}{}: {}", "", shown(key.as_str()), shown(&value.as_str()))?;
    }
    write_dropped(out, indent, dropped, "attributes")
}

fn write_dropped(out: &mut String, indent: usize, dropped: u32, what: &str) -> fmt::Result {
    if dropped == 0 { Ok(()) } else { writeln!(out, "{:indent$}({dropped} {what} dropped)", "") }
}

/// Zero where the wall clock went backwards.
pub(super) fn since(later: SystemTime, earlier: SystemTime) -> Duration {
    later.duration_since(earlier).unwrap_or_default()
}

pub(super) fn kind(kind: &SpanKind) -> &'static str {
    match kind {
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal => "internal",
    }
}
