//! What a call does, in order.
//!
//! Start: ask the breaker, count the start, make the context current, read the clock. End: read the clock, restore
//! the context, count, and on the rare side tell the breaker and write records. The functions here are not generic,
//! so that they are compiled once; what a call carries in between is two words.

use super::records;
use crate::{
    breaker::{BreakerOpen, CallEnd, CircuitBreaker, Ticket},
    cells::{CallCells, End, Owned, Shared, Writer},
    classify::Verdict,
    clock::{self, Clock},
    operation::{Bound, Operation},
    outcome::Outcome,
    scope::{self, Scope},
    thread::{self, ContextWords, Thread},
};

/// What a running call carries: its start in ticks, and the span word that was current before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: u64,
    pub(crate) before: u64,
}

/// Starts a call on this thread.
#[inline(never)]
pub(crate) fn start(operation: &'static Operation) -> Token {
    thread::with(|thread| {
        let before = thread.enter_span();
        Token { start: begin(operation, thread), before }
    })
}

/// Counts the start and reads the clock, without touching the context.
#[inline(always)]
pub(crate) fn begin(operation: &'static Operation, thread: &Thread) -> u64 {
    match operation.cells().get(thread.slot()) {
        Some(cells) => {
            cells.start::<Owned>();
            clock::process().ticks()
        }
        None => begin_elsewhere(operation),
    }
}

#[cold]
fn begin_elsewhere(operation: &'static Operation) -> u64 {
    elsewhere(operation, None, |place| {
        place.write(CallCells::start::<Owned>, CallCells::start::<Shared>);
        place.clock.ticks()
    })
}

/// Asks the operation's breaker; a refusal is counted.
#[inline]
pub(crate) fn admit(operation: &'static Operation) -> Result<Option<Ticket>, BreakerOpen> {
    let slot = thread::with(Thread::slot);
    let Some(cells) = operation.cells().get(slot) else { return admit_elsewhere(operation) };
    let Some(breaker) = &operation.bound().breaker else { return Ok(None) };
    breaker.gate().admit().inspect_err(|_| cells.reject::<Owned>())
}

#[cold]
fn admit_elsewhere(operation: &'static Operation) -> Result<Option<Ticket>, BreakerOpen> {
    elsewhere(operation, None, |place| {
        let Some(breaker) = &place.bound.breaker else { return Ok(None) };
        let admitted = breaker.gate().admit();
        if admitted.is_err() {
            place.write(CallCells::reject::<Owned>, CallCells::reject::<Shared>);
        }
        admitted
    })
}

/// Ends a call that went well.
#[inline(never)]
pub(crate) fn succeed(operation: &'static Operation, token: Token) {
    thread::with(|thread| {
        thread.leave_span(token.before);
        count_success(operation, thread, token.start);
    });
}

/// Counts a call that went well, without touching the context.
#[inline(always)]
pub(crate) fn count_success(operation: &'static Operation, thread: &Thread, start: u64) {
    let Some(cells) = operation.cells().get(thread.slot()) else {
        return end_elsewhere(operation, None, start, None, Verdict::SUCCESS);
    };
    let end = clock::process().ticks();
    let bound = operation.bound();
    let ticks = end.saturating_sub(start);
    let is_watched = bound.breaker.as_ref().is_some_and(|breaker| breaker.gate().needs_success(start, end));
    if is_watched || bound.is_slow(ticks) {
        let place = Place { cells, is_owned: true, bound, clock: clock::process() };
        return place.end(operation, start, end, None, Verdict::SUCCESS);
    }
    cells.succeed::<Owned>(bound.bounds.bucket(ticks), ticks);
}

/// Ends a call, however it went.
#[inline(never)]
pub(crate) fn end(operation: &'static Operation, token: Token, ticket: Option<Ticket>, verdict: Verdict<'_>) {
    thread::with(|thread| {
        count_end(operation, thread, token.start, ticket, verdict);
        thread.leave_span(token.before);
    });
}

/// Counts the end of a call, without touching the context.
pub(crate) fn count_end(
    operation: &'static Operation,
    thread: &Thread,
    start: u64,
    ticket: Option<Ticket>,
    verdict: Verdict<'_>,
) {
    let Some(cells) = operation.cells().get(thread.slot()) else {
        return end_elsewhere(operation, None, start, ticket, verdict);
    };
    let end = clock::process().ticks();
    let place = Place { cells, is_owned: true, bound: operation.bound(), clock: clock::process() };
    place.end(operation, start, end, ticket, verdict);
}

