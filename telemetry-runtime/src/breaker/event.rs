//! Who hears of what a breaker does: log records, spans, observers.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use super::{
    BreakerState,
    notice::{Change, Notice},
};
use crate::fault::{self, Fault};

/// Something that a breaker did.
///
/// Each is told exactly once, by the call or the order that brought it about, after the breaker has gone on.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use telemetry_runtime::{BreakerConfig, CircuitBreaker};
///
/// let breaker = CircuitBreaker::new("doc.observed", BreakerConfig::default());
/// let seen = Arc::new(Mutex::new(Vec::new()));
/// let events = Arc::clone(&seen);
/// breaker.observe(move |event| events.lock().expect("no panic").push(event.to_string()));
/// breaker.force_open();
/// assert_eq!(*seen.lock().expect("no panic"), ["circuit breaker `doc.observed`: closed -> forced_open"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerEvent {
    /// The name of the breaker.
    pub breaker: &'static str,
    /// What it did.
    pub kind: BreakerEventKind,
    /// Grows with each event of the breaker; events of several threads may be told out of order.
    pub number: u64,
    /// The calls that were judged: those of the window, or the probes. Zero if somebody asked for the change.
    pub calls: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many of them were slow.
    pub slow: u64,
}

/// What a breaker did.
///
/// ```
/// use telemetry_runtime::{BreakerEventKind, BreakerState, CircuitBreaker};
///
/// CircuitBreaker::named("doc.event_kind").observe(|event| {
///     if let BreakerEventKind::Transition { to: BreakerState::Open, .. } = event.kind {
///         eprintln!("{event}: wake somebody");
///     }
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerEventKind {
    /// It went from one state to another.
    Transition {
        /// Where it was.
        from: BreakerState,
        /// Where it is.
        to: BreakerState,
    },
    /// It would have opened, were it not for metrics only; told again once the rates were below in between.
    WouldOpen,
}

impl fmt::Display for BreakerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "circuit breaker `{}`: ", self.breaker)?;
        match self.kind {
            BreakerEventKind::Transition { from, to } => write!(f, "{from} -> {to}")?,
            BreakerEventKind::WouldOpen => f.write_str("would open")?,
        }
        if self.calls > 0 {
            write!(f, "; of {} calls {} failed, {} were slow", self.calls, self.failed, self.slow)?;
        }
        Ok(())
    }
}

type Observer = Arc<dyn Fn(&BreakerEvent) + Send + Sync>;

/// Those who asked to be told.
#[derive(Default)]
pub(super) struct Observers(RwLock<Vec<Observer>>);

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observers")
    }
}

/// Writes an event to the span that is current; set by whoever records spans, which lie above this module.
static ON_SPAN: OnceLock<fn(&BreakerEvent)> = OnceLock::new();

/// Hands every event to `record`, from now on.
pub(crate) fn record_on_spans(record: fn(&BreakerEvent)) {
    // There is only one.
    let _ = ON_SPAN.set(record);
}

/// Those who asked to be told of every breaker.
#[cfg(feature = "dashboard")]
static OF_ALL: Observers = Observers(RwLock::new(Vec::new()));

/// Tells `observer` of every event of every breaker from now on.
#[cfg(feature = "dashboard")]
pub(crate) fn listen(observer: impl Fn(&BreakerEvent) + Send + Sync + 'static) {
    OF_ALL.add(Arc::new(observer));
}

impl Observers {
    pub(super) fn add(&self, observer: Observer) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(observer);
    }

    /// Must be called without the breaker's lock: observers may ask the breaker, or give it orders.
    #[cold]
    pub(super) fn tell(&self, breaker: &'static str, notice: Notice) {
        let kind = match notice.change {
            Change::State { from, to } => BreakerEventKind::Transition { from, to },
            Change::WouldOpen => BreakerEventKind::WouldOpen,
        };
        let Notice { number, seen, .. } = notice;
        let event = BreakerEvent {
            breaker,
            kind,
            number,
            calls: seen.finished,
            failed: seen.failed,
            slow: seen.slow,
        };
        survive(&event, || log(&event));
        if let Some(record) = ON_SPAN.get() {
            survive(&event, || record(&event));
        }
        #[cfg(feature = "dashboard")]
        OF_ALL.tell_each(&event);
        self.tell_each(&event);
    }

    fn tell_each(&self, event: &BreakerEvent) {
        let observers = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        for observer in &observers {
            survive(event, || observer(event));
        }
    }
}

/// A panic of whoever is told must not reach the call that happened to bring the event about.
fn survive(event: &BreakerEvent, tell: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(tell)).is_err() {
        fault::report(&Fault::new(
            "breaker",
            format!("an observer of `{}` panicked on {event}", event.breaker),
        ));
    }
}

fn log(event: &BreakerEvent) {
    let &BreakerEvent { breaker, calls, failed, slow, .. } = event;
    match event.kind {
        BreakerEventKind::Transition { from, to: to @ BreakerState::Closed } => {
            tracing::info!(target: "telemetry", breaker, from = from.as_str(), to = to.as_str(), calls, failed, slow, "{event}");
        }
        BreakerEventKind::Transition { from, to } => {
            tracing::warn!(target: "telemetry", breaker, from = from.as_str(), to = to.as_str(), calls, failed, slow, "{event}");
        }
        BreakerEventKind::WouldOpen => {
            tracing::warn!(target: "telemetry", breaker, calls, failed, slow, "{event}");
        }
    }
}
