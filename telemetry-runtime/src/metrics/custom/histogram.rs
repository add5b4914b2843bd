//! A metric that counts values by size.

use std::time::Duration;

use super::{Handle, Timer};
use crate::metrics::store::HistogramCells;

/// A metric that counts values by size, with `N` labels.
///
/// A value that is negative or not finite is left out and counted: it would spoil the sum for ever.
///
/// ```
/// use telemetry_runtime::{Histogram, Metrics};
///
/// let metrics = Metrics::new("doc", "http");
/// let size: Histogram<1> =
///     metrics.histogram_with("body_bytes", "Sizes of bodies.", ["route"], &[1e3, 1e4, 1e5, 1e6]);
/// size.with(["/quote"]).observe(512.0);
///
/// let time = metrics.histogram("wait_seconds", "Time spent waiting.", []);
/// let timer = time.start_timer();
/// timer.stop();
/// ```
#[derive(Clone, Debug)]
pub struct Histogram<const N: usize>(pub(super) Handle<HistogramCells>);

impl<const N: usize> Histogram<N> {
    /// The series of these values, in the order of the labels.
    #[must_use]
    pub fn with(&self, values: [&str; N]) -> Histogram<0> {
        Histogram(self.0.with(&values))
    }
}

impl Histogram<0> {
    /// Counts a value.
    #[inline]
    pub fn observe(&self, value: f64) {
        if let Some(child) = &self.0.child {
            child.record(value);
        }
    }

    /// Counts a duration, in seconds.
    #[inline]
    pub fn observe_duration(&self, duration: Duration) {
        self.observe(duration.as_secs_f64());
    }

    /// Counts the time until the timer is stopped or dropped, in seconds.
    pub fn start_timer(&self) -> Timer {
        Timer::new(self.clone())
    }
}
