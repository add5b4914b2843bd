//! A trace that is not decided on, or kept before its root has ended.

use crate::export::ended::Complete;

/// A trace in the order of their first spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) seed: u64,
    pub(super) since: u64,
}

/// A trace whose root has not ended, as far as is known.
#[derive(Debug)]
pub(super) struct Open {
    since: u64,
    /// The earliest start of what was held.
    began: u64,
    /// There is a reason to keep it: nothing is held any more.
    is_wanted: bool,
    held: Held,
}

/// Spans, and the memory that they take.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) spans: Vec<Complete>,
    pub(super) bytes: usize,
}

impl Open {
    pub(super) fn new(since: u64) -> Self {
        Self { since, began: u64::MAX, is_wanted: false, held: Held::default() }
    }

    /// Whether this is what waits there, and not a later one of the same name.
    pub(super) fn is(&self, waiting: &Waiting) -> bool {
        self.since == waiting.since
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    pub(super) fn began(&self) -> u64 {
        self.began
    }

    pub(super) fn hold(&mut self, complete: Complete, bytes: usize) {
        self.began = self.began.min(complete.ended.span.start);
        self.held.spans.push(complete);
        self.held.bytes += bytes;
    }

    /// There is a reason to keep it; gives what was held.
    pub(super) fn want(&mut self) -> Held {
        self.is_wanted = true;
        std::mem::take(&mut self.held)
    }
}
