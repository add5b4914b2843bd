//! When a breaker opens and how it recovers.

use std::time::Duration;

/// When a breaker opens and how it recovers.
///
/// The words are those of resilience4j.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::BreakerConfig;
///
/// let config = BreakerConfig { minimum_calls: 5, open_for: Duration::from_secs(5), ..BreakerConfig::default() };
/// assert_eq!(config.failure_rate, 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerConfig {
    /// Share of failed calls in the window that opens, 0 to 1. Defaults to 0.5.
    pub failure_rate: f64,
    /// Share of slow calls in the window that opens, 0 to 1. Defaults to 1.0.
    pub slow_rate: f64,
    /// A call that takes this long is slow. Defaults to 60 s.
    pub slow_call: Duration,
    /// The time that the rates look back over. Defaults to 30 s.
    pub window: Duration,
    /// Looks back over this many calls instead of over time. Defaults to `None`.
    pub window_calls: Option<u32>,
    /// Fewer calls in the window than this never open. Defaults to 20.
    pub minimum_calls: u32,
    /// How long the breaker refuses calls before it lets probes through. Defaults to 30 s.
    pub open_for: Duration,
    /// Probes in half-open state, at the most. Defaults to 5.
    pub half_open_permits: u32,
    /// A probe that takes longer counts as failed and frees its permit. Defaults to 30 s.
    pub lease: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            failure_rate: 0.5,
            slow_rate: 1.0,
            slow_call: Duration::from_secs(60),
            window: Duration::from_secs(30),
            window_calls: None,
            minimum_calls: 20,
            open_for: Duration::from_secs(30),
            half_open_permits: 5,
            lease: Duration::from_secs(30),
        }
    }
}

impl BreakerConfig {
    /// The calls that must be in the window; a count window that is smaller than the minimum is enough when full.
    pub(super) fn required_calls(&self) -> u64 {
        u64::from(self.window_calls.map_or(self.minimum_calls, |calls| calls.min(self.minimum_calls)).max(1))
    }

    /// Values that cannot work are brought to the nearest that can.
    pub(super) fn sane(mut self) -> Self {
        let rate = |rate: f64| if rate.is_finite() { rate.clamp(f64::MIN_POSITIVE, 1.0) } else { 1.0 };
        self.failure_rate = rate(self.failure_rate);
        self.slow_rate = rate(self.slow_rate);
        self.window = self.window.max(Duration::from_millis(1));
        self.lease = self.lease.max(Duration::from_millis(1));
        self.half_open_permits = self.half_open_permits.max(1);
        self.window_calls = self.window_calls.map(|calls| calls.clamp(1, 100_000));
        self
    }
}

/// The keys of a breaker that an attribute or a setting states; the others stay as they were.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BreakerSpec {
    pub(crate) failure_rate: Option<f64>,
    pub(crate) slow_rate: Option<f64>,
    pub(crate) slow_call: Option<Duration>,
    pub(crate) window: Option<Duration>,
    pub(crate) window_calls: Option<u32>,
    pub(crate) minimum_calls: Option<u32>,
    pub(crate) open_for: Option<Duration>,
    pub(crate) half_open_permits: Option<u32>,
    pub(crate) lease: Option<Duration>,
}

macro_rules! keys {
    ($($key:ident: $type:ty = $given:ident => $value:expr),* $(,)?) => {$(
        /// States the key.
        #[must_use]
        pub const fn $key(mut self, $given: $type) -> Self {
            self.$key = Some($value);
            self
        }
    )*};
}

impl BreakerSpec {
    /// States nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            failure_rate: None,
            slow_rate: None,
            slow_call: None,
            window: None,
            window_calls: None,
            minimum_calls: None,
            open_for: None,
            half_open_permits: None,
            lease: None,
        }
    }

    keys! {
        failure_rate: f64 = rate => rate,
        slow_rate: f64 = rate => rate,
        slow_call: u64 = nanos => Duration::from_nanos(nanos),
        window: u64 = nanos => Duration::from_nanos(nanos),
        window_calls: u32 = calls => calls,
        minimum_calls: u32 = calls => calls,
        open_for: u64 = nanos => Duration::from_nanos(nanos),
        half_open_permits: u32 = permits => permits,
        lease: u64 = nanos => Duration::from_nanos(nanos),
    }

    pub(crate) fn apply(&self, to: BreakerConfig) -> BreakerConfig {
        BreakerConfig {
            failure_rate: self.failure_rate.unwrap_or(to.failure_rate),
            slow_rate: self.slow_rate.unwrap_or(to.slow_rate),
            slow_call: self.slow_call.unwrap_or(to.slow_call),
            // The later statement decides which kind of window it is.
            window_calls: if self.window.is_some() {
                self.window_calls
            } else {
                self.window_calls.or(to.window_calls)
            },
            window: self.window.unwrap_or(to.window),
            minimum_calls: self.minimum_calls.unwrap_or(to.minimum_calls),
            open_for: self.open_for.unwrap_or(to.open_for),
            half_open_permits: self.half_open_permits.unwrap_or(to.half_open_permits),
            lease: self.lease.unwrap_or(to.lease),
        }
        .sane()
    }
}

/// Which breaker protects an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Protection {
    /// One for all protected operations of the provider, named after it.
    OfProvider(BreakerSpec),
    /// One of its own, named `provider.operation`.
    OfOperation(BreakerSpec),
    /// The one of that name.
    Shared(&'static str),
}
