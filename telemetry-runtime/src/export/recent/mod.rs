//! What was recorded lately, in memory: traces and log records, for those who look at them on the spot.
//!
//! The background thread feeds it beside the exporters. What it holds is bounded in traces, in spans of one trace and
//! in bytes, and the oldest gives way, those that failed last; nobody waits for it.

#[cfg(feature = "logs")]
mod logs;
mod order;
mod outgoing;
mod query;
mod summary;
mod trace;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use opentelemetry::{TraceId, trace::Status};
use opentelemetry_sdk::trace::SpanData;

#[cfg(feature = "logs")]
pub(crate) use self::logs::RecentLogs;
use self::{
    order::Order,
    outgoing::{Calls, Outgoing},
    query::Found,
    trace::Trace,
};
pub(crate) use self::{query::TraceQuery, summary::TraceSummary};

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecentLimits {
    pub(crate) traces: usize,
    pub(crate) trace_spans: usize,
    pub(crate) bytes: usize,
}

/// One trace as far as it is remembered.
#[derive(Clone, Debug)]
pub(crate) struct RecentTrace {
    pub(crate) summary: TraceSummary,
    /// Whether its beginning in this process is among its spans, and nothing was left out.
    pub(crate) is_complete: bool,
    pub(crate) spans: Vec<Arc<SpanData>>,
}

/// The last traces.
#[derive(Debug)]
pub(crate) struct RecentTraces {
    limits: RecentLimits,
    traces: Mutex<Traces>,
}

#[derive(Debug, Default)]
struct Traces {
    by_id: HashMap<TraceId, Trace>,
    order: Order,
    bytes: usize,
    /// Spans that are not remembered, although their traces are.
    left_out: u64,
    calls: Calls,
}

/// One trace takes at most this part of all memory.
const SHARE_OF_ONE: usize = 4;

impl RecentTraces {
    pub(crate) fn new(limits: RecentLimits) -> Self {
        Self { limits, traces: Mutex::default() }
    }

    /// Takes spans that are exported, too.
    pub(in crate::export) fn add(&self, spans: &[SpanData]) {
        if spans.is_empty() {
            return;
        }
        let mut traces = self.lock();
        for span in spans {
            traces.add(span, &self.limits);
        }
    }

    /// The trace of that id.
    pub(crate) fn get(&self, id: TraceId) -> Option<RecentTrace> {
        let traces = self.lock();
        let trace = traces.by_id.get(&id)?;
        Some(RecentTrace {
            summary: trace.summary(id),
            is_complete: trace.is_complete(),
            spans: trace.spans().to_vec(),
        })
    }

    #[cfg(any(test, feature = "logs"))]
    pub(crate) fn knows(&self, id: TraceId) -> bool {
        self.lock().by_id.contains_key(&id)
    }

    /// The traces that match, newest first.
    pub(crate) fn find(&self, query: &TraceQuery) -> Found {
        let traces = self.lock();
        let matching = traces.newest().filter(|(id, trace)| query.matches(*id, trace));
        Found {
            traces: matching.take(query.limit).map(|(id, trace)| trace.summary(id)).collect(),
            kept: traces.by_id.len(),
            capacity: self.limits.traces,
            left_out: traces.left_out,
        }
    }

    /// The traces in which the operation of that name took longest, slowest first.
    pub(crate) fn slowest(&self, span_name: &str, most: usize) -> Vec<TraceSummary> {
        let traces = self.lock();
        let mut slowest: Vec<_> = traces
            .newest()
            .filter_map(|(id, trace)| trace.longest(span_name).map(|time| (time, id, trace)))
            .collect();
        slowest.sort_by_key(|(time, ..)| std::cmp::Reverse(*time));
        slowest.into_iter().take(most).map(|(_, id, trace)| trace.summary(id)).collect()
    }

    /// The last spans of that name that failed, newest first.
    pub(crate) fn failed(&self, span_name: &str, most: usize) -> Vec<Arc<SpanData>> {
        let traces = self.lock();
        let failed =
            traces.newest().filter(|(_, trace)| trace.has_errors()).flat_map(|(_, trace)| trace.spans());
        let is_failed =
            |span: &&Arc<SpanData>| span.name == span_name && matches!(span.status, Status::Error { .. });
        failed.filter(is_failed).take(most).cloned().collect()
    }

    /// What recorded spans say of calls to others that no operation counts, since that time.
    pub(crate) fn outgoing(&self, since: SystemTime) -> Vec<Outgoing> {
        self.lock().calls.since(since)
    }

    fn lock(&self) -> MutexGuard<'_, Traces> {
        self.traces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Traces {
    fn newest(&self) -> impl Iterator<Item = (TraceId, &Trace)> {
        self.order.newest().filter_map(|id| Some((id, self.by_id.get(&id)?)))
    }

    fn add(&mut self, span: &SpanData, limits: &RecentLimits) {
        self.calls.note(span);
        let id = span.span_context.trace_id();
        let trace = self.by_id.entry(id).or_insert_with(|| {
            self.order.push(id);
            Trace::default()
        });
        let bytes = trace::bytes_of_span(span);
        let is_full =
            trace.spans().len() >= limits.trace_spans || trace.bytes() + bytes > limits.bytes / SHARE_OF_ONE;
        if is_full {
            trace.leave_out();
            self.left_out += 1;
        } else {
            let had_failed = trace.has_errors();
            trace.add(Arc::new(span.clone()), bytes);
            self.bytes += bytes;
            if trace.has_errors() && !had_failed {
                self.order.fail(id);
            }
        }
        while self.by_id.len() > limits.traces || self.bytes > limits.bytes {
            let Some(oldest) = self.order.pop() else { return };
            if let Some(gone) = self.by_id.remove(&oldest) {
                self.bytes -= gone.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests;
