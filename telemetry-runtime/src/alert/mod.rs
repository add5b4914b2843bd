//! Alerts: rules over metrics, what has become of them, and who is told.
//!
//! The `engine` evaluates rules on the background thread: a `watched` rule finds its series, a `sample` is what their
//! values come to, and an `instance` says what has become of one series. What changes goes to the line of each
//! handler, which has what exporters have: a bounded queue, tries that are repeated, a breaker, and an account.

mod engine;
mod families;
mod handler;
mod handlers;
mod instance;
mod layout;
mod names;
mod notification;
mod report;
mod rule;
mod sample;
mod state_file;
#[cfg(test)]
mod tests;
mod watched;

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

#[cfg(feature = "email")]
pub use self::handlers::EmailHandler;
pub(crate) use self::{engine::Engine, families::collect as alert_families};
use self::{
    handler::Handling,
    state_file::{Keeper, Remembered},
    watched::Watched,
};
pub use self::{
    handler::{AlertError, AlertHandled, AlertHandler},
    handlers::{AlertmanagerHandler, LogHandler, SlackHandler, WebhookHandler},
    notification::{Alert, AlertStatus},
    report::{AlertHandlerReport, AlertReport, AlertRuleReport, AlertSeriesReport, AlertState},
};
use crate::{
    export::{Batching, Carried, Dropped, ExporterFailure, ExporterVitals, Line, Lines, Output, Work},
    metrics::MetricRegistry,
    settings::{AlertRuleSettings, AlertSettings},
};

/// Alerts that a report remembers.
const HISTORY: usize = 200;

/// Alerts that may wait for one handler.
const QUEUE: usize = 4096;

/// Alerts that a handler is told of at once.
const BATCH: usize = 40;

/// A handler and its name.
pub(crate) struct NamedHandler {
    pub(crate) name: &'static str,
    pub(crate) handler: Box<dyn AlertHandler>,
}

/// Rules that came while the engine was at work; it takes them at its next pass.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleBook(Arc<Mutex<Option<Vec<AlertRuleSettings>>>>);

impl RuleBook {
    pub(crate) fn put(&self, rules: Vec<AlertRuleSettings>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(rules);
    }

    fn take(&self) -> Option<Vec<AlertRuleSettings>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What is watched, and how.
pub(crate) struct Watching<'a> {
    pub(crate) registry: &'a Arc<MetricRegistry>,
    pub(crate) service: &'a str,
    pub(crate) settings: &'a AlertSettings,
    /// All of them, checked.
    pub(crate) rules: Vec<AlertRuleSettings>,
    pub(crate) book: RuleBook,
}

/// A handle on alerts.
#[derive(Clone)]
pub(crate) struct Alerts {
    shared: Arc<Shared>,
}

/// What the handle and the engine share.
pub(crate) struct Shared {
    lines: Lines<Alert>,
    /// In the order of the lines.
    handlers: Vec<HandlerState>,
    rules: Mutex<Vec<AlertRuleReport>>,
    history: Mutex<VecDeque<Alert>>,
    book: RuleBook,
}

/// What is known of a handler beside its line.
pub(crate) struct HandlerState {
    started: AtomicU64,
    repeats: Option<Duration>,
    /// When it was last told of what goes on, in nanoseconds on the engine's clock.
    repeated: AtomicU64,
}

