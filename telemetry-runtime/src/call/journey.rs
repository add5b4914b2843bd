//! What a call does, in order.
//!
//! Start: ask the breaker, count the start, make the context current, read the clock. End: read the clock, restore
//! the context, count, and on the rare side tell the breaker and write records. The functions here are not generic,
//! so that they are compiled once; what a call carries in between is two words.

use std::time::Duration;

use super::{
    place::{Place, elsewhere},
    records, spans,
    token::Token,
};
use crate::{
    breaker::{BreakerOpen, Ticket},
    cells::{CallCells, Owned, Shared},
    classify::Verdict,
    clock,
    operation::{Operation, Signals},
    outcome::Outcome,
    scope::Scope,
    thread::{self, ContextWords, Recording, Thread},
    trace::{
        live_span::{self, Place as SpanPlace},
        sampler::Subject,
    },
};

/// The start of a call that nobody counts; no clock says zero.
pub(super) const UNCOUNTED: u64 = 0;

/// Whether calls of the operation leave no trace: telemetry is switched off, and no breaker judges them.
#[inline(always)]
pub(super) fn is_uncounted(operation: &Operation, thread: &Thread) -> bool {
    !records::is_enabled()
        && operation.keys().breaker.is_none()
        // A test's scope counts whatever the process does.
        && thread.recording() != Recording::Everything
}

/// Starts a call on this thread.
#[inline(always)]
pub(crate) fn start(operation: &'static Operation) -> Token {
    // What runs inside of `with` must be small: whether a large closure is inlined there changes from build to build.
    thread::with(|thread| match is_uncounted(operation, thread) {
        true => Token::UNCOUNTED,
        false => start_counted(operation, thread),
    })
}

#[inline(never)]
fn start_counted(operation: &'static Operation, thread: &Thread) -> Token {
    if !operation.signals().has(Signals::SPAN) {
        return start_otherwise(operation, thread);
    }
    let place = live_span::enter(thread, Subject::Call(operation));
    let token = Token::new(begin_counted(operation, thread), place);
    if token.is_recorded() {
        live_span::open_recorded(thread);
    }
    token
}

/// Starts a call without a span, or with one that a rule of its own decides on.
#[inline]
fn start_otherwise(operation: &'static Operation, thread: &Thread) -> Token {
    let place = match operation.signals().has(Signals::SPAN_BY_RULE) {
        true => live_span::enter_by_rule(thread, operation.sample(), Subject::Call(operation)),
        false => None,
    };
    let place = place.unwrap_or(SpanPlace { before: thread.span(), ..SpanPlace::default() });
    let token = Token::new(begin_counted(operation, thread), place);
    if token.is_recorded() {
        live_span::open_recorded(thread);
    }
    token
}

/// Counts the start and reads the clock, without touching the context.
#[inline(always)]
pub(crate) fn begin(operation: &'static Operation, thread: &Thread) -> u64 {
    if is_uncounted(operation, thread) { UNCOUNTED } else { begin_counted(operation, thread) }
}

/// As [`begin`], of a call that somebody counts.
#[inline(always)]
pub(super) fn begin_counted(operation: &'static Operation, thread: &Thread) -> u64 {
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
        place.now()
    })
}

/// Asks the operation's breaker; a refusal is counted.
#[inline]
pub(crate) fn admit(operation: &'static Operation) -> Result<Option<Ticket>, BreakerOpen> {
    let slot = thread::with(Thread::slot);
    let Some((cells, bound)) = operation.own(slot) else { return admit_elsewhere(operation) };
    let Some(breaker) = &bound.breaker else { return Ok(None) };
    breaker.admit().inspect_err(|_| cells.reject::<Owned>())
}

#[cold]
fn admit_elsewhere(operation: &'static Operation) -> Result<Option<Ticket>, BreakerOpen> {
    elsewhere(operation, None, |place| {
        let Some(breaker) = place.breaker() else { return Ok(None) };
        let admitted = breaker.admit();
        if admitted.is_err() {
            place.write(CallCells::reject::<Owned>, CallCells::reject::<Shared>);
        }
        admitted
    })
}

/// Counts a call whose value comes from its fallback.
#[cold]
pub(crate) fn fall_back(operation: &'static Operation) {
    elsewhere(operation, None, |place| {
        place.write(CallCells::fall_back::<Owned>, CallCells::fall_back::<Shared>);
    });
}

/// Ends a call that went well.
#[inline(always)]
pub(crate) fn succeed(operation: &'static Operation, token: Token, own: &ContextWords) {
    if !token.is_uncounted() {
        thread::with(|thread| succeed_counted(operation, thread, token, own));
    }
}

