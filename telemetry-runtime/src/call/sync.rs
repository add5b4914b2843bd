//! The guard of a synchronous call.

use super::journey::{self, Token};
use crate::{
    breaker::{BreakerOpen, Ticket},
    classify::{Judge, Verdict},
    operation::Operation,
    outcome::Outcome,
};

/// A running synchronous call with a value to judge; without one it has panicked.
///
/// The value's function has no other way out than to return or to unwind.
#[must_use]
#[derive(Debug)]
pub struct Entered {
    operation: &'static Operation,
    token: Token,
    is_open: bool,
}

/// Starts a call of a function that returns a value.
#[inline(always)]
pub fn enter(operation: &'static Operation) -> Entered {
    Entered { operation, token: journey::start(operation), is_open: true }
}

impl Entered {
    /// Ends the call as `judge` decides.
    #[inline(always)]
    pub fn finish<R: ?Sized>(&mut self, output: &R, judge: impl Judge<R>) {
        let verdict = judge.judge(output);
        self.is_open = false;
        match verdict.outcome {
            Outcome::Success => journey::succeed(self.operation, self.token),
            _ => journey::end(self.operation, self.token, None, verdict),
        }
    }

    pub(super) fn finish_as(&mut self, outcome: Outcome) {
        self.is_open = false;
        journey::end(self.operation, self.token, None, outcome.into());
    }
}

impl Drop for Entered {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_open {
            end_by_panic(self.operation, self.token, None);
        }
    }
}

#[cold]
fn end_by_panic(operation: &'static Operation, token: Token, ticket: Option<Ticket>) {
    journey::end(operation, token, ticket, Verdict::from(Outcome::Panicked));
}

/// A running call that its breaker admitted.
#[must_use]
#[derive(Debug)]
pub struct Admitted {
    operation: &'static Operation,
    token: Token,
    ticket: Option<Ticket>,
    is_open: bool,
}

/// Starts a call if the operation's breaker admits it.
///
/// # Errors
///
/// [`BreakerOpen`] if it does not; the call is counted as rejected.
#[inline(always)]
pub fn admit(operation: &'static Operation) -> Result<Admitted, BreakerOpen> {
    let ticket = journey::admit(operation)?;
    Ok(Admitted { operation, token: journey::start(operation), ticket, is_open: true })
}

impl Admitted {
    /// Ends the call as `judge` decides.
    #[inline(always)]
    pub fn finish<R: ?Sized>(&mut self, output: &R, judge: impl Judge<R>) {
        let verdict = judge.judge(output);
        self.is_open = false;
        match (verdict.outcome, self.ticket) {
            (Outcome::Success, None) => journey::succeed(self.operation, self.token),
            _ => journey::end(self.operation, self.token, self.ticket, verdict),
        }
    }
}

impl Drop for Admitted {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_open {
            end_by_panic(self.operation, self.token, self.ticket);
        }
    }
}

/// A running synchronous call without a value: ends well, unless a panic began inside.
#[must_use]
#[derive(Debug)]
pub struct EnteredUnit {
    operation: &'static Operation,
    token: Token,
    was_panicking: bool,
}

/// Starts a call of a function without a value.
#[inline(always)]
pub fn enter_unit(operation: &'static Operation) -> EnteredUnit {
    let was_panicking = std::thread::panicking();
    EnteredUnit { operation, token: journey::start(operation), was_panicking }
}

impl Drop for EnteredUnit {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.was_panicking && std::thread::panicking() {
            end_by_panic(self.operation, self.token, None);
        } else {
            journey::succeed(self.operation, self.token);
        }
    }
}

/// Runs a body once.
///
/// Taking the closure here, directly, makes it `FnOnce`, so that references may leave it.
#[inline(always)]
pub fn once<R>(body: impl FnOnce() -> R) -> R {
    body()
}