impl Alerts {
    /// Alerts, who evaluates them, and who works for them on the background thread.
    pub(crate) fn new(watching: Watching<'_>, handlers: Vec<NamedHandler>) -> (Self, Engine, Vec<Work>) {
        let Watching { registry, service, settings, rules, book } = watching;
        let batching = Batching {
            max_queue_size: QUEUE,
            batch_size: BATCH,
            // Whoever adds something hurries the line.
            flush_interval: Duration::from_secs(60),
            export_timeout: settings.timeout,
            retry_for: Some(settings.retry_for),
        };
        let states = handlers.iter().map(|named| HandlerState::new(named.handler.repeats())).collect();
        let output = |NamedHandler { name, handler }| (Output::new(Handling { name, handler }), batching);
        let outputs = handlers.into_iter().map(output).collect();
        let (lines, mut work) = Lines::new(registry.clock().clone(), outputs, Carried::ALERTS);
        let shared = Arc::new(Shared {
            lines,
            handlers: states,
            rules: Mutex::default(),
            history: Mutex::default(),
            book,
        });
        let state = if settings.keep_state {
            let remembered = Remembered::read(&settings.state_file);
            let (keeper, writing) = Keeper::new(settings.state_file.clone());
            work.push(writing);
            (remembered, Some(keeper))
        } else {
            (Remembered::default(), None)
        };
        let engine = Engine::new(Arc::clone(&shared), Arc::clone(registry), service, settings, rules, state);
        (Self { shared }, engine, work)
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn lines(&self) -> &Lines<Alert> {
        &self.shared.lines
    }

    /// How alerts stand.
    pub(crate) fn report(&self) -> AlertReport {
        let shared = &self.shared;
        let handlers = shared.handlers().map(|(line, handler)| {
            let totals = Lines::totals(line, &Dropped::new());
            let lost = totals.dropped.values().sum();
            AlertHandlerReport {
                name: line.name().to_owned(),
                delivered: totals.exported,
                lost,
                waiting: handler.started().saturating_sub(totals.exported + lost),
                breaker: line.breaker_state(),
            }
        });
        AlertReport {
            rules: lock(&shared.rules).clone(),
            history: lock(&shared.history).iter().rev().cloned().collect(),
            handlers: handlers.collect(),
        }
    }

    /// How every handler does.
    pub(crate) fn vitals(&self) -> Vec<ExporterVitals> {
        self.shared.lines.vitals(&Dropped::new())
    }

    /// The last failure of each handler that has had one.
    pub(crate) fn failures(&self) -> Vec<ExporterFailure> {
        self.shared.lines.failures()
    }
}

impl Shared {
    fn book(&self) -> &RuleBook {
        &self.book
    }

    fn handlers(&self) -> impl Iterator<Item = (&Arc<Line<Alert>>, &HandlerState)> {
        self.lines.iter().zip(&self.handlers)
    }

    /// Tells all handlers, and remembers it.
    fn tell(&self, alerts: Vec<Alert>) {
        for (line, handler) in self.handlers() {
            handler.send(line, alerts.iter().cloned());
        }
        let mut history = lock(&self.history);
        history.extend(alerts);
        let surplus = history.len().saturating_sub(HISTORY);
        history.drain(..surplus);
    }

    /// Tells what goes on to those who want to hear it again; `firing` makes it up if somebody does.
    fn repeat(&self, now: Duration, firing: impl Fn() -> Vec<Alert>) {
        let mut all = None;
        for (line, handler) in self.handlers().filter(|(_, handler)| handler.wants_repetition(now)) {
            // Whoever cannot keep up is not given the same once more.
            if line.pending() == 0 {
                handler.send(line, all.get_or_insert_with(&firing).iter().cloned());
            }
        }
    }

    fn publish(&self, watched: &[Watched]) {
        let rules = watched.iter().map(AlertRuleReport::new).collect();
        *lock(&self.rules) = rules;
    }

    fn note(&self) {
        self.lines.note(&Dropped::new());
    }
}

impl HandlerState {
    fn new(repeats: Option<Duration>) -> Self {
        Self { started: AtomicU64::new(0), repeats, repeated: AtomicU64::new(0) }
    }

    pub(crate) fn started(&self) -> u64 {
        self.started.load(Ordering::Acquire)
    }

    fn send(&self, line: &Line<Alert>, alerts: impl ExactSizeIterator<Item = Alert>) {
        if alerts.len() > 0 {
            self.started.fetch_add(alerts.len() as u64, Ordering::AcqRel);
            line.send(alerts);
        }
    }

    fn wants_repetition(&self, now: Duration) -> bool {
        let Some(each) = self.repeats else { return false };
        let last = Duration::from_nanos(self.repeated.load(Ordering::Acquire));
        let is_due = now.saturating_sub(last) >= each;
        if is_due {
            let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
            self.repeated.store(now, Ordering::Release);
        }
        is_due
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Alerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alerts").field("handlers", &self.shared.handlers.len()).finish_non_exhaustive()
    }
}
