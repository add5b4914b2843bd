//! The share of an operation's roots that is recorded, looked up once for each policy.

use std::sync::atomic::{AtomicU64, Ordering};

/// The share of roots that a sampling policy gives an operation.
#[derive(Debug)]
pub(crate) struct RootShare {
    /// Of the policy that it comes from; none is the zeroth.
    generation: AtomicU64,
    below: AtomicU64,
}

impl RootShare {
    pub(super) const fn new() -> Self {
        Self { generation: AtomicU64::new(0), below: AtomicU64::new(0) }
    }

    /// What was looked up under the policy of that generation.
    #[inline]
    pub(crate) fn get(&self, generation: u64) -> Option<u64> {
        let is_known = self.generation.load(Ordering::Acquire) == generation;
        is_known.then(|| self.below.load(Ordering::Relaxed))
    }

    /// Remembers; several threads at a time may do so only for the same policy.
    pub(crate) fn set(&self, generation: u64, below: u64) {
        self.below.store(below, Ordering::Relaxed);
        self.generation.store(generation, Ordering::Release);
    }
}
