//! When a breaker opens and how it recovers.

use std::time::Duration;

use super::{
    Judgement,
    limits::{Limits, WindowKind},
    open_time::OpenTime,
};
use crate::{clock::Clock, outcome::Outcome};

/// When a breaker opens and how it recovers.
///
/// The words are those of resilience4j where it has them.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::BreakerConfig;
///
/// let config = BreakerConfig { minimum_calls: 5, open_for: Duration::from_secs(5), ..BreakerConfig::default() };
/// assert_eq!(config.failure_rate, 0.5);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BreakerConfig {
    /// Share of failed calls in the window that opens, 0 to 1. Defaults to 0.5.
    pub failure_rate: f64,
    /// Share of slow calls in the window that opens, 0 to 1. Defaults to 1.0.
    pub slow_rate: f64,
    /// A call that takes this long is slow. Defaults to 60 s.
    pub slow_call: Duration,
    /// The time that the rates look back over, to a tenth of it. Defaults to 30 s.
    pub window: Duration,
    /// Looks back over this many calls instead of over time, at the price of a lock a call. Defaults to `None`.
    pub window_calls: Option<u32>,
    /// Fewer calls in the window than this never open. Defaults to 20.
    pub minimum_calls: u32,
    /// How long the breaker refuses calls before it lets probes through. Defaults to 30 s.
    pub open_for: Duration,
    /// The time by which each failed recovery multiplies `open_for`. Defaults to 1.0, which keeps it fixed.
    pub backoff_multiplier: f64,
    /// It never stays open longer, jitter included; at least `open_for`. Defaults to 10 min.
    pub open_for_max: Duration,
    /// Share of the open time that is random, both ways, 0 to 1. Defaults to 0.0.
    pub jitter: f64,
    /// Probes in half-open state, at the most. Defaults to 5.
    pub half_open_permits: u32,
    /// A probe that takes longer counts as failed and frees its permit. Defaults to 30 s.
    pub lease: Duration,
    /// Kinds of errors that say nothing of the dependency, as in the label `error_type`. Defaults to none.
    pub ignore: &'static [&'static str],
    /// Kinds of errors that are slow calls and not failed ones. Defaults to none.
    pub slow_errors: &'static [&'static str],
    /// Judges what did not succeed and stands in neither list. Defaults to [`Judgement::of`].
    pub judge: Option<fn(Outcome) -> Judgement>,
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
            backoff_multiplier: 1.0,
            open_for_max: Duration::from_secs(600),
            jitter: 0.0,
            half_open_permits: 5,
            lease: Duration::from_secs(30),
            ignore: &[],
            slow_errors: &[],
            judge: None,
        }
    }
}

/// Functions are equal if they are the same one.
impl PartialEq for BreakerConfig {
    fn eq(&self, other: &Self) -> bool {
        let numbers =
            |config: &Self| (config.failure_rate, config.slow_rate, config.backoff_multiplier, config.jitter);
        let counts = |config: &Self| (config.window_calls, config.minimum_calls, config.half_open_permits);
        let times = |config: &Self| {
            [config.slow_call, config.window, config.open_for, config.open_for_max, config.lease]
        };
        let errors =
            |config: &Self| (config.ignore, config.slow_errors, config.judge.map(|judge| judge as usize));
        numbers(self) == numbers(other)
            && counts(self) == counts(other)
            && times(self) == times(other)
            && errors(self) == errors(other)
    }
}

impl BreakerConfig {
    /// The calls that must be in the window; a count window that is smaller than the minimum is enough when full.
    fn required_calls(&self) -> u64 {
        u64::from(self.window_calls.map_or(self.minimum_calls, |calls| calls.min(self.minimum_calls)).max(1))
    }

    /// Values that cannot work are brought to the nearest that can.
    pub(super) fn sane(mut self) -> Self {
        let rate = |rate: f64| if rate.is_finite() { rate.clamp(f64::MIN_POSITIVE, 1.0) } else { 1.0 };
        let or = |value: f64, otherwise: f64| if value.is_finite() { value } else { otherwise };
        self.failure_rate = rate(self.failure_rate);
        self.slow_rate = rate(self.slow_rate);
        self.window = self.window.max(Duration::from_millis(1));
        self.lease = self.lease.max(Duration::from_millis(1));
        self.half_open_permits = self.half_open_permits.max(1);
        self.window_calls = self.window_calls.map(|calls| calls.clamp(1, 100_000));
        self.backoff_multiplier = or(self.backoff_multiplier, 1.0).max(1.0);
        self.open_for_max = self.open_for_max.max(self.open_for);
        self.jitter = or(self.jitter, 0.0).clamp(0.0, 1.0);
        self
    }

    pub(super) fn limits(&self, clock: &Clock) -> Limits {
        let window = clock.ticks_in(self.window);
        Limits {
            failure_rate: self.failure_rate,
            slow_rate: self.slow_rate,
            required_calls: self.required_calls(),
            window: self.window_calls.map_or(WindowKind::Ticks(window), WindowKind::Calls),
            permits: self.half_open_permits,
            lease: clock.ticks_in(self.lease),
            open: OpenTime {
                first: clock.ticks_in(self.open_for),
                max: clock.ticks_in(self.open_for_max),
                multiplier: self.backoff_multiplier,
                jitter: self.jitter,
            },
        }
    }
}
