//! Circuit breakers: stop calling what fails, and notice when it recovers.
//!
//! A closed breaker costs a call one relaxed load. Its window is the difference of sums that the calls' cells hold
//! anyway, so a successful call does nothing for it, unless its end passes a boundary of the window.
//!
//! `machine` decides, without clock or lock; `latch` puts a lock around it and a few words in front; `gate` adds
//! clock, cells and observers; `registry` knows the gates by name.

mod config;
mod event;
mod gate;
mod handle;
mod judgement;
mod latch;
mod limits;
mod machine;
mod notice;
mod open;
mod open_time;
mod own_cells;
mod permit;
mod probes;
mod rates;
mod registry;
mod spec;
mod state;
mod sync;
mod window;

use std::sync::Arc;

#[cfg(feature = "dashboard")]
pub(crate) use self::event::listen;
use self::handle::Handle;
#[cfg(feature = "testing")]
pub(crate) use self::registry::replace_current;
pub use self::{
    config::BreakerConfig,
    event::{BreakerEvent, BreakerEventKind},
    judgement::Judgement,
    open::BreakerOpen,
    permit::Permit,
    rates::BreakerWindow,
    spec::{BreakerSpec, Protection},
    state::BreakerState,
};
pub(crate) use self::{
    event::record_on_spans,
    gate::{CallEnd, Gate},
    probes::Ticket,
    registry::{BreakerCounts, Registry},
};
use crate::classify::ErrorType;

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
    handle: Handle,
}

impl CircuitBreaker {
    /// The breaker of that name, made with `config` if it does not exist.
    ///
    /// A `breakers.<name>` setting wins over `config`. Names must come out of a small set: beyond
    /// `metrics.cardinality_limit` of them (defaults to 2000) a new name gets a breaker that nobody else reaches, and
    /// that is in no metric.
    #[must_use]
    pub fn new(name: &str, config: BreakerConfig) -> Self {
        registry::with_current(|registry| registry.by_hand(name, Some(config)))
    }

    /// The breaker of that name, made with the defaults if it does not exist.
    #[must_use]
    pub fn named(name: &str) -> Self {
        registry::with_current(|registry| registry.by_hand(name, None))
    }

    /// All breakers that are known by name, in the order of their names.
    ///
    /// ```
    /// use telemetry_runtime::CircuitBreaker;
    ///
    /// let _ = CircuitBreaker::named("doc.all");
    /// assert!(CircuitBreaker::all().iter().any(|breaker| breaker.name() == "doc.all"));
    /// ```
    #[must_use]
    pub fn all() -> Vec<Self> {
        registry::with_current(Registry::all)
    }

    /// The name that labels, settings and [`BreakerOpen`] carry.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.gate().name()
    }

    /// What the breaker does with calls now.
    ///
    /// An open breaker becomes half open with the first call after its open time.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.gate().state()
    }

    /// The thresholds in force.
    #[must_use]
    pub fn config(&self) -> BreakerConfig {
        self.gate().config()
    }

    /// The calls that the rates are of; none unless it is closed or metrics only.
    #[must_use]
    pub fn window(&self) -> BreakerWindow {
        self.gate().window().into()
    }

    /// Takes other thresholds at once; the state stays, and the window if it is of the same kind.
    ///
    /// They hold until settings that name the breaker are loaded again.
    pub fn reconfigure(&self, config: BreakerConfig) {
        self.gate().reconfigure(config);
    }

    /// Asks to make one call.
    ///
    /// # Errors
    ///
    /// [`BreakerOpen`] if the breaker is open, or half open with all probes out.
    #[inline]
    pub fn acquire(&self) -> Result<Permit, BreakerOpen> {
        let (ticket, start) = self.gate().acquire_by_hand()?;
        Ok(Permit::new(self.clone(), ticket, start))
    }

    /// Runs `body` if the breaker lets it.
    ///
    /// # Errors
    ///
    /// That of `body`, or the one that [`BreakerOpen`] becomes.
    pub fn run<T, E>(&self, body: impl FnOnce() -> Result<T, E>) -> Result<T, E>
    where
        E: ErrorType + From<BreakerOpen>,
    {
        let permit = self.acquire()?;
        let result = body();
        permit.finish(&result);
        result
    }

    /// Awaits `future` if the breaker lets it; it is asked at the first poll.
    ///
    /// # Errors
    ///
    /// That of `future`, or the one that [`BreakerOpen`] becomes.
    pub async fn run_async<T, E>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, E>
    where
        E: ErrorType + From<BreakerOpen>,
    {
        let permit = self.acquire()?;
        let result = future.await;
        permit.finish(&result);
        result
    }

    /// Tells `observer` of every event from now on, for the life of the breaker.
    ///
    /// It runs on the thread of the call that brought the event about, after the breaker has gone on, so it should be
    /// quick. It may ask the breaker and give it orders; a panic of it is told as a fault and disturbs nobody.
    pub fn observe(&self, observer: impl Fn(&BreakerEvent) + Send + Sync + 'static) {
        self.gate().observers().add(Arc::new(observer));
    }

    pub(crate) fn gate(&self) -> &Gate {
        self.handle.gate()
    }

    /// [`Gate::admit`], without the way to the gate if the breaker is closed.
    #[inline(always)]
    pub(crate) fn admit(&self) -> Result<Option<Ticket>, BreakerOpen> {
        if self.handle.words().passes() { Ok(None) } else { self.gate().admit() }
    }

    /// Whether a call that went well without a ticket must be handed to [`Gate::end`] too.
    #[inline(always)]
    pub(crate) fn wants(&self, start: u64, end: u64) -> bool {
        self.handle.words().wants(start, end)
    }
}

/// What operators order. Each order holds until the next one; calls that run go on, and their results change nothing.
impl CircuitBreaker {
    /// Refuses every call until another order.
    pub fn force_open(&self) {
        self.gate().go_to(BreakerState::ForcedOpen);
    }

    /// Lets every call pass, and judges none, until another order.
    pub fn disable(&self) {
        self.gate().go_to(BreakerState::Disabled);
    }

    /// Lets every call pass and judges it, but never opens, until another order.
    ///
    /// For trying thresholds out: what would have opened is told as [`BreakerEventKind::WouldOpen`].
    pub fn metrics_only(&self) {
        self.gate().go_to(BreakerState::MetricsOnly);
    }

    /// Closes it, if it is not closed, with an empty window.
    pub fn close(&self) {
        self.gate().go_to(BreakerState::Closed);
    }

    /// Closes it and forgets every call, also if it is closed.
    pub fn reset(&self) {
        self.gate().reset();
    }
}
