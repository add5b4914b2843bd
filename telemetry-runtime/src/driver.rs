//! The background thread: the only place where telemetry works without being called.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use tokio::{runtime::Runtime, sync::Notify, time};

use crate::export::{Control, Pipeline, ReaderControl, Readers};
use crate::{clock::Clock, metrics::MetricRegistry, process, setup_error::SetupError};

/// How often the thread shows that it lives, and moves what looks back over time.
const BEAT: Duration = Duration::from_secs(1);

/// A thread that has not beaten for so long is taken for dead.
const DEAD_AFTER: Duration = Duration::from_secs(10);

/// What the thread does beside beating.
#[derive(Default)]
pub(crate) struct Duties {
    pub(crate) pipeline: Option<Pipeline>,
    /// What goes on for as long as the thread lives, and may be dropped at any time.
    pub(crate) others: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
    pub(crate) readers: Option<Readers>,
}

/// A handle on the background thread.
#[derive(Debug)]
pub(crate) struct Driver {
    shared: Arc<SharedState>,
    /// Gets a message, or is closed, when the thread has ended.
    ended: Mutex<mpsc::Receiver<()>>,
}

#[derive(Debug)]
struct SharedState {
    stop: Notify,
    clock: Clock,
    last_beat: AtomicU64,
    /// Nanoseconds of processor time that the thread has had; `None` where the system does not say.
    cpu_nanos: Option<AtomicU64>,
    control: Arc<Control>,
    readers: Option<Arc<ReaderControl>>,
}

impl Driver {
    /// Starts the thread.
    pub(crate) fn start(registry: Arc<MetricRegistry>, duties: Duties) -> Result<Self, SetupError> {
        let shared = Arc::new(SharedState {
            stop: Notify::new(),
            last_beat: AtomicU64::new(0),
            // There from the first scrape on, before the thread has run.
            cpu_nanos: process::thread_cpu_nanos().map(|_| AtomicU64::new(0)),
            clock: registry.clock().clone(),
            control: Arc::default(),
            readers: duties.readers.as_ref().map(Readers::control),
        });
        shared.beat();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            // Of threads for what blocks; what they do is telemetry's own doing too.
            .on_thread_start(|| crate::thread::with(crate::thread::Thread::suppress))
            .build();
        let runtime = runtime.map_err(|source| SetupError::Thread { source })?;
        let (end, ended) = mpsc::channel();
        let work = {
            let shared = Arc::clone(&shared);
            move || {
                run(runtime, &shared, &registry, duties);
                // Nobody may be waiting.
                let _ = end.send(());
            }
        };
        let thread = thread::Builder::new().name("telemetry".to_owned());
        thread.spawn(work).map_err(|source| SetupError::Thread { source })?;
        Ok(Self { shared, ended: Mutex::new(ended) })
    }

    /// Processor time that the thread had a moment ago, in seconds; `None` where the system does not say.
    pub(crate) fn cpu_seconds(&self) -> Option<f64> {
        let nanos = self.shared.cpu_nanos.as_ref()?.load(Ordering::Acquire);
        Some(Duration::from_nanos(nanos).as_secs_f64())
    }

    pub(crate) fn is_beating(&self) -> bool {
        let last = Duration::from_nanos(self.shared.last_beat.load(Ordering::Acquire));
        self.shared.clock.now().saturating_sub(last) < DEAD_AFTER
    }

    /// Waits until everything recorded so far is settled; says whether it was within `timeout`.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        // A thread that has ended has settled everything.
        !matches!(self.shared.control.flush().recv_timeout(timeout), Err(mpsc::RecvTimeoutError::Timeout))
    }

    /// Waits until metrics of this moment were handed on; says whether it was within `timeout`.
    pub(crate) fn flush_metrics(&self, timeout: Duration) -> bool {
        let Some(readers) = &self.shared.readers else { return true };
        !matches!(readers.flush().recv_timeout(timeout), Err(mpsc::RecvTimeoutError::Timeout))
    }

    /// Asks the thread to end and waits; says whether it did within `timeout`.
    pub(crate) fn stop(&self, timeout: Duration) -> bool {
        let by = Instant::now() + timeout;
        // What the thread needs to count the rest and to say that it has ended.
        let deadline = (by - timeout.min(Duration::from_millis(50)).mul_f32(0.5)).into();
        self.shared.control.stop(deadline);
        if let Some(readers) = &self.shared.readers {
            readers.stop(deadline);
        }
        self.shared.stop.notify_one();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let left = by.saturating_duration_since(Instant::now());
        // Closed is ended too: a second stop finds the channel empty and its sender gone.
        !matches!(ended.recv_timeout(left), Err(mpsc::RecvTimeoutError::Timeout))
    }
}

impl SharedState {
    fn beat(&self) {
        let now = u64::try_from(self.clock.now().as_nanos()).unwrap_or(u64::MAX);
        self.last_beat.store(now, Ordering::Release);
    }
}

fn run(runtime: Runtime, shared: &SharedState, registry: &Arc<MetricRegistry>, duties: Duties) {
    // What telemetry itself calls is no telemetry.
    crate::thread::with(crate::thread::Thread::suppress);
    for other in duties.others {
        runtime.spawn(other);
    }
    runtime.block_on(async {
        tokio::select! {
            () = work_to_the_end(shared, duties.pipeline, duties.readers) => {}
            () = beat_for_ever(shared, registry) => {}
        }
    });
    // A plain drop could wait for a blocking task.
    runtime.shutdown_background();
}

async fn work_to_the_end(shared: &SharedState, pipeline: Option<Pipeline>, readers: Option<Readers>) {
    let spans = async {
        match pipeline {
            Some(pipeline) => pipeline.run(Arc::clone(&shared.control)).await,
            None => shared.stop.notified().await,
        }
    };
    let metrics = async {
        if let Some(readers) = readers {
            readers.run().await;
        }
    };
    tokio::join!(spans, metrics);
}

async fn beat_for_ever(shared: &SharedState, registry: &MetricRegistry) {
    let mut beats = time::interval(BEAT);
    beats.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        shared.beat();
        if let (Some(cell), Some(nanos)) = (&shared.cpu_nanos, process::thread_cpu_nanos()) {
            cell.store(nanos, Ordering::Release);
        }
        registry.mark_time();
    }
}
