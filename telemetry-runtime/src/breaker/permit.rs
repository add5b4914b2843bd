//! The right to make one call.

use super::{CircuitBreaker, Judgement, probes::Ticket};
use crate::{classify::ErrorType, outcome::Outcome};

/// The right to make one call; say how it went, or drop it.
///
/// A dropped permit says nothing about the dependency and frees its place; one dropped by a panic counts as a
/// failure. It may be sent to another thread.
///
/// ```
/// use telemetry_runtime::{BreakerConfig, CircuitBreaker};
///
/// let breaker = CircuitBreaker::new("doc.permit", BreakerConfig::default());
/// let permit = breaker.acquire()?;
/// permit.finish(&"42".parse::<u32>());
/// # Ok::<(), telemetry_runtime::BreakerOpen>(())
/// ```
#[must_use = "dropping the permit releases it"]
#[derive(Debug)]
pub struct Permit {
    breaker: CircuitBreaker,
    ticket: Option<Ticket>,
    start: u64,
    ended: bool,
    was_panicking: bool,
}

impl Permit {
    #[inline]
    pub(super) fn new(breaker: CircuitBreaker, ticket: Option<Ticket>, start: u64) -> Self {
        Self { breaker, ticket, start, ended: false, was_panicking: std::thread::panicking() }
    }

    /// The call went well.
    #[inline]
    pub fn success(mut self) {
        self.ended = true;
        self.breaker.gate().succeed_by_hand(self.ticket, self.start);
    }

    /// The call failed.
    pub fn failure(mut self) {
        self.end(Outcome::error("_OTHER"), Some(Judgement::Failure));
    }

    /// The call says nothing about the dependency.
    pub fn ignore(mut self) {
        self.end(Outcome::Cancelled, Some(Judgement::Ignored));
    }

    /// The call went as `result` says; the kind of its error may be one that the breaker ignores.
    pub fn finish<T, E: ErrorType>(self, result: &Result<T, E>) {
        match result {
            Ok(_) => self.success(),
            Err(error) => self.finish_as(Outcome::error(error.error_type())),
        }
    }

    /// The call ended like this; see [`Judgement`] for what that means to the breaker.
    pub fn finish_as(mut self, outcome: Outcome) {
        match outcome {
            Outcome::Success => self.success(),
            other => self.end(other, None),
        }
    }

    fn end(&mut self, outcome: Outcome, judgement: Option<Judgement>) {
        self.ended = true;
        self.breaker.gate().end_by_hand(self.ticket, self.start, outcome, judgement);
    }
}

impl Drop for Permit {
    #[inline]
    fn drop(&mut self) {
        if !self.ended {
            let panicked = !self.was_panicking && std::thread::panicking();
            self.end(if panicked { Outcome::Panicked } else { Outcome::Cancelled }, None);
        }
    }
}
