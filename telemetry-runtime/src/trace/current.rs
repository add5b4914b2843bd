//! What is current on a thread, and the trace state beside it.

use std::cell::RefCell;

use opentelemetry::trace::SpanContext;

use super::{Context, State, context, ids, states};
use crate::thread::{self, ContextWords, Thread};

/// A trace state and the trace it belongs to.
type StateOf = ([u64; 2], State);

thread_local! {
    /// The trace state of the trace that was entered last; used only while that trace is current.
    static STATE: RefCell<Option<StateOf>> = const { RefCell::new(None) };
}

/// The span that is current on this thread.
///
/// Calls that were not sampled have a context too, so that it can be propagated. Without a call the context is
/// invalid, as the official `SpanContext::NONE`.
///
/// ```
/// use telemetry_runtime::{current_span, Operation};
///
/// assert!(!current_span().is_valid());
/// let inside = Operation::new("doc", "current").run(|| Some(current_span()));
/// assert!(inside.is_some_and(|span| span.is_valid()));
/// ```
#[must_use]
pub fn current_span() -> SpanContext {
    let words = thread::with(Thread::context);
    context::span_context(words, state_of(words).official())
}

/// The trace state beside the words: the one that a sampler chose, or that came with the trace.
pub(super) fn state_of(words: ContextWords) -> State {
    let entered = entered_state(words);
    if words.state_number() != 0 {
        return State::from(&states::state(words.state_number(), words.trace)).with_baggage_of(entered);
    }
    entered
}

/// The state of a span that begins as `words` under `outer`; a root takes over what came without a trace.
pub(super) fn state_below(outer: ContextWords, words: ContextWords) -> State {
    let own = state_of(words);
    if outer.is_none() { own.with_baggage_of(entered_state(outer)) } else { own }
}

/// The state that came with the trace; baggage that came without one belongs to roots.
fn entered_state(words: ContextWords) -> State {
    let is_of =
        |of: [u64; 2]| of == words.trace || (words.trace == [0; 2] && of == ids::trace_of_seed(words.span));
    let state = STATE.try_with(|state| match &*state.try_borrow().ok()? {
        Some((of, state)) if is_of(*of) => Some(state.clone()),
        _ => None,
    });
    state.ok().flatten().unwrap_or_default()
}

thread_local! {
    /// Spans that were left while another was current, and what was current before them.
    static LEFT: RefCell<Vec<(ContextWords, ContextWords)>> = const { RefCell::new(Vec::new()) };
}

/// Guards left out of order that a thread remembers; beyond it the oldest are forgotten.
const MAX_LEFT: usize = 64;

/// Remembers that `own` was left while it was not current: whoever restores it restores `outer` instead.
#[cold]
pub(super) fn left_out_of_order(own: ContextWords, outer: ContextWords) {
    let _ = LEFT.try_with(|left| {
        let Ok(mut left) = left.try_borrow_mut() else { return };
        if left.len() >= MAX_LEFT {
            left.remove(0);
        }
        left.push((own, outer));
    });
}

/// What to restore instead of `words`, if their span was left meanwhile.
pub(super) fn resolve(mut words: ContextWords) -> ContextWords {
    let _ = LEFT.try_with(|left| {
        let Ok(mut left) = left.try_borrow_mut() else { return };
        while let Some(at) = left.iter().position(|(own, _)| *own == words) {
            words = left.swap_remove(at).1;
        }
    });
    words
}

/// Makes `context` current until the guard is dropped.
pub(crate) fn enter(context: &Context) -> Entered {
    let words = context.words();
    let state = enter_state(words.trace, context.state());
    Entered { outer: thread::with(|thread| thread.replace_context(words)), _state: state }
}

/// Restores what was current before, when dropped.
#[derive(Debug)]
pub(crate) struct Entered {
    outer: ContextWords,
    _state: EnteredState,
}

impl Drop for Entered {
    fn drop(&mut self) {
        thread::with(|thread| thread.replace_context(resolve(self.outer)));
    }
}

/// Puts a trace's state beside the current span until the guard is dropped; an empty one changes nothing.
pub(super) fn enter_state(trace: [u64; 2], state: &State) -> EnteredState {
    EnteredState { before: (!state.is_none()).then(|| replace_state(Some((trace, state.clone())))) }
}

/// Restores the trace state before, when dropped.
#[derive(Debug)]
pub(crate) struct EnteredState {
    before: Option<Option<StateOf>>,
}

impl Drop for EnteredState {
    fn drop(&mut self) {
        if let Some(state) = self.before.take() {
            replace_state(state);
        }
    }
}

fn replace_state(new: Option<StateOf>) -> Option<StateOf> {
    STATE
        .try_with(|state| Some(std::mem::replace(&mut *state.try_borrow_mut().ok()?, new)))
        .ok()
        .flatten()
        .flatten()
}
