//! The background thread: the only place where telemetry works without being called.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio::{runtime::Runtime, sync::Notify, time};

use crate::{clock::Clock, metrics::MetricRegistry, prometheus::page, setup_error::SetupError};

/// How often the thread shows that it lives, and moves what looks back over time.
const BEAT: Duration = Duration::from_secs(1);

/// A thread that has not beaten for so long is taken for dead.
const DEAD_AFTER: Duration = Duration::from_secs(10);

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
}

impl Driver {
    /// Starts the thread; with `listen` it serves the metrics there too.
    pub(crate) fn start(
        registry: Arc<MetricRegistry>,
        listen: Option<SocketAddr>,
    ) -> Result<Self, SetupError> {
        let clock = registry.clock().clone();
        let shared = Arc::new(SharedState { stop: Notify::new(), last_beat: AtomicU64::new(0), clock });
        shared.beat();
        let listener = listen.map(bind).transpose()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|source| SetupError::Thread { source })?;
        let (end, ended) = mpsc::channel();
        let work = {
            let shared = Arc::clone(&shared);
            move || {
                run(runtime, &shared, &registry, listener);
                // Nobody may be waiting.
                let _ = end.send(());
            }
        };
        let thread = thread::Builder::new().name("telemetry".to_owned());
        thread.spawn(work).map_err(|source| SetupError::Thread { source })?;
        Ok(Self { shared, ended: Mutex::new(ended) })
    }

    pub(crate) fn is_beating(&self) -> bool {
        let last = Duration::from_nanos(self.shared.last_beat.load(Ordering::Acquire));
        self.shared.clock.now().saturating_sub(last) < DEAD_AFTER
    }

    /// Asks the thread to end and waits; says whether it did within `timeout`.
    pub(crate) fn stop(&self, timeout: Duration) -> bool {
        self.shared.stop.notify_one();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        // Closed is ended too: a second stop finds the channel empty and its sender gone.
        !matches!(ended.recv_timeout(timeout), Err(mpsc::RecvTimeoutError::Timeout))
    }
}

impl SharedState {
    fn beat(&self) {
        let now = u64::try_from(self.clock.now().as_nanos()).unwrap_or(u64::MAX);
        self.last_beat.store(now, Ordering::Release);
    }
}

fn bind(address: SocketAddr) -> Result<std::net::TcpListener, SetupError> {
    let listener = std::net::TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener
        .map_err(|source| SetupError::Io { what: format!("listen on {address} (metrics.listen)"), source })
}

fn run(
    runtime: Runtime,
    shared: &SharedState,
    registry: &Arc<MetricRegistry>,
    listener: Option<std::net::TcpListener>,
) {
    if let Some(listener) = listener {
        runtime.spawn(page::serve(listener, Arc::clone(registry)));
    }
    runtime.block_on(async {
        tokio::select! {
            () = shared.stop.notified() => {}
            () = beat_for_ever(shared, registry) => {}
        }
    });
    // A plain drop could wait for a blocking task.
    runtime.shutdown_background();
}

async fn beat_for_ever(shared: &SharedState, registry: &MetricRegistry) {
    let mut beats = time::interval(BEAT);
    beats.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        shared.beat();
        registry.mark_rates();
    }
}
