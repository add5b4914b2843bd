//! What attributes and settings state of breakers.

use std::time::Duration;

use super::{BreakerConfig, BreakerState};

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
    pub(crate) backoff_multiplier: Option<f64>,
    pub(crate) open_for_max: Option<Duration>,
    pub(crate) jitter: Option<f64>,
    pub(crate) half_open_permits: Option<u32>,
    pub(crate) lease: Option<Duration>,
    pub(crate) ignore: Option<&'static [&'static str]>,
    pub(crate) slow_errors: Option<&'static [&'static str]>,
    /// An order, and no part of the thresholds.
    pub(crate) state: Option<BreakerState>,
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
            backoff_multiplier: None,
            open_for_max: None,
            jitter: None,
            half_open_permits: None,
            lease: None,
            ignore: None,
            slow_errors: None,
            state: None,
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
        backoff_multiplier: f64 = factor => factor,
        open_for_max: u64 = nanos => Duration::from_nanos(nanos),
        jitter: f64 = share => share,
        half_open_permits: u32 = permits => permits,
        lease: u64 = nanos => Duration::from_nanos(nanos),
        ignore: &'static [&'static str] = kinds => kinds,
        slow_errors: &'static [&'static str] = kinds => kinds,
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
            backoff_multiplier: self.backoff_multiplier.unwrap_or(to.backoff_multiplier),
            open_for_max: self.open_for_max.unwrap_or(to.open_for_max),
            jitter: self.jitter.unwrap_or(to.jitter),
            half_open_permits: self.half_open_permits.unwrap_or(to.half_open_permits),
            lease: self.lease.unwrap_or(to.lease),
            ignore: self.ignore.unwrap_or(to.ignore),
            slow_errors: self.slow_errors.unwrap_or(to.slow_errors),
            judge: to.judge,
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
