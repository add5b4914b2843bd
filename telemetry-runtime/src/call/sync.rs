//! The guard of a synchronous call.
//!
//! What an expansion calls is inlined into it, but not in a debug build, which would only take longer to compile.

use super::{journey, token::Token};
use crate::{
    breaker::{BreakerOpen, Ticket},
    classify::{Judge, Verdict},
    operation::{Inside, Operation},
    outcome::Outcome,
    thread::ContextWords,
};

/// A running synchronous call with a value to judge; without one it has panicked.
///
/// The value's function has no other way out than to return or to unwind.
#[must_use]
#[derive(Debug)]
pub struct Entered {
    operation: &'static Operation,
    token: Token,
    /// The context of its recorded span.
    own: ContextWords,
    is_open: bool,
    /// Left after the end, which writes records.
    _inside: Inside,
}

/// Starts a call of a function that returns a value.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn enter(operation: &'static Operation) -> Entered {
    let token = journey::start(operation);
    Entered { operation, token, own: token.own_context(), is_open: true, _inside: Inside::of(operation) }
}

impl Entered {
    /// Ends the call as `judge` decides.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn finish<R: ?Sized>(&mut self, output: &R, judge: impl Judge<R>) {
        let verdict = judge.judge(output);
        self.is_open = false;
        match verdict.outcome {
            Outcome::Success => journey::succeed(self.operation, self.token, &self.own),
            _ => journey::end(self.operation, self.token, &self.own, None, verdict),
        }
    }

    pub(super) fn finish_as(&mut self, outcome: Outcome) {
        self.is_open = false;
        journey::end(self.operation, self.token, &self.own, None, outcome.into());
    }
}

impl Drop for Entered {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if self.is_open {
            end_by_panic(self.operation, self.token, &self.own, None);
        }
    }
}

#[cold]
fn end_by_panic(operation: &'static Operation, token: Token, own: &ContextWords, ticket: Option<Ticket>) {
    journey::end(operation, token, own, ticket, Verdict::from(Outcome::Panicked));
}

/// A running call that its breaker admitted.
#[must_use]
#[derive(Debug)]
pub struct Admitted {
    operation: &'static Operation,
    token: Token,
    own: ContextWords,
    ticket: Option<Ticket>,
    is_open: bool,
    _inside: Inside,
}

/// Starts a call if the operation's breaker admits it.
///
/// # Errors
///
/// [`BreakerOpen`] if it does not; the call is counted as rejected.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn admit(operation: &'static Operation) -> Result<Admitted, BreakerOpen> {
    let ticket = journey::admit(operation)?;
    let token = journey::start(operation);
    Ok(Admitted {
        operation,
        token,
        own: token.own_context(),
        ticket,
        is_open: true,
        _inside: Inside::of(operation),
    })
}

impl Admitted {
    /// Ends the call as `judge` decides.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn finish<R: ?Sized>(&mut self, output: &R, judge: impl Judge<R>) {
        let verdict = judge.judge(output);
        self.is_open = false;
        match (verdict.outcome, self.ticket) {
            (Outcome::Success, None) => journey::succeed(self.operation, self.token, &self.own),
            _ => journey::end(self.operation, self.token, &self.own, self.ticket, verdict),
        }
    }
}

impl Drop for Admitted {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if self.is_open {
            end_by_panic(self.operation, self.token, &self.own, self.ticket);
        }
    }
}

/// A running synchronous call without a value: ends well, unless a panic began inside.
#[must_use]
#[derive(Debug)]
pub struct EnteredUnit {
    operation: &'static Operation,
    token: Token,
    own: ContextWords,
    was_panicking: bool,
    _inside: Inside,
}

/// Starts a call of a function without a value.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn enter_unit(operation: &'static Operation) -> EnteredUnit {
    let was_panicking = std::thread::panicking();
    let token = journey::start(operation);
    EnteredUnit { operation, token, own: token.own_context(), was_panicking, _inside: Inside::of(operation) }
}

impl Drop for EnteredUnit {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if !self.was_panicking && std::thread::panicking() {
            end_by_panic(self.operation, self.token, &self.own, None);
        } else {
            journey::succeed(self.operation, self.token, &self.own);
        }
    }
}

/// Runs a body once.
///
/// Taking the closure here, directly, makes it `FnOnce`, so that references may leave it.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn once<R>(body: impl FnOnce() -> R) -> R {
    body()
}