/// Counts the end of a call in `scope`, or where this thread counts.
#[cold]
pub(crate) fn end_elsewhere(
    operation: &'static Operation,
    scope: Option<&Scope>,
    start: u64,
    ticket: Option<Ticket>,
    verdict: Verdict<'_>,
) {
    elsewhere(operation, scope, |place| {
        let end = place.clock.ticks();
        place.end(operation, start, end, ticket, verdict);
    });
}

/// Where a call is counted.
pub(crate) struct Place<'a> {
    cells: &'a CallCells,
    /// This thread is the only writer of `cells`.
    is_owned: bool,
    bound: &'a Bound,
    clock: &'a Clock,
}

impl Place<'_> {
    fn write(&self, owned: impl FnOnce(&CallCells), shared: impl FnOnce(&CallCells)) {
        if self.is_owned { owned(self.cells) } else { shared(self.cells) }
    }

    #[inline(never)]
    fn end(
        &self,
        operation: &'static Operation,
        start: u64,
        end: u64,
        ticket: Option<Ticket>,
        verdict: Verdict<'_>,
    ) {
        let ticks = end.saturating_sub(start);
        let (kind, judged) = ends(operation, verdict.outcome);
        let breaker =
            self.bound.breaker.as_ref().map(CircuitBreaker::gate).filter(|gate| {
                ticket.is_some() || judged == CallEnd::Failed || gate.needs_success(start, end)
            });
        if let Some(gate) = breaker {
            gate.before_end(end);
        }
        let bucket = self.bound.bounds.bucket(ticks);
        self.write(
            |cells| count::<Owned>(cells, kind, bucket, ticks),
            |cells| count::<Shared>(cells, kind, bucket, ticks),
        );
        if let Some(gate) = breaker {
            gate.after_end(ticket, start, end, judged);
        }
        let is_slow = self.bound.is_slow(ticks);
        records::write(operation, &verdict, is_slow, || self.clock.duration(ticks));
    }
}

fn count<W: Writer>(cells: &CallCells, end: End, bucket: usize, ticks: u64) {
    cells.end::<W>(end, bucket, ticks);
}

/// What the cells and the breaker make of an outcome.
fn ends(operation: &Operation, outcome: Outcome) -> (End, CallEnd) {
    match outcome {
        Outcome::Success => (End::Success, CallEnd::Succeeded),
        Outcome::Error { error_type } => {
            (End::Error(operation.error_labels().index(error_type)), CallEnd::Failed)
        }
        Outcome::Panicked => (End::Panicked, CallEnd::Failed),
        // A call that ran cannot have been rejected here; whoever says so is believed no further.
        Outcome::Cancelled | Outcome::Rejected => (End::Cancelled, CallEnd::Ignored),
    }
}

/// Finds the place of a call whose thread has no cells for it yet: a scope, new cells, or the shared ones.
#[cold]
fn elsewhere<R>(
    operation: &'static Operation,
    scope: Option<&Scope>,
    work: impl FnOnce(Place<'_>) -> R,
) -> R {
    let entered = if scope.is_some() { None } else { scope::current() };
    if let Some(scope) = scope.or(entered.as_deref()) {
        let scoped = scope.operation(operation);
        let (cells, bound) = (scoped.cells.shared(), &scoped.bound);
        return work(Place { cells, is_owned: false, bound, clock: scope.clock() });
    }
    let bound = operation.bound();
    let slot = thread::with(Thread::assign_slot);
    let (cells, is_owned) = match operation.cells().get_or_make(slot) {
        Some(cells) => (cells, true),
        None => (operation.cells().shared(), false),
    };
    work(Place { cells, is_owned, bound, clock: clock::process() })
}

/// Makes a call's context current and returns what was current.
///
/// The context of the first poll is `own`: the one that was current then, or a fresh root.
pub(crate) fn enter_context(thread: &Thread, own: &mut ContextWords) -> ContextWords {
    let outer = thread.context();
    if own.is_none() {
        thread.enter_span();
        *own = thread.context();
    } else {
        thread.replace_context(*own);
    }
    outer
}
