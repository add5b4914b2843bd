//! A place in a trace that code can carry.

use std::sync::Arc;

use opentelemetry::trace::{SpanContext, TraceState};
use opentelemetry::{SpanId, TraceFlags, TraceId};

use super::{State, current, head, ids};
use crate::thread::{self, ContextWords, Thread};

/// A place in a trace that code can carry to another task, thread or process.
///
/// ```
/// use telemetry_runtime::{extract, Context};
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse()?);
/// let caller: Context = extract(&headers);
/// assert_eq!(caller.span_context().trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    span: SpanContext,
    state: State,
    /// See [`ContextWords::REFUSED`].
    is_refused: bool,
}

impl Context {
    /// No trace.
    pub const NONE: Self = Self { span: SpanContext::NONE, state: State::NONE, is_refused: false };

    /// The place of an official span context.
    #[must_use]
    pub fn new(span: SpanContext) -> Self {
        let state = span.trace_state().into();
        Self { span, state, is_refused: false }
    }

    /// What is current on this thread.
    #[must_use]
    pub fn current() -> Self {
        let words = thread::with(Thread::context);
        Self::of_words(words, current::state_of(words))
    }

    pub(crate) fn of_words(words: ContextWords, state: State) -> Self {
        Self {
            span: span_context(words, state.official()),
            state,
            is_refused: words.flags & ContextWords::REFUSED != 0,
        }
    }

    /// The place of a caller, with the text of its state.
    pub(crate) fn of_caller(trace: TraceId, span: SpanId, flags: TraceFlags, state: State) -> Self {
        Self { span: SpanContext::new(trace, span, flags, true, state.official()), state, is_refused: false }
    }

    /// The same place with this baggage.
    pub(crate) fn carrying(self, baggage: Arc<str>) -> Self {
        Self { state: self.state.carrying(Some(baggage)), ..self }
    }

    /// What goes on beside it in `tracestate` and `baggage`.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The official form.
    #[must_use]
    pub fn span_context(&self) -> &SpanContext {
        &self.span
    }

    /// Whether it names a trace at all.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.span.is_valid()
    }

    pub(crate) fn words(&self) -> ContextWords {
        if !self.span.is_valid() {
            return ContextWords::NONE;
        }
        let id = self.span.trace_id().to_bytes();
        let trace = [0, 8].map(|at| u64::from_be_bytes(std::array::from_fn(|byte| id[at + byte])));
        let sampled = u32::from(self.span.trace_flags().to_u8());
        let own = match self.span.is_remote() {
            true if self.is_refused => ContextWords::REMOTE | ContextWords::REFUSED,
            true => ContextWords::REMOTE,
            false if sampled & ContextWords::SAMPLED == 0 && ids::is_pending(trace) => ContextWords::PENDING,
            false => 0,
        };
        ContextWords {
            trace,
            span: u64::from_be_bytes(self.span.span_id().to_bytes()),
            flags: sampled | own | head::asked_flag(),
        }
    }
}

/// The official form of a trace id.
pub(super) fn trace_id([high, low]: [u64; 2]) -> TraceId {
    TraceId::from(u128::from(high) << 64 | u128::from(low))
}

/// The official form of the words; a local root's trace id is derived from its one word here.
pub(crate) fn span_context(words: ContextWords, state: TraceState) -> SpanContext {
    if words.is_none() {
        return SpanContext::NONE;
    }
    let is_derived = words.trace == [0; 2];
    let [high, low] = if is_derived { ids::trace_of_seed(words.span) } else { words.trace };
    let span = if is_derived { ids::mix(!words.span).max(1) } else { words.span };
    let random = if is_derived { ContextWords::RANDOM as u8 } else { 0 };
    SpanContext::new(
        trace_id([high, low]),
        SpanId::from_bytes(span.to_be_bytes()),
        TraceFlags::new((words.flags & 0xff) as u8 | random),
        words.flags & ContextWords::REMOTE != 0,
        state,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_contexts_survive_the_way_through_words() {
        let span = SpanContext::new(
            TraceId::from_bytes([7; 16]),
            SpanId::from_bytes([9; 8]),
            TraceFlags::SAMPLED,
            true,
            TraceState::NONE,
        );
        assert_eq!(span_context(Context::new(span.clone()).words(), TraceState::NONE), span);
        assert_eq!(Context::NONE.words(), ContextWords::NONE);
    }

    #[test]
    fn a_local_root_has_one_trace_id_for_its_word() {
        let root = ContextWords { trace: [0; 2], span: 42, flags: 0 };
        let first = span_context(root, TraceState::NONE);
        assert!(first.is_valid() && !first.is_sampled() && !first.is_remote());
        assert_eq!(first, span_context(root, TraceState::NONE));
        assert_eq!(first.trace_flags().to_u8(), ContextWords::RANDOM as u8);
    }
}
