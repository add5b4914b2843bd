//! Circuit breakers: stop calling what fails, and notice when it recovers.
//!
//! A closed breaker costs a call one relaxed load. Its window is the difference of sums that the calls' cells hold
//! anyway, so a successful call does nothing for it, unless its end passes a boundary of the window.

mod config;
mod gate;
mod open;
mod permit;
mod registry;
mod state;
mod window;

use std::sync::Arc;

pub use self::{
    config::{BreakerConfig, BreakerSpec, Protection},
    open::BreakerOpen,
    permit::Permit,
    state::BreakerState,
};
pub(crate) use self::{
    gate::{CallEnd, Gate},
    registry::{BreakerCounts, Registry},
};

pub(crate) use self::state::Ticket;

/// Stops calling what fails, and notices when it recovers.
///
/// Attributes make one where they say `breaker`; make one by hand for code that cannot be annotated. Breakers are
/// known by name: equal names give the same breaker.
///
/// ```
/// use telemetry_runtime::{BreakerConfig, CircuitBreaker};
///
/// let breaker = CircuitBreaker::new("doc.quotes", BreakerConfig { minimum_calls: 2, ..BreakerConfig::default() });
/// for _ in 0..2 {
///     breaker.acquire().expect("closed").failure();
/// }
/// let refused = breaker.acquire().expect_err("two of two calls failed");
/// assert!(refused.retry_after().is_some());
/// ```
#[derive(Clone, Debug)]
pub struct CircuitBreaker {
    gate: Arc<Gate>,
}

impl CircuitBreaker {
    /// The breaker of that name, made with `config` if it does not exist.
    ///
    /// A `breakers.<name>` setting wins over `config`.
    #[must_use]
    pub fn new(name: &str, config: BreakerConfig) -> Self {
        Registry::process().by_hand(name, Some(config))
    }

    /// The breaker of that name, made with the defaults if it does not exist.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Registry::process().by_hand(name, None)
    }

    /// The name that labels, settings and [`BreakerOpen`] carry.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.gate.name()
    }

    /// What the breaker does with calls now.
    ///
    /// An open breaker becomes half open with the first call after its open time.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.gate.state()
    }

    /// The thresholds in force.
    #[must_use]
    pub fn config(&self) -> BreakerConfig {
        self.gate.config()
    }

    /// Asks to make one call.
    ///
    /// # Errors
    ///
    /// [`BreakerOpen`] if the breaker is open, or half open with all probes out.
    pub fn acquire(&self) -> Result<Permit, BreakerOpen> {
        let (ticket, start) = self.gate.acquire_by_hand()?;
        Ok(Permit::new(self.clone(), ticket, start))
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    fn from_gate(gate: Gate) -> Self {
        Self { gate: Arc::new(gate) }
    }

    fn end_by_hand(&self, ticket: Option<Ticket>, start: u64, failed: Option<bool>) {
        self.gate.end_by_hand(ticket, start, failed);
    }
}
