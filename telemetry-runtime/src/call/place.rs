//! Where a call is counted: this thread's cells, those of everybody, or a test's.

use std::time::Duration;

use super::records;
use crate::{
    breaker::{CallEnd, CircuitBreaker, Ticket},
    cells::{CallCells, End, Owned, Shared},
    classify::Verdict,
    clock::{self, Clock},
    operation::{Bound, Operation},
    outcome::Outcome,
    scope::{self, Scope},
    thread::{self, Thread},
};

/// Where a call is counted.
pub(super) struct Place<'a> {
    cells: &'a CallCells,
    /// This thread is the only writer of `cells`.
    is_owned: bool,
    bound: &'a Bound,
    clock: &'a Clock,
}

impl<'a> Place<'a> {
    /// The cells of this thread, in the process.
    #[inline(always)]
    pub(super) fn own(cells: &'a CallCells, bound: &'a Bound) -> Self {
        Self { cells, is_owned: true, bound, clock: clock::process() }
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.ticks()
    }

    pub(super) fn ticks_in(&self, duration: Duration) -> u64 {
        self.clock.ticks_in(duration)
    }

    pub(super) fn breaker(&self) -> Option<&'a CircuitBreaker> {
        self.bound.breaker.as_ref()
    }

    pub(super) fn write(&self, owned: impl FnOnce(&CallCells), shared: impl FnOnce(&CallCells)) {
        if self.is_owned { owned(self.cells) } else { shared(self.cells) }
    }

    #[inline]
    fn count(&self, kind: End, bucket: usize, ticks: u64) {
        if self.is_owned {
            self.cells.end::<Owned>(kind, bucket, ticks);
        } else {
            self.cells.end::<Shared>(kind, bucket, ticks);
        }
    }

    /// Counts the end, tells the breaker and writes records.
    #[inline(never)]
    pub(super) fn end(
        &self,
        operation: &'static Operation,
        start: u64,
        end: u64,
        ticket: Option<Ticket>,
        verdict: &Verdict<'_>,
    ) {
        let ticks = end.saturating_sub(start);
        let kind = kind_of_end(operation, &verdict.outcome);
        let bucket = self.bound.bounds.bucket(ticks);
        let breaker = self
            .bound
            .breaker
            .as_ref()
            .filter(|breaker| ticket.is_some() || kind != End::Success || breaker.wants(start, end));
        match breaker {
            Some(breaker) => {
                let end = CallEnd { ticket, start, end, outcome: verdict.outcome };
                breaker.gate().end(end, || self.count(kind, bucket, ticks));
            }
            None => self.count(kind, bucket, ticks),
        }
        let is_slow = self.bound.is_slow(ticks);
        let told = records::Told { operation, verdict, clock: self.clock, limits: &self.bound.records };
        records::write(told, is_slow, ticks);
        #[cfg(feature = "collector")]
        super::listener::tell(operation, verdict, || self.clock.duration(ticks));
    }
}

fn kind_of_end(operation: &Operation, outcome: &Outcome) -> End {
    match outcome {
        Outcome::Success => End::Success,
        Outcome::Error { error_type } => End::Error(operation.error_labels().index(error_type)),
        Outcome::Panicked => End::Panicked,
        // A call that ran cannot have been rejected here; whoever says so is believed no further.
        Outcome::Cancelled | Outcome::Rejected => End::Cancelled,
    }
}

/// Finds the place of a call whose thread has no cells for it yet: a scope, new cells, or the shared ones.
#[cold]
pub(super) fn elsewhere<R>(
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
