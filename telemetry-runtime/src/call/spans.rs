//! What a call tells its span: how it ended, and the error behind it.

use super::records;
use crate::{
    breaker::{BreakerEvent, BreakerEventKind},
    classify::{ErrorDetail, Verdict},
    operation::{Operation, Signals},
    outcome::Outcome,
    redact,
    thread::{self, ContextWords, Thread},
    trace::{
        live_span::{self, Place},
        record::{Encode, Encoder, EndStatus, EndWord, Kind},
        ring,
    },
};

/// Hands over the end of a call's span.
#[inline(always)]
pub(super) fn record_end(
    operation: &'static Operation,
    context: ContextWords,
    place: Place,
    times: [u64; 2],
    outcome: Outcome,
) {
    let (status, label) = match outcome {
        Outcome::Success => (EndStatus::Ok, 0),
        Outcome::Error { error_type } => (EndStatus::Error, operation.error_labels().index(&error_type)),
        Outcome::Rejected | Outcome::Cancelled => (EndStatus::Cancelled, 0),
        Outcome::Panicked => (EndStatus::Panicked, 0),
    };
    let how = EndWord {
        status,
        label: u16::try_from(label).unwrap_or(u16::MAX),
        is_parent_remote: place.is_parent_remote,
        trace_flags: 0,
        state: 0,
    };
    live_span::record_end(operation.number(), context, place.before, times, how);
}

/// Records the error as an event of the span that is current, for a call that has no span of its own.
pub(super) fn record_exception_on_current(
    operation: &Operation,
    thread: &Thread,
    tick: u64,
    verdict: &Verdict<'_>,
) {
    if is_recorded(thread) && operation.signals().has(Signals::ERRORS) {
        record_exception(operation, thread.span(), tick, verdict);
    }
}

/// Records what a breaker did as an event of the span that is current.
pub(crate) fn record_breaker_event(event: &BreakerEvent) {
    let span = thread::with(|thread| is_recorded(thread).then(|| thread.span()));
    let Some(span) = span else { return };
    let mut record = Encoder::new(Kind::Event, span);
    record.word(ring::now());
    let (name, states) = match event.kind {
        BreakerEventKind::Transition { from, to } => {
            ("circuit_breaker.transition", vec![("from", from.as_str()), ("to", to.as_str())])
        }
        BreakerEventKind::WouldOpen => ("circuit_breaker.would_open", Vec::new()),
    };
    let counts = [("calls", event.calls), ("failed", event.failed), ("slow", event.slow)];
    record.text(name);
    record.word((1 + states.len() + counts.len()) as u64);
    for (key, value) in [("breaker", event.breaker)].into_iter().chain(states) {
        record.text(key);
        value.encode(&mut record);
    }
    for (key, count) in counts {
        record.text(key);
        i64::try_from(count).unwrap_or(i64::MAX).encode(&mut record);
    }
    ring::push_addition(record.finish());
}

fn is_recorded(thread: &Thread) -> bool {
    ContextWords::is_recorded_here(thread.flags())
}

/// Records the error as an `exception` event, as OpenTelemetry's conventions have it.
#[cold]
pub(super) fn record_exception(operation: &Operation, span: u64, tick: u64, verdict: &Verdict<'_>) {
    let Outcome::Error { error_type } = verdict.outcome else { return };
    let message = if records::wants_message(operation) { verdict.detail.message() } else { None };
    let sources = message.as_ref().and_then(|_| source_chain(&verdict.detail));
    let mut event = Encoder::new(Kind::Event, span);
    event.word(tick);
    event.text("exception");
    event.word(1 + u64::from(message.is_some()) + u64::from(sources.is_some()));
    let fields = [
        ("exception.type", Some(error_type.as_str())),
        ("exception.message", message.as_deref()),
        ("exception.stacktrace", sources.as_deref()),
    ];
    for (key, value) in fields {
        if let Some(value) = value {
            event.text(key);
            value.encode(&mut event);
        }
    }
    ring::push_addition(event.finish());
}

/// Records how many items a stream has given.
pub(super) fn record_items(span: u64, items: u64) {
    let mut attribute = Encoder::new(Kind::Attribute, span);
    attribute.text("stream.items");
    items.encode(&mut attribute);
    ring::push_addition(attribute.finish());
}

/// What caused the error, one line each; errors have no stack, their sources are what comes nearest.
fn source_chain(detail: &ErrorDetail<'_>) -> Option<String> {
    const MAX_SOURCES: usize = 16;
    let ErrorDetail::Error(error) = detail else { return None };
    let sources = std::iter::successors(error.source(), |source| source.source()).take(MAX_SOURCES);
    let lines: Vec<String> =
        sources.map(|source| format!("caused by: {}", redact::message(source))).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
