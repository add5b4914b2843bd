//! What an operation needs at the end of a call, worked out once.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::{Operation, record_limit::RecordLimit};
use crate::{
    breaker::{CircuitBreaker, Registry},
    cells::{CellSource, DEFAULT_BOUNDS, TickBounds},
    clock::Clock,
};

/// What an operation needs at the end of a call, worked out once for a clock and its breakers.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) bounds: TickBounds,
    /// Calls of this many ticks are slow.
    slow_ticks: AtomicU64,
    /// Calls of this many ticks are told of: slow ones, or all.
    told_ticks: AtomicU64,
    pub(crate) breaker: Option<CircuitBreaker>,
    /// Of error records and of slow ones.
    pub(crate) records: [RecordLimit; 2],
}

impl Bound {
    /// `source` is where the operation's calls are counted.
    pub(crate) fn new(operation: &Operation, source: CellSource, clock: &Clock, breakers: &Registry) -> Self {
        let keys = operation.keys();
        let breaker = keys.breaker.as_ref().map(|protection| {
            let breaker = breakers.protecting(protection, operation.provider(), operation.name());
            breaker.gate().attach(source);
            breaker
        });
        let bound = Self {
            bounds: TickBounds::new(keys.buckets.unwrap_or(DEFAULT_BOUNDS), clock),
            slow_ticks: AtomicU64::new(u64::MAX),
            told_ticks: AtomicU64::new(u64::MAX),
            breaker,
            records: Default::default(),
        };
        bound.set_slow(operation, clock, super::slow_threshold());
        bound
    }

    /// Follows `threshold`, unless the attribute states its own.
    pub(crate) fn set_slow(&self, operation: &Operation, clock: &Clock, threshold: Duration) {
        let slow = operation.keys().slow.map_or(threshold, Duration::from_nanos);
        let ticks = if slow.is_zero() { u64::MAX } else { clock.ticks_in(slow) };
        self.slow_ticks.store(ticks, Ordering::Relaxed);
        let told = if super::tells_of_every_call() { 0 } else { ticks };
        self.told_ticks.store(told, Ordering::Relaxed);
    }

    #[inline(always)]
    pub(crate) fn is_told(&self, ticks: u64) -> bool {
        ticks >= self.told_ticks.load(Ordering::Relaxed)
    }

    pub(crate) fn is_slow(&self, ticks: u64) -> bool {
        ticks >= self.slow_ticks.load(Ordering::Relaxed)
    }
}
