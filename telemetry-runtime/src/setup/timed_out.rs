//! Patience that has run out.

use std::{fmt, time::Duration};

/// Something took longer than it was given.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{Telemetry, TimedOut};
///
/// let telemetry = Telemetry::builder().build()?;
/// if let Err(error @ TimedOut { .. }) = telemetry.flush(Duration::from_secs(5)) {
///     eprintln!("spans are still on their way: {error}");
/// }
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimedOut {
    pub(super) timeout: Duration,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not done within {:?}; allow more time, or look for what blocks the thread `telemetry`",
            self.timeout
        )
    }
}

impl std::error::Error for TimedOut {}
