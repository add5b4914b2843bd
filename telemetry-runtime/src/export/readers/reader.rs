//! Reads a snapshot now and then and sees it through: delivered, or dropped for a reason.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{self, Instant},
};

use super::{Delivery, Failure, MetricOutput, MetricSink};
use crate::{
    breaker::CircuitBreaker,
    export::{
        account::{Account, DropReason},
        backoff::Backoff,
        delivery::Reason,
        last_failure::ExporterFailure,
        line,
        watch::ExporterVitals,
    },
    fault::{self, Fault},
    metrics::{MetricRegistry, Snapshot},
};

/// How often one snapshot is tried: the next one says more.
const MAX_ATTEMPTS: u32 = 3;

/// What others may know of a reader, and ask of it.
#[derive(Debug)]
pub(crate) struct ReaderState {
    name: String,
    begun: AtomicU64,
    account: Account,
    breaker: CircuitBreaker,
    last_failure: Mutex<Option<ExporterFailure>>,
    has_told: AtomicBool,
    wishes: Mutex<Wishes>,
    asked: Notify,
}

#[derive(Debug, Default)]
struct Wishes {
    flushes: Vec<mpsc::Sender<()>>,
    stop_by: Option<Instant>,
}

/// Reads a snapshot now and then and sees it through.
pub(crate) struct Reader {
    state: Arc<ReaderState>,
    sink: Box<dyn MetricSink>,
    registry: Arc<MetricRegistry>,
    interval: Duration,
    timeout: Duration,
}

impl ReaderState {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Acquire)
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    fn wishes(&self) -> std::sync::MutexGuard<'_, Wishes> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_wishes(&self) -> bool {
        let wishes = self.wishes();
        !wishes.flushes.is_empty() || wishes.stop_by.is_some()
    }

    pub(super) fn ask_to_flush(&self, done: mpsc::Sender<()>) {
        self.wishes().flushes.push(done);
        self.asked.notify_one();
    }

    pub(super) fn ask_to_stop(&self, by: Instant) {
        self.wishes().stop_by.get_or_insert(by);
        self.asked.notify_one();
    }

    pub(super) fn abandon(&self) {
        let lost = self.begun().saturating_sub(self.account.read().settled());
        self.account.dropped(DropReason::Shutdown, lost);
        // Whoever waits for a flush need not.
        self.wishes().flushes.clear();
    }

    pub(crate) fn vitals(&self) -> ExporterVitals {
        let failure = self.last_failure();
        ExporterVitals {
            name: self.name.clone(),
            breaker: self.breaker.state(),
            is_idle: false,
            queue_fill: 0.0,
            dropped_recently: 0,
            down_for: None,
            last_failure: failure.map(|failure| (failure.reason(), failure.at())),
        }
    }

    pub(crate) fn last_failure(&self) -> Option<ExporterFailure> {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers a failure, and tells of the first in a row.
    fn fail(&self, reason: DropReason, failure: &Failure) {
        self.account.dropped(reason, 1);
        let noted = ExporterFailure::new(&self.name, failure.reason.as_str(), &failure.message);
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(noted);
        if !self.has_told.swap(true, Ordering::Relaxed) {
            self.tell(&format!("metrics were not delivered ({}): {}", reason.as_str(), failure.message));
        }
    }

    fn tell(&self, message: &str) {
        fault::report(&Fault::new("export", format!("{}: {message}", self.name)));
    }
}

impl Reader {
    pub(super) fn new(output: MetricOutput, registry: Arc<MetricRegistry>) -> Self {
        let MetricOutput { name, sink, interval, timeout } = output;
        let state = Arc::new(ReaderState {
            breaker: line::breaker(&name, timeout),
            name,
            begun: AtomicU64::new(0),
            account: Account::default(),
            last_failure: Mutex::default(),
            has_told: AtomicBool::new(false),
            wishes: Mutex::default(),
            asked: Notify::new(),
        });
        Self { state, sink, registry, interval, timeout }
    }

    pub(super) fn state(&self) -> Arc<ReaderState> {
        Arc::clone(&self.state)
    }

    pub(super) async fn run(mut self) {
        let mut due = Instant::now() + self.interval;
        loop {
            // What was asked for between two tries has woken those already.
            if !self.state.has_wishes() {
                let _ = time::timeout_at(due, self.state.asked.notified()).await;
            }
            let (flushes, stop_by) = {
                let mut wishes = self.state.wishes();
                (std::mem::take(&mut wishes.flushes), wishes.stop_by)
            };
            self.read(stop_by.unwrap_or_else(|| Instant::now() + self.interval.max(self.timeout))).await;
            // Closes the channels of those who wait.
            drop(flushes);
            if stop_by.is_some() {
                if let Err(failure) = self.sink.shutdown().await {
                    self.state.tell(&failure.to_string());
                }
                return;
            }
            due = (due + self.interval).max(Instant::now());
        }
    }

    /// Hands a snapshot on until `by`.
    async fn read(&mut self, by: Instant) {
        self.state.begun.fetch_add(1, Ordering::AcqRel);
        let snapshot = self.registry.snapshot();
        let mut backoff = Backoff::default();
        loop {
            let (after, failure) = match self.attempt(&snapshot, by).await {
                Delivery::Accepted { rejected, warning } => return self.accept(rejected, warning),
                Delivery::Partly { cause, .. } => return self.accept(1, Some(cause.message)),
                Delivery::Refused { cause } => {
                    return self.state.fail(DropReason::of_refusal(cause.reason), &cause);
                }
                Delivery::TryAgain { after, cause } => (after, cause),
            };
            let wait = backoff.next(after.unwrap_or_default());
            let is_asked = self.state.wishes().stop_by.is_some();
            if backoff.attempts() >= MAX_ATTEMPTS || is_asked || Instant::now() + wait >= by {
                let is_late = failure.reason == Reason::Timeout;
                let reason = if is_late { DropReason::Timeout } else { DropReason::RetriesExhausted };
                return self.state.fail(reason, &failure);
            }
            // A flush or the end is a reason to try at once.
            let _ = time::timeout(wait, self.state.asked.notified()).await;
        }
    }

    async fn attempt(&mut self, snapshot: &Snapshot, by: Instant) -> Delivery {
        let permit = match self.state.breaker.acquire() {
            Ok(permit) => permit,
            Err(open) => {
                return Delivery::TryAgain {
                    after: open.retry_after(),
                    cause: Failure::new(Reason::Connection, &open),
                };
            }
        };
        let limit = (Instant::now() + self.timeout).min(by);
        let delivery = time::timeout_at(limit, self.sink.export(snapshot)).await.unwrap_or_else(|_| {
            Delivery::try_again(Failure::new(
                Reason::Timeout,
                &format_args!("no answer within {:?}", self.timeout),
            ))
        });
        match &delivery {
            Delivery::TryAgain { .. } => permit.failure(),
            // The receiver lives, also where it does not want this.
            _ => permit.success(),
        }
        delivery
    }

    fn accept(&self, rejected: u64, warning: Option<String>) {
        self.state.account.exported(1);
        let is_worth_telling = rejected > 0 || warning.is_some();
        if !is_worth_telling {
            self.state.has_told.store(false, Ordering::Relaxed);
        } else if !self.state.has_told.swap(true, Ordering::Relaxed) {
            let warning = warning.unwrap_or_default();
            self.state.tell(&format!("the receiver rejected {rejected} data points and says: {warning}"));
        }
    }
}
