//! The monitor: probes of machine, process and program, measured in the background, as metrics and with a history.
//!
//! Each probe is a [job](crate::periodic). What it reads goes through a `recording` into the registry, where everybody
//! finds it who reads metrics, and into the `history`.

#[cfg(feature = "axum")]
mod api;
#[cfg(target_os = "linux")]
mod built_in;
mod error;
mod history;
mod options;
mod probe;
mod readings;
mod recording;
mod register;

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

#[cfg(feature = "axum")]
pub use self::api::{ApiCollector, ApiMonitor};
pub use self::{
    error::{ProbeError, RegisterError},
    history::Sample,
    options::ProbeOptions,
    probe::{AsyncProbe, CounterProbe, Measured, Probe, ProbeKind},
    readings::Readings,
};
use self::{history::History, recording::OnError};
use crate::{
    fault::{self, Fault},
    metrics::{Counter, FamilyKind, Labels, MeasuredFamily, MetricRegistry},
    periodic::{Jobs, error_counter},
    settings::MonitorSettings,
};

/// Measures machine, process and program in the background; [`Telemetry::monitor`](crate::Telemetry::monitor) gives it.
///
/// On Linux it measures processors, memory, disks, network and connections by itself. The program adds
/// [probes](Probe) of its own, and may [record](PerformanceMonitor::record) what it measures where it is. Every value is
/// a metric like others, and the latest ones are kept, see [`PerformanceMonitor::history`].
///
/// Cloning gives another handle.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::Telemetry;
///
/// let telemetry = Telemetry::builder().build()?;
/// let monitor = telemetry.monitor().expect("nobody switched it off");
/// monitor.register_probe("queue_depth", Duration::from_secs(5), || Ok(7.0.into()))?;
/// monitor.record("cache_entries", 1200.0, &[("cache", "quotes")]);
/// assert_eq!(monitor.history("cache_entries").len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PerformanceMonitor {
    shared: Arc<Shared>,
}

/// What handles and jobs share.
struct Shared {
    registry: Arc<MetricRegistry>,
    config: MonitorSettings,
    jobs: Jobs,
    errors: Counter<2>,
    history: Mutex<History>,
    has_told_of_history: AtomicBool,
    on_error: RwLock<Option<OnError>>,
}

impl PerformanceMonitor {
    pub(crate) fn new(registry: &Arc<MetricRegistry>, config: &MonitorSettings) -> Self {
        let shared = Shared {
            registry: Arc::clone(registry),
            config: config.clone(),
            jobs: Jobs::default(),
            errors: error_counter(),
            history: Mutex::new(History::new(config.history_size)),
            has_told_of_history: AtomicBool::new(false),
            on_error: RwLock::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Whether there are probes of the machine on this system.
    #[cfg(feature = "axum")]
    pub(crate) const fn measures_machine(&self) -> bool {
        cfg!(target_os = "linux")
    }

    /// Adds the probes that need nobody to register them.
    pub(crate) fn add_built_in(&self) {
        #[cfg(target_os = "linux")]
        built_in::add(self);
        #[cfg(not(target_os = "linux"))]
        fault::report(&Fault::new(
            "monitor",
            "processors, memory, disks, network and connections are measured on Linux only; probes of the program run \
             here too",
        ));
    }

    /// Begins to measure, on the runtime of the background thread.
    pub(crate) async fn start(self) {
        self.shared.jobs.start();
    }

    /// Makes the gauge `name` that value for these labels, and keeps it in the history.
    ///
    /// It never fails: a name, label or value that no metric takes is told of as a fault.
    pub fn record(&self, name: &str, value: f64, labels: &[(&str, &str)]) {
        let shared = &self.shared;
        let tell = |problem: &str| shared.registry.store().tell_once(name, problem);
        if !value.is_finite() {
            shared.errors.with([name, "invalid"]).inc();
            return tell(&format!(
                "a value of `{name}` is {value} and is not recorded; only finite numbers are"
            ));
        }
        let family = MeasuredFamily::of_program(&shared.registry, name, FamilyKind::Gauge, "");
        match family.and_then(|family| family.write(labels, |_| value)) {
            Ok(written) => shared.keep(name, [written]),
            Err(error) => tell(&format!("{error}; its values are not recorded")),
        }
    }

    /// The latest values of a metric that probes or the program have measured, oldest first.
    ///
    /// `cpu`, `memory`, `disk`, `network` and `connections` stand for `cpu_usage_percent` of the type `total`,
    /// `memory_usage_percent`, `disk_usage_percent`, `network_bytes_total` and `active_connections`. The setting
    /// `monitor.history_size` says how many values are kept of each metric, all of its series together.
    #[must_use]
    pub fn history(&self, name: &str) -> Vec<Sample> {
        self.shared.history.lock().unwrap_or_else(PoisonError::into_inner).of(name)
    }

    /// Calls `hook` with every run that failed, beside the probe's own [`Probe::on_error`]. The last hook counts.
    ///
    /// It is called on a thread where it may block. While it is at work it is not called for the same probe again.
    pub fn on_error(&self, hook: impl Fn(&ProbeError) + Send + Sync + 'static) {
        *self.shared.on_error.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(hook));
    }
}

impl Shared {
    fn keep(&self, metric: &str, values: impl IntoIterator<Item = (Labels, f64)>) {
        let has_room = self.history.lock().unwrap_or_else(PoisonError::into_inner).keep(metric, values);
        if !has_room && !self.has_told_of_history.swap(true, Ordering::Relaxed) {
            let message =
                format!("`{metric}` is one metric too many to keep values of; keep ids out of names");
            fault::report(&Fault::new("monitor", message));
        }
    }

    fn count(&self, error: &ProbeError) {
        self.errors.with([error.probe(), error.reason()]).inc();
    }

    fn on_error(&self) -> Option<OnError> {
        self.on_error.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for PerformanceMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerformanceMonitor").field("probes", &self.shared.jobs).finish_non_exhaustive()
    }
}
