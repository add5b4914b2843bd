//! One trace that is remembered.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use opentelemetry::{
    SpanId, TraceId, Value,
    trace::{Event, Link, Status},
};
use opentelemetry_sdk::trace::SpanData;

use super::summary::TraceSummary;
use crate::export::ended::bytes_of;

/// One trace that is remembered; some of its spans may still come.
#[derive(Debug, Default)]
pub(super) struct Trace {
    spans: Vec<Arc<SpanData>>,
    bytes: usize,
    errors: usize,
    /// Its first span here, and the place of that among the others.
    root: Option<usize>,
    /// Earliest beginning and latest end.
    times: Option<(SystemTime, SystemTime)>,
    /// Spans that found no room.
    left_out: usize,
}

impl Trace {
    pub(super) fn add(&mut self, span: Arc<SpanData>, bytes: usize) {
        self.bytes += bytes;
        self.errors += usize::from(matches!(span.status, Status::Error { .. }));
        let (from, to) = self.times.unwrap_or((span.start_time, span.end_time));
        self.times = Some((from.min(span.start_time), to.max(span.end_time)));
        let is_earlier =
            |known: usize| self.spans.get(known).is_none_or(|known| span.start_time < known.start_time);
        if is_local_root(&span) && self.root.is_none_or(is_earlier) {
            self.root = Some(self.spans.len());
        }
        self.spans.push(span);
    }

    pub(super) fn leave_out(&mut self) {
        self.left_out += 1;
    }

    pub(super) fn spans(&self) -> &[Arc<SpanData>] {
        &self.spans
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    pub(super) fn is_complete(&self) -> bool {
        self.root.is_some() && self.left_out == 0
    }

    pub(super) fn duration(&self) -> Duration {
        let (from, to) = self.times.unwrap_or((SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH));
        to.duration_since(from).unwrap_or_default()
    }

    pub(super) fn has(&self, span_name: &str) -> bool {
        self.spans.iter().any(|span| span.name == span_name)
    }

    /// The longest that a span of that name took.
    pub(super) fn longest(&self, span_name: &str) -> Option<Duration> {
        let named = self.spans.iter().filter(|span| span.name == span_name);
        named.map(|span| span.end_time.duration_since(span.start_time).unwrap_or_default()).max()
    }

    pub(super) fn summary(&self, id: TraceId) -> TraceSummary {
        let root = self.root.and_then(|root| self.spans.get(root)).or_else(|| self.spans.first());
        let text = |key: &str| root.and_then(|root| attribute(root, key));
        TraceSummary {
            trace_id: id,
            root: root.map(|root| root.name.clone().into_owned()).unwrap_or_default(),
            provider: text("provider"),
            operation: text("operation"),
            started_at: self.times.map_or(SystemTime::UNIX_EPOCH, |(from, _)| from),
            duration: self.duration(),
            spans: self.spans.len() + self.left_out,
            errors: self.errors,
        }
    }
}

/// Whether it is the first of its trace in this process.
fn is_local_root(span: &SpanData) -> bool {
    span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote
}

/// The text of an attribute.
pub(super) fn attribute(span: &SpanData, key: &str) -> Option<String> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key.as_str() == key)?;
    match &attribute.value {
        Value::String(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

/// The memory that a span takes, texts included.
pub(super) fn bytes_of_span(span: &SpanData) -> usize {
    let status = match &span.status {
        Status::Error { description } => description.len(),
        _ => 0,
    };
    let events = span.events.events.iter();
    let events = events.map(|event| size_of::<Event>() + event.name.len() + bytes_of(&event.attributes));
    let links = span.links.links.iter();
    let links = links.map(|link| size_of::<Link>() + bytes_of(&link.attributes));
    size_of::<SpanData>()
        + span.name.len()
        + status
        + bytes_of(&span.attributes)
        + events.sum::<usize>()
        + links.sum::<usize>()
}
