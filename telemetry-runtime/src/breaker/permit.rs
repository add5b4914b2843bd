//! The right to make one call.

use super::{CircuitBreaker, state::Ticket};

/// The right to make one call; say how it went, or drop it.
///
/// A dropped permit says nothing about the dependency and frees its place; one dropped by a panic counts as a
/// failure.
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
    pub(super) fn new(breaker: CircuitBreaker, ticket: Option<Ticket>, start: u64) -> Self {
        Self { breaker, ticket, start, ended: false, was_panicking: std::thread::panicking() }
    }

    /// The call went well.
    pub fn success(mut self) {
        self.end(Some(false));
    }

    /// The call failed.
    pub fn failure(mut self) {
        self.end(Some(true));
    }

    /// The call says nothing about the dependency.
    pub fn ignore(mut self) {
        self.end(None);
    }

    fn end(&mut self, failed: Option<bool>) {
        if !std::mem::replace(&mut self.ended, true) {
            self.breaker.end_by_hand(self.ticket, self.start, failed);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let panicked = !self.was_panicking && std::thread::panicking();
        self.end(panicked.then_some(true));
    }
}
