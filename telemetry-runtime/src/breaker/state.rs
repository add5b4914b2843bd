//! What a breaker does with calls.

use std::fmt;

/// What a breaker does with calls.
///
/// ```
/// use telemetry_runtime::{BreakerConfig, BreakerState, CircuitBreaker};
///
/// let breaker = CircuitBreaker::new("doc.state", BreakerConfig::default());
/// assert_eq!(breaker.state(), BreakerState::Closed);
/// assert!(breaker.state().passes() && !BreakerState::ForcedOpen.passes());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// Calls pass and are judged.
    Closed,
    /// Calls pass, and nobody judges them.
    Disabled,
    /// Calls pass and are judged, but the breaker never opens: for trying thresholds out.
    MetricsOnly,
    /// Calls are refused until the open time is over.
    Open,
    /// A few probes pass; they decide.
    HalfOpen,
    /// Calls are refused until somebody says otherwise.
    ForcedOpen,
}

impl BreakerState {
    pub(super) const COUNT: usize = 6;

    /// In the order of the exposition.
    pub(crate) const ALL: [Self; Self::COUNT] =
        [Self::Closed, Self::Open, Self::HalfOpen, Self::ForcedOpen, Self::Disabled, Self::MetricsOnly];

    /// The value of the `state` label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Disabled => "disabled",
            Self::MetricsOnly => "metrics_only",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
            Self::ForcedOpen => "forced_open",
        }
    }

    /// Whether every call passes.
    #[must_use]
    pub const fn passes(self) -> bool {
        Self::word_passes(self as u8)
    }

    pub(super) const fn index(self) -> usize {
        self as usize
    }

    /// The states that pass come first, so that a call asks with one comparison.
    #[inline(always)]
    pub(super) const fn word_passes(word: u8) -> bool {
        word <= Self::MetricsOnly as u8
    }

    /// The state that `state as u8` came from.
    pub(super) fn from_word(word: u8) -> Self {
        Self::ALL.into_iter().find(|state| *state as u8 == word).unwrap_or(Self::Closed)
    }
}

impl fmt::Display for BreakerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
