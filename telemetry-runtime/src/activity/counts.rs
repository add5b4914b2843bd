//! What calls add up to, and the difference of two moments.

use crate::cells::{CallTotals, MAX_BOUNDS};

/// Buckets of a histogram, the last one included.
pub(super) const BUCKETS: usize = MAX_BOUNDS + 1;

/// What calls add up to by how they ended, and by the time that they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) success: u64,
    pub(crate) errors: u64,
    pub(crate) rejected: u64,
    pub(crate) cancelled: u64,
    pub(crate) panicked: u64,
    pub(crate) buckets: [u64; BUCKETS],
}

/// The same of one step, which is small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    ends: [u32; 5],
    buckets: [u32; BUCKETS],
}

impl Counts {
    /// Adds how calls ended; `success` is told apart, because readers must never see it go back.
    pub(super) fn add_requests(&mut self, success: u64, totals: &CallTotals) {
        self.success += success;
        self.errors += totals.errors;
        self.rejected += totals.rejected;
        self.cancelled += totals.cancelled;
        self.panicked += totals.panicked;
    }

    pub(super) fn add_durations(&mut self, totals: &CallTotals) {
        for (count, more) in self.buckets.iter_mut().zip(&totals.buckets) {
            *count += more;
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.success += other.success;
        self.errors += other.errors;
        self.rejected += other.rejected;
        self.cancelled += other.cancelled;
        self.panicked += other.panicked;
        for (count, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *count += more;
        }
    }

    /// What came since `before`.
    pub(super) fn since(&self, before: &Self) -> Self {
        let mut buckets = self.buckets;
        for (count, before) in buckets.iter_mut().zip(&before.buckets) {
            *count = count.saturating_sub(*before);
        }
        Self {
            success: self.success.saturating_sub(before.success),
            errors: self.errors.saturating_sub(before.errors),
            rejected: self.rejected.saturating_sub(before.rejected),
            cancelled: self.cancelled.saturating_sub(before.cancelled),
            panicked: self.panicked.saturating_sub(before.panicked),
            buckets,
        }
    }

    /// All calls, however they ended.
    pub(super) fn calls(&self) -> u64 {
        self.answered() + self.cancelled
    }

    /// Calls that say something of the operation: cancelled ones do not.
    pub(super) fn answered(&self) -> u64 {
        self.success + self.errors + self.rejected + self.panicked
    }

    /// Calls that failed, those that were never begun included.
    pub(super) fn failed(&self) -> u64 {
        self.errors + self.rejected + self.panicked
    }

    /// Nothing happened.
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Step {
    /// A step of more calls than fit is one of as many as fit.
    pub(super) fn of(counts: &Counts) -> Self {
        let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let Counts { success, errors, rejected, cancelled, panicked, buckets } = counts;
        let ends = [success, errors, rejected, cancelled, panicked];
        Self { ends: ends.map(|count| small(*count)), buckets: buckets.map(small) }
    }

    pub(super) fn add_to(&self, counts: &mut Counts) {
        let [success, errors, rejected, cancelled, panicked] = self.ends.map(u64::from);
        let buckets = self.buckets.map(u64::from);
        counts.add(&Counts { success, errors, rejected, cancelled, panicked, buckets });
    }

    pub(super) fn calls(&self) -> u64 {
        self.ends.iter().copied().map(u64::from).sum()
    }

    pub(super) fn buckets(&self) -> &[u32; BUCKETS] {
        &self.buckets
    }
}
