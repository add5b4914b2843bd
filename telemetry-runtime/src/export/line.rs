//! One exporter's way out: a bounded queue, what became of its items, and its breaker.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use opentelemetry_sdk::trace::SpanData;
use tokio::{sync::Notify, time::Instant};

use super::{
    account::{Account, DropReason},
    last_failure::ExporterFailure,
};
use crate::breaker::{BreakerConfig, CircuitBreaker, Registry};

/// How many items wait and go together, and for how long; `tracing.batch` for spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Batching {
    pub(crate) max_queue_size: usize,
    pub(crate) batch_size: usize,
    pub(crate) flush_interval: Duration,
    pub(crate) export_timeout: Duration,
    /// How long a batch is tried, if not a fixed number of times.
    pub(crate) retry_for: Option<Duration>,
}

impl Default for Batching {
    fn default() -> Self {
        Self {
            max_queue_size: 2048,
            batch_size: 512,
            flush_interval: Duration::from_secs(5),
            export_timeout: Duration::from_secs(30),
            retry_for: None,
        }
    }
}

/// One exporter's way out, shared by who fills it, who empties it and who asks how it does.
#[derive(Debug)]
pub(crate) struct Line<T = SpanData> {
    name: String,
    /// Beside the lines of the same exporter that carry other things.
    title: String,
    batching: Batching,
    queue: Mutex<Queue<T>>,
    /// Items that the worker holds.
    in_flight: AtomicUsize,
    pub(super) account: Account,
    pub(super) breaker: CircuitBreaker,
    last_failure: Mutex<Option<ExporterFailure>>,
    /// Nobody listens at the default endpoint.
    is_idle: AtomicBool,
    is_hurried: AtomicBool,
    is_stopping: AtomicBool,
    /// When exporters with a fallback are given up, once the program ends.
    patience: OnceLock<Instant>,
    /// The end has come; a wait between two tries hears nothing else.
    pub(super) stop: Notify,
    /// There is something to do: enough spans, a flush, or the end.
    pub(super) work: Notify,
    /// Something was settled.
    pub(super) progress: Notify,
}

/// What waits; a closed queue takes nothing any more.
#[derive(Debug)]
struct Queue<T> {
    items: VecDeque<T>,
    is_closed: bool,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { items: VecDeque::new(), is_closed: false }
    }
}

impl<T> Line<T> {
    /// Takes items as far as there is room; the others are dropped and counted.
    pub(super) fn enqueue(&self, items: impl ExactSizeIterator<Item = T>) {
        let mut queue = self.queue();
        if queue.is_closed {
            drop(queue);
            return self.account.dropped(DropReason::Shutdown, items.len() as u64);
        }
        let room = self.batching.max_queue_size.saturating_sub(queue.items.len()).min(items.len());
        let rest = items.len() - room;
        queue.items.extend(items.take(room));
        let is_enough = queue.items.len() >= self.batching.batch_size;
        drop(queue);
        let passes = self.breaker.state().passes();
        let reason = if passes { DropReason::QueueFull } else { DropReason::BreakerOpen };
        self.account.dropped(reason, rest as u64);
        if is_enough {
            self.work.notify_one();
        }
    }
}

/// The breaker of an exporter, whose attempts take `timeout` at the most.
pub(super) fn breaker(exporter: &str, timeout: Duration) -> CircuitBreaker {
    let config = BreakerConfig {
        minimum_calls: 3,
        window: Duration::from_secs(60),
        open_for: Duration::from_secs(5),
        half_open_permits: 1,
        lease: timeout + Duration::from_secs(1),
        ..BreakerConfig::default()
    };
    Registry::process().renew(&format!("exporter.{exporter}"), config)
}

impl<T> Line<T> {
    /// `suffix` tells it from the lines of the same exporter that carry other things.
    pub(crate) fn new(name: String, suffix: &str, batching: Batching) -> Self {
        let title = format!("{name}{suffix}");
        Self {
            breaker: breaker(&title, batching.export_timeout),
            name,
            title,
            batching,
            queue: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            account: Account::default(),
            last_failure: Mutex::default(),
            is_idle: AtomicBool::new(false),
            is_hurried: AtomicBool::new(false),
            is_stopping: AtomicBool::new(false),
            patience: OnceLock::new(),
            stop: Notify::new(),
            work: Notify::new(),
            progress: Notify::new(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn batching(&self) -> &Batching {
        &self.batching
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    fn queue(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The oldest items, at most one batch.
    pub(super) fn take_batch(&self) -> Vec<T> {
        let mut queue = self.queue();
        let size = self.batching.batch_size.min(queue.items.len());
        self.in_flight.store(size, Ordering::Release);
        queue.items.drain(..size).collect()
    }

    /// The batch in flight is settled.
    pub(super) fn settle(&self) {
        self.in_flight.store(0, Ordering::Release);
        self.progress.notify_waiters();
    }

    pub(crate) fn queued(&self) -> usize {
        self.queue().items.len()
    }

    /// Items that are not settled.
    pub(crate) fn pending(&self) -> usize {
        self.queue().items.len() + self.in_flight.load(Ordering::Acquire)
    }

    /// Sends what is there without waiting for more.
    pub(super) fn hurry(&self) {
        self.is_hurried.store(true, Ordering::Release);
        self.work.notify_one();
    }

    pub(super) fn take_hurry(&self) -> bool {
        self.is_hurried.swap(false, Ordering::AcqRel)
    }

    /// Asks the worker to send what is there and to end before `deadline`.
    pub(super) fn ask_to_stop(&self, deadline: Instant) {
        let now = Instant::now();
        // Half of the time is for the exporter, the other half for its fallback.
        self.patience.get_or_init(|| now + deadline.saturating_duration_since(now) / 2);
        self.is_stopping.store(true, Ordering::Release);
        self.stop.notify_one();
        self.work.notify_one();
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// Returns once an exporter has had its time, because the program ends.
    pub(super) async fn end_of_patience(&self) {
        loop {
            let stopped = self.stop.notified();
            if let Some(until) = self.patience.get() {
                return tokio::time::sleep_until(*until).await;
            }
            stopped.await;
        }
    }

    pub(super) fn is_out_of_patience(&self) -> bool {
        self.patience.get().is_some_and(|until| *until <= Instant::now())
    }

    /// Counts everything that is not settled as lost with the program.
    pub(super) fn abandon(&self) {
        let queued = std::mem::replace(&mut *self.queue(), Queue { items: VecDeque::new(), is_closed: true });
        let in_flight = self.in_flight.swap(0, Ordering::AcqRel);
        self.account.dropped(DropReason::Shutdown, (queued.items.len() + in_flight) as u64);
    }

    pub(super) fn set_idle(&self, is_idle: bool) -> bool {
        self.is_idle.swap(is_idle, Ordering::AcqRel)
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.is_idle.load(Ordering::Acquire)
    }

    pub(super) fn note_failure(&self, reason: &'static str, message: &str) {
        let failure = ExporterFailure::new(&self.title, reason, message);
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }

    pub(crate) fn last_failure(&self) -> Option<ExporterFailure> {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
