//! Time for durations, windows and tests.
//!
//! A call reads the clock twice and keeps raw ticks; ticks become nanoseconds only when somebody reads them.
//! Everything that depends on time takes a [`Clock`], so that a test moves it by hand instead of sleeping.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

/// A monotonic clock, real or moved by hand.
///
/// The real one reads the processor's time stamp counter where that counter is invariant, and the operating
/// system's monotonic clock elsewhere.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::Clock;
///
/// let (clock, hands) = Clock::manual();
/// let before = clock.now();
/// hands.advance(Duration::from_secs(3));
/// assert_eq!(clock.now() - before, Duration::from_secs(3));
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    source: quanta::Clock,
    origin: u64,
    #[cfg(feature = "monitor")]
    is_manual: bool,
}

impl Clock {
    /// Reads the machine's clock.
    ///
    /// The first one of a process calibrates the counter, which takes some milliseconds.
    #[must_use]
    pub fn system() -> Self {
        let source = quanta::Clock::new();
        Self::of(source, false)
    }

    fn of(source: quanta::Clock, is_manual: bool) -> Self {
        #[cfg(not(feature = "monitor"))]
        let _ = is_manual;
        Self {
            origin: source.raw(),
            source,
            #[cfg(feature = "monitor")]
            is_manual,
        }
    }

    /// Stands still until [`ManualClock`] moves it.
    #[must_use]
    pub fn manual() -> (Self, ManualClock) {
        let (source, mock) = quanta::Clock::mock();
        // Zero ticks mean "never" to the breaker, so a manual clock starts later.
        mock.increment(1_000_000_000_u64);
        (Self::of(source, true), ManualClock { mock })
    }

    /// Time since this clock was made.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.source.delta(self.origin, self.source.raw())
    }

    /// Waits until this clock shows `at`, on a tokio runtime.
    #[cfg(feature = "monitor")]
    pub(crate) async fn wait_until(&self, at: Duration) {
        // Nobody says when hands are moved.
        const LOOK: Duration = Duration::from_millis(2);
        loop {
            let left = at.saturating_sub(self.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(if self.is_manual { left.min(LOOK) } else { left }).await;
        }
    }

    /// Raw ticks; compare and subtract them, or convert with [`Clock::nanos`].
    #[inline]
    pub(crate) fn ticks(&self) -> u64 {
        self.source.raw()
    }

    pub(crate) fn nanos(&self, ticks: u64) -> u64 {
        self.source.delta_as_nanos(0, ticks)
    }

    pub(crate) fn duration(&self, ticks: u64) -> Duration {
        Duration::from_nanos(self.nanos(ticks))
    }

    /// The number of ticks that last as long as `duration`, saturating.
    pub(crate) fn ticks_in(&self, duration: Duration) -> u64 {
        const SAMPLE_TICKS: u64 = 1 << 40;
        let ticks = duration.as_nanos().saturating_mul(u128::from(SAMPLE_TICKS))
            / u128::from(self.nanos(SAMPLE_TICKS).max(1));
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }
}

/// Moves the hands of a manual [`Clock`].
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{Clock, ManualClock};
///
/// let (clock, hands): (Clock, ManualClock) = Clock::manual();
/// let other = hands.clone();
/// let before = clock.now();
/// hands.advance(Duration::from_secs(1));
/// other.advance(Duration::from_secs(2));
/// assert_eq!(clock.now() - before, Duration::from_secs(3));
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    mock: Arc<quanta::Mock>,
}

impl ManualClock {
    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.mock.increment(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX));
    }
}

static PROCESS: OnceLock<Clock> = OnceLock::new();

/// The clock of every call outside a test scope; calibrated at the first use.
#[inline]
pub(crate) fn process() -> &'static Clock {
    match PROCESS.get() {
        Some(clock) => clock,
        None => start_process_clock(),
    }
}

#[cold]
fn start_process_clock() -> &'static Clock {
    PROCESS.get_or_init(Clock::system)
}

/// Makes `clock` the clock of the process; refused once a call has read another.
pub(crate) fn inject(clock: Clock) -> Result<(), Clock> {
    PROCESS.set(clock)
}