#[inline(never)]
fn succeed_counted(operation: &'static Operation, thread: &Thread, token: Token, own: &ContextWords) {
    if token.has_marks() {
        return end_marked(operation, thread, token, own, None, Verdict::SUCCESS);
    }
    live_span::leave(thread, token.before);
    count_success(operation, thread, token.start());
}

/// Ends a call that has a recorded span, or changed the context because it has none.
#[inline(never)]
fn end_marked(
    operation: &'static Operation,
    thread: &Thread,
    token: Token,
    own: &ContextWords,
    ticket: Option<Ticket>,
    verdict: Verdict<'_>,
) {
    let end = match verdict.outcome {
        Outcome::Success if ticket.is_none() => count_success(operation, thread, token.start()),
        _ => {
            let end = count_end(operation, thread, token.start(), ticket, verdict);
            if token.is_recorded() {
                spans::record_exception(operation, own.span, end, &verdict);
            }
            end
        }
    };
    if !token.is_recorded() {
        return live_span::leave_dropped(thread, token.before);
    }
    let place = token.place();
    spans::record_end(operation, *own, place, [token.start(), end], verdict.outcome);
    live_span::leave_recorded(thread, *own, place);
}

/// Counts a call that somebody counts and that went well, without touching the context; gives its end.
#[inline(always)]
pub(super) fn count_success(operation: &'static Operation, thread: &Thread, start: u64) -> u64 {
    let Some((cells, bound)) = operation.own(thread.slot()) else {
        return end_elsewhere(operation, None, start, None, Verdict::SUCCESS);
    };
    let end = clock::process().ticks();
    let ticks = end.saturating_sub(start);
    let is_watched = bound.breaker.as_ref().is_some_and(|breaker| breaker.wants(start, end));
    if is_watched || bound.is_told(ticks) {
        let place = Place::own(cells, bound);
        place.end(operation, start, end, None, &Verdict::SUCCESS);
        return end;
    }
    cells.succeed::<Owned>(bound.bounds.bucket(ticks), ticks);
    end
}

/// Ends a call, however it went.
#[inline(always)]
pub(crate) fn end(
    operation: &'static Operation,
    token: Token,
    own: &ContextWords,
    ticket: Option<Ticket>,
    verdict: Verdict<'_>,
) {
    if !token.is_uncounted() {
        thread::with(|thread| end_counted(operation, thread, token, own, ticket, verdict));
    }
}

#[inline(never)]
fn end_counted(
    operation: &'static Operation,
    thread: &Thread,
    token: Token,
    own: &ContextWords,
    ticket: Option<Ticket>,
    verdict: Verdict<'_>,
) {
    if token.has_marks() {
        return end_marked(operation, thread, token, own, ticket, verdict);
    }
    let end = count_end(operation, thread, token.start(), ticket, verdict);
    if !operation.signals().has(Signals::SPAN) {
        spans::record_exception_on_current(operation, thread, end, &verdict);
    }
    live_span::leave(thread, token.before);
}

/// Counts the end of a call, without touching the context; gives its end.
pub(crate) fn count_end(
    operation: &'static Operation,
    thread: &Thread,
    start: u64,
    ticket: Option<Ticket>,
    verdict: Verdict<'_>,
) -> u64 {
    if start == UNCOUNTED {
        return UNCOUNTED;
    }
    let Some((cells, bound)) = operation.own(thread.slot()) else {
        return end_elsewhere(operation, None, start, ticket, verdict);
    };
    let end = clock::process().ticks();
    let place = Place::own(cells, bound);
    place.end(operation, start, end, ticket, &verdict);
    end
}

/// Counts the end of a call in `scope`, or where this thread counts; gives its end.
#[cold]
pub(crate) fn end_elsewhere(
    operation: &'static Operation,
    scope: Option<&Scope>,
    start: u64,
    ticket: Option<Ticket>,
    verdict: Verdict<'_>,
) -> u64 {
    elsewhere(operation, scope, |place| {
        let end = place.now();
        place.end(operation, start, end, ticket, &verdict);
        end
    })
}

/// Counts a call that ran elsewhere for that long and has ended now.
pub(crate) fn record(operation: &'static Operation, verdict: Verdict<'_>, duration: Duration) {
    if thread::with(|thread| is_uncounted(operation, thread)) {
        return;
    }
    elsewhere(operation, None, |place| {
        if verdict.outcome == Outcome::Rejected {
            return place.write(CallCells::reject::<Owned>, CallCells::reject::<Shared>);
        }
        place.write(CallCells::start::<Owned>, CallCells::start::<Shared>);
        let ticks = place.ticks_in(duration);
        // It may have begun before the clock did.
        let end = place.now().max(ticks);
        place.end(operation, end - ticks, end, None, &verdict);
    });
}
