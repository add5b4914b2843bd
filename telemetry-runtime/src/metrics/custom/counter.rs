//! A metric that only grows.

use super::Handle;
use crate::metrics::store::CounterCells;

/// A metric that only grows, with `N` labels.
///
/// Every thread counts in a place of its own. Where speed counts, keep what [`Counter::with`] gives.
///
/// ```
/// use telemetry_runtime::{Counter, Metrics};
///
/// let sent: Counter<1> = Metrics::new("doc", "mail").counter("sent_total", "Mails sent.", ["list"]);
/// let news: Counter<0> = sent.with(["news"]);
/// news.inc();
/// news.inc_by(2);
/// sent.with(["jobs"]).inc();
/// ```
#[derive(Clone, Debug)]
pub struct Counter<const N: usize>(pub(super) Handle<CounterCells>);

impl<const N: usize> Counter<N> {
    /// The series of these values, in the order of the labels.
    #[must_use]
    pub fn with(&self, values: [&str; N]) -> Counter<0> {
        Counter(self.0.with(&values))
    }
}

impl Counter<0> {
    /// Counts one.
    #[inline]
    pub fn inc(&self) {
        self.inc_by(1);
    }

    /// Counts so many; a counter that is full stays at `u64::MAX`.
    #[inline]
    pub fn inc_by(&self, amount: u64) {
        if let Some(child) = &self.0.child {
            child.add(amount);
        }
    }
}
