//! What the rates of a breaker are of.

use super::window::Sums;

/// What the rates of a breaker are of.
///
/// ```
/// use telemetry_runtime::{BreakerConfig, CircuitBreaker};
///
/// let breaker = CircuitBreaker::new("doc.window", BreakerConfig::default());
/// breaker.acquire()?.success();
/// breaker.acquire()?.failure();
/// let window = breaker.window();
/// assert_eq!((window.calls, window.failure_rate(), window.slow_rate()), (2, 0.5, 0.0));
/// # Ok::<(), telemetry_runtime::BreakerOpen>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerWindow {
    /// Calls that were judged.
    pub calls: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many of them were slow.
    pub slow: u64,
}

#[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
impl BreakerWindow {
    /// Share of failed calls; 0 without any call.
    #[must_use]
    pub fn failure_rate(&self) -> f64 {
        self.failed as f64 / self.calls.max(1) as f64
    }

    /// Share of slow calls; 0 without any call.
    #[must_use]
    pub fn slow_rate(&self) -> f64 {
        self.slow as f64 / self.calls.max(1) as f64
    }
}

impl From<Sums> for BreakerWindow {
    fn from(seen: Sums) -> Self {
        Self { calls: seen.finished, failed: seen.failed, slow: seen.slow }
    }
}
