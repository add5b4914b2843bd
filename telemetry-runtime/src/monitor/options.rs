//! How a probe is run.

use std::time::Duration;

/// How often a probe runs, and how patient telemetry is with it; a `Duration` is an interval.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::ProbeOptions;
///
/// let often = ProbeOptions::every(Duration::from_secs(1)).timeout(Duration::from_millis(200)).retries(0);
/// assert_ne!(often, Duration::from_secs(1).into());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct ProbeOptions {
    pub(super) interval: Duration,
    pub(super) timeout: Option<Duration>,
    pub(super) retries: Option<u32>,
    pub(super) jitter: Option<Duration>,
}

impl ProbeOptions {
    /// One run in each interval; the rest is as the settings say.
    pub const fn every(interval: Duration) -> Self {
        Self { interval, timeout: None, retries: None, jitter: None }
    }

    /// The longest that one try may take. Defaults to the setting `monitor.timeout`, 10 s.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How often a run that failed is tried again. Defaults to the setting `monitor.retries`, 3.
    ///
    /// What still hangs is not tried again.
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// The largest random delay of a run. Defaults to the setting `monitor.jitter`, 5 s.
    ///
    /// Half of the interval counts at the most.
    pub const fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = Some(jitter);
        self
    }
}

impl From<Duration> for ProbeOptions {
    fn from(interval: Duration) -> Self {
        Self::every(interval)
    }
}
