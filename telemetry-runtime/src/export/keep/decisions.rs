//! What was decided on traces, remembered for what still comes of them.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use crate::export::account::DropReason;

/// What was decided on a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Kept,
    Dropped(DropReason),
}

/// Decisions of one age; there are two.
const CAPACITY: usize = 32 * 1024;

/// The last decisions: as many as fit, or those of the last while, whichever are fewer.
///
/// Two ages instead of one queue: when the newer is full or old enough it becomes the older, and what is asked for is
/// new again.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    newer: HashMap<u64, Decision, SeedHasher>,
    older: HashMap<u64, Decision, SeedHasher>,
    /// When the newer age began.
    since: u64,
}

impl Decisions {
    pub(super) fn of(&mut self, seed: u64) -> Option<Decision> {
        if let Some(decision) = self.newer.get(&seed) {
            return Some(*decision);
        }
        let decision = self.older.remove(&seed)?;
        self.remember(seed, decision);
        Some(decision)
    }

    pub(super) fn remember(&mut self, seed: u64, decision: Decision) {
        if self.newer.len() >= CAPACITY {
            self.turn();
        }
        self.newer.insert(seed, decision);
    }

    /// Begins a new age if it is time to.
    pub(super) fn age(&mut self, now: u64, lasts: u64) {
        if now.saturating_sub(self.since) >= lasts {
            self.since = now;
            self.turn();
        }
    }

    fn turn(&mut self) {
        std::mem::swap(&mut self.newer, &mut self.older);
        self.newer.clear();
    }
}

/// Takes a seed for its own hash: it is random, and nobody outside chooses it.
pub(super) type SeedHasher = BuildHasherDefault<OwnHash>;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OwnHash(u64);

impl Hasher for OwnHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Option<Decision> = Some(Decision::Kept);

    #[test]
    fn decisions_last_while_they_are_asked_for_and_go_after_two_ages() {
        let mut decisions = Decisions::default();
        decisions.remember(1, Decision::Kept);
        decisions.remember(2, Decision::Dropped(DropReason::Evicted));
        for now in [10, 20, 30] {
            decisions.age(now, 10);
            assert_eq!(decisions.of(1), KEPT, "asked for at {now}");
        }
        assert_eq!(decisions.of(2), None);
        decisions.age(35, 10);
        assert_eq!(decisions.of(1), KEPT, "it is not time yet");
        decisions.age(40, 10);
        decisions.age(50, 10);
        assert_eq!(decisions.of(1), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut decisions = Decisions::default();
        for seed in 0..5 * CAPACITY as u64 {
            decisions.remember(seed, Decision::Kept);
            assert!(decisions.newer.len() + decisions.older.len() <= 2 * CAPACITY);
        }
        assert_eq!((decisions.of(5 * CAPACITY as u64 - 1), decisions.of(0)), (KEPT, None));
    }
}
