//! What all spans have in common that are no calls: a place in their trace, and the time when they began.

use std::marker::PhantomData;

use super::{
    Context, State,
    current::{self, EnteredState},
    ids,
    live_span::{self, Place},
    record::{EndStatus, EndWord},
    ring,
    sampler::Subject,
};
use crate::thread::{self, ContextWords};

/// A span that has begun; it is not current yet.
#[derive(Debug)]
pub(crate) struct Begun {
    words: ContextWords,
    state: State,
    place: Place,
    start: u64,
}

impl Begun {
    /// Begins a span under `parent`, or under what is current on this thread.
    pub(crate) fn new(parent: Option<&Context>, subject: Subject<'_>) -> Self {
        let _parent = parent.map(current::enter);
        thread::with(|thread| {
            let outer = thread.context();
            let place = live_span::enter(thread, subject);
            if place.is_sampled {
                live_span::open_recorded(thread);
            } else {
                live_span::open_unrecorded(thread);
            }
            let words = thread.replace_context(outer);
            Self { words, state: current::state_below(outer, words), place, start: ring::now() }
        })
    }

    /// It began at another tick than now.
    #[cfg(feature = "otel-api")]
    pub(super) fn began_at(&mut self, tick: u64) {
        self.start = tick;
    }

    /// Whether anything that is said of it will be seen.
    pub(crate) fn is_recording(&self) -> bool {
        self.place.is_sampled
    }

    /// Its words, if its trace is sampled for sure.
    #[cfg(feature = "axum")]
    pub(super) fn sampled_words(&self) -> Option<ContextWords> {
        (self.is_recording() && self.words.flags & ContextWords::SAMPLED != 0).then_some(self.words)
    }

    /// Its id, as records name it.
    pub(crate) fn id(&self) -> u64 {
        self.words.span
    }

    pub(crate) fn context(&self) -> Context {
        Context::of_words(self.words, self.state.clone())
    }

    /// Makes it current on this thread until the guard is dropped.
    pub(crate) fn enter(&self) -> SpanGuard {
        let state = current::enter_state(trace_of(self.words), &self.state);
        let outer = thread::with(|thread| thread.replace_context(self.words));
        SpanGuard { own: self.words, outer, _state: state, not_send: PhantomData }
    }

    /// What is said of it from here on goes nowhere; says whether it was seen so far.
    pub(super) fn stop_recording(&mut self) -> bool {
        std::mem::replace(&mut self.place.is_sampled, false)
    }

    pub(super) fn trace(&self) -> [u64; 2] {
        self.words.trace
    }

    /// The span before, and start and end.
    pub(super) fn frame(&self, end: u64) -> [u64; 3] {
        [self.place.before, self.start, end]
    }

    pub(super) fn how(&self, status: EndStatus) -> EndWord {
        EndWord {
            status,
            label: 0,
            is_parent_remote: self.place.is_parent_remote,
            trace_flags: self.words.flags as u8,
            state: self.words.state_number(),
        }
    }
}

/// Makes a place current on this thread until the guard is dropped, in whatever order guards are.
#[cfg(feature = "otel-api")]
pub(crate) fn enter_until_dropped(context: &Context) -> SpanGuard {
    let own = context.words();
    let state = current::enter_state(own.trace, context.state());
    let outer = thread::with(|thread| thread.replace_context(own));
    SpanGuard { own, outer, _state: state, not_send: PhantomData }
}

/// The trace as the children of a span have it.
pub(super) fn trace_of(words: ContextWords) -> [u64; 2] {
    if words.trace == [0; 2] { ids::trace_of_seed(words.span) } else { words.trace }
}

/// Makes what was current before the span current again, when dropped.
///
/// Guards may be dropped in any order: one that is not current any more leaves the current span alone.
///
/// ```
/// use telemetry_runtime::{SpanGuard, current_span, span};
///
/// let span = span("load page").start();
/// let guard: SpanGuard = span.enter();
/// assert!(current_span().is_valid());
/// drop(guard);
/// assert!(!current_span().is_valid());
/// ```
#[must_use = "the span is current only as long as the guard lives"]
#[derive(Debug)]
pub struct SpanGuard {
    own: ContextWords,
    outer: ContextWords,
    _state: EnteredState,
    not_send: PhantomData<*const ()>,
}

impl Drop for SpanGuard {
    fn drop(&mut self) {
        thread::with(|thread| {
            if thread.context() == self.own {
                thread.replace_context(current::resolve(self.outer));
            } else {
                current::left_out_of_order(self.own, self.outer);
            }
        });
    }
}
