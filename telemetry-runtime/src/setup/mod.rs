//! Telemetry of the whole program: set up once, read and shut down through one handle.

#[cfg(feature = "alerts")]
mod alerting;
#[cfg(feature = "_background")]
mod background;
mod builder;
#[cfg(feature = "_background")]
mod carrying;
#[cfg(feature = "axum")]
mod catalogs;
#[cfg(feature = "collector")]
mod collecting;
#[cfg(feature = "dashboard")]
mod dashboard;
#[cfg(feature = "monitor")]
mod measuring;
#[cfg(feature = "_background")]
mod metric_plan;
#[cfg(feature = "axum")]
mod metrics_page;
#[cfg(feature = "_background")]
mod outputs;
mod plan;
mod prepare;
#[cfg(feature = "settings")]
mod reload;
#[cfg(feature = "_background")]
mod resource;
#[cfg(feature = "_background")]
mod sampler;
#[cfg(feature = "_background")]
mod sampling;
mod start;
#[cfg(feature = "tracing-layer")]
mod subscriber;
mod timed_out;
#[cfg(all(feature = "settings", feature = "_background"))]
mod watch;

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

#[cfg(feature = "_background")]
use self::background::Background;
pub use self::builder::TelemetryBuilder;
#[cfg(feature = "dashboard")]
pub(crate) use self::dashboard::DashboardParts;
#[cfg(feature = "_background")]
pub(crate) use self::metric_plan::MetricPlan;
#[cfg(feature = "dashboard")]
pub(crate) use self::plan::DashboardPlan;
pub(crate) use self::plan::Plan;
use self::plan::PropagationPlan;
#[cfg(feature = "axum")]
pub(crate) use self::plan::WebPlan;
pub use self::timed_out::TimedOut;
use crate::{
    fault::{self, Fault},
    health::{self, HealthReport, Vitals},
    metrics::{MetricRegistry, Snapshot},
    operation::{self, Operation},
};

/// Telemetry of the whole program.
///
/// Cloning gives another handle. The handle that [`TelemetryBuilder::build`] returned shuts down when its last clone
/// is dropped; the installed one lives as long as the program.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::Telemetry;
///
/// let telemetry = Telemetry::builder().build()?;
/// assert!(telemetry.snapshot().families().iter().all(|family| !family.series.is_empty()));
/// assert!(telemetry.shutdown(Duration::from_secs(5)).is_ok());
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone)]
pub struct Telemetry {
    inner: Arc<Inner>,
}

struct Inner {
    plan: Plan,
    registry: Arc<MetricRegistry>,
    #[cfg(feature = "_background")]
    background: Background,
    #[cfg(feature = "tracing-layer")]
    layers: subscriber::Layers,
    is_global: AtomicBool,
    is_shut_down: AtomicBool,
}

static GLOBAL: OnceLock<Telemetry> = OnceLock::new();

/// How long dropping the last handle may take.
const DROP_TIMEOUT: Duration = Duration::from_secs(5);

impl Telemetry {
    /// Begins to set up.
    pub fn builder() -> TelemetryBuilder {
        TelemetryBuilder::default()
    }

