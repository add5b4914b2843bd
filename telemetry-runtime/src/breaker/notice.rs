//! What there is to tell of a step.

use super::{state::BreakerState, window::Sums};

/// What there is to tell of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) change: Change,
    /// Grows with each notice of the breaker.
    pub(super) number: u64,
    /// What was judged, probes or window; nothing if somebody asked for the change.
    pub(super) seen: Sums,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    State { from: BreakerState, to: BreakerState },
    WouldOpen,
}