    /// The installed telemetry.
    #[must_use]
    pub fn global() -> Option<&'static Self> {
        GLOBAL.get()
    }

    /// The name of the service.
    #[must_use]
    pub fn service_name(&self) -> &str {
        &self.inner.plan.service_name
    }

    /// Every operation of the program, also those that were never called.
    #[must_use]
    pub fn catalog(&self) -> Vec<&'static Operation> {
        operation::catalog::stated()
    }

    /// All metrics at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.inner.registry.snapshot()
    }

    /// How well telemetry itself does.
    #[must_use]
    pub fn health(&self) -> HealthReport {
        HealthReport::new(&self.vitals())
    }

    /// Where the program adds events, if the settings or the builder ask for the collector.
    #[cfg(feature = "collector")]
    #[must_use]
    pub fn collector(&self) -> Option<&crate::collector::EventCollector> {
        self.inner.background.collector()
    }

    /// The last failure of each exporter that has had one.
    ///
    /// Unlike the health page these say it in words, which may name hosts: for operators only.
    #[cfg(feature = "_background")]
    #[must_use]
    pub fn exporter_failures(&self) -> Vec<crate::export::ExporterFailure> {
        self.inner.background.failures()
    }

    /// Waits until every span that has ended so far was delivered, or given up, and metrics of now were exported.
    ///
    /// Who reads metrics from outside needs no flush. A trace that waits to be kept or dropped goes on waiting for its
    /// root.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] if it did not within `timeout`.
    pub fn flush(&self, timeout: Duration) -> Result<(), TimedOut> {
        #[cfg(feature = "_background")]
        if !self.inner.background.flush(timeout) {
            return Err(TimedOut { timeout });
        }
        let _ = timeout;
        Ok(())
    }

    /// Delivers what it can and stops the background thread; calls go on counting.
    ///
    /// It may be called again, from any thread and from async code: it waits `timeout` at the most.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] if the thread did not stop within `timeout`.
    pub fn shutdown(&self, timeout: Duration) -> Result<(), TimedOut> {
        self.inner.shutdown(timeout)
    }

    fn propagation(&self) -> Option<&PropagationPlan> {
        self.inner.plan.propagation.as_ref()
    }

    pub(crate) fn vitals(&self) -> Vitals {
        Vitals {
            is_installed: self.inner.is_global.load(Ordering::Acquire),
            is_enabled: self.inner.plan.enabled,
            background: self.inner.background(),
            #[cfg(feature = "_background")]
            exporters: self.inner.background.vitals(),
            #[cfg(feature = "_background")]
            dropped_parts: self.inner.background.dropped_parts(),
            breakers: self.inner.registry.breakers().counts(),
            #[cfg(feature = "monitor")]
            checks: self.inner.background.measuring().check_reports(),
            faults: fault::count(),
        }
    }

    /// What the live page is fed by; none if there is no page, or no telemetry thread.
    #[cfg(feature = "dashboard")]
    pub(crate) fn dashboard(&self) -> Option<&DashboardParts> {
        self.inner.background.dashboard()
    }

    #[cfg(feature = "axum")]
    pub(crate) fn plan(&self) -> &Plan {
        &self.inner.plan
    }

    #[cfg(feature = "axum")]
    pub(crate) fn registry(&self) -> &Arc<MetricRegistry> {
        &self.inner.registry
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").field("service_name", &self.service_name()).finish_non_exhaustive()
    }
}

impl Inner {
    fn background(&self) -> health::Background {
        #[cfg(feature = "_background")]
        return match self.background.is_beating() {
            _ if self.is_shut_down.load(Ordering::Acquire) => health::Background::Stopped,
            Some(true) => health::Background::Beating,
            Some(false) => health::Background::Dead,
            None => health::Background::Stopped,
        };
        #[cfg(not(feature = "_background"))]
        health::Background::NotBuilt
    }

    fn shutdown(&self, timeout: Duration) -> Result<(), TimedOut> {
        self.is_shut_down.store(true, Ordering::Release);
        #[cfg(feature = "_background")]
        if !self.background.stop(timeout) {
            return Err(TimedOut { timeout });
        }
        let _ = timeout;
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Err(error) = self.shutdown(DROP_TIMEOUT) {
            fault::report(&Fault::new("driver", error.to_string()));
        }
    }
}

/// How well telemetry itself does; for programs that do not serve `/health/telemetry`.
///
/// ```
/// use telemetry_runtime::{HealthStatus, check_telemetry_health};
///
/// assert_eq!(check_telemetry_health().status(), HealthStatus::Degraded, "nothing is installed");
/// ```
#[must_use]
pub fn check_telemetry_health() -> HealthReport {
    match Telemetry::global() {
        Some(telemetry) => telemetry.health(),
        None => HealthReport::new(&Vitals::not_installed(MetricRegistry::process().breakers().counts())),
    }
}
