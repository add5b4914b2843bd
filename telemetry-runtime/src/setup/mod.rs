//! Telemetry of the whole program: set up once, read and shut down through one handle.

#[cfg(feature = "_background")]
mod background;
mod builder;
#[cfg(feature = "axum")]
mod catalogs;
#[cfg(feature = "collector")]
mod collecting;
#[cfg(feature = "_background")]
mod metric_plan;
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

pub use self::builder::TelemetryBuilder;
#[cfg(feature = "_background")]
pub(crate) use self::metric_plan::MetricPlan;
pub(crate) use self::plan::Plan;
use self::plan::PropagationPlan;
use self::prepare::prepare;
pub use self::timed_out::TimedOut;
#[cfg(feature = "_background")]
use self::{background::Background, outputs::MakeOutput};
#[cfg(feature = "_background")]
use crate::{export::MetricOutput, trace::sampler::HeadSampler};
use crate::{
    fault::{self, Fault},
    health::{self, HealthReport, Vitals},
    metrics::{MetricRegistry, Snapshot},
    operation::{self, Operation},
    setup_error::SetupError,
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

    /// Starts the background thread with these ways out for spans.
    #[cfg(feature = "_background")]
    fn start(
        plan: Plan,
        outputs: Vec<MakeOutput>,
        metric_outputs: Vec<MetricOutput>,
        sampler: Option<Arc<dyn HeadSampler>>,
    ) -> Result<Self, SetupError> {
        let registry = prepare(&plan);
        #[cfg(feature = "tracing-layer")]
        let layers = subscriber::Layers::new(&plan.layers);
        let others = |records_spans| {
            #[cfg(feature = "settings")]
            return watch::of_settings(
                plan.reload_interval,
                reload::Reload::new(
                    &plan,
                    &registry,
                    sampling::Sampling::new(&plan, records_spans),
                    #[cfg(feature = "tracing-layer")]
                    &layers,
                ),
            );
            #[cfg(not(feature = "settings"))]
            {
                let _: bool = records_spans;
                Vec::new()
            }
        };
        let background = Background::start(&plan, &registry, outputs, metric_outputs, sampler, others)?;
        Ok(Self::with(
            plan,
            registry,
            background,
            #[cfg(feature = "tracing-layer")]
            layers,
        ))
    }

    #[cfg(not(feature = "_background"))]
    fn start(plan: Plan) -> Self {
        let registry = prepare(&plan);
        Self::with(plan, registry)
    }

    fn with(
        plan: Plan,
        registry: Arc<MetricRegistry>,
        #[cfg(feature = "_background")] background: Background,
        #[cfg(feature = "tracing-layer")] layers: subscriber::Layers,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                plan,
                registry,
                #[cfg(feature = "_background")]
                background,
                #[cfg(feature = "tracing-layer")]
                layers,
                is_global: AtomicBool::new(false),
                is_shut_down: AtomicBool::new(false),
            }),
        }
    }

    fn make_global(self) -> Result<Self, SetupError> {
        GLOBAL.set(self.clone()).map_err(|_| SetupError::AlreadyInstalled)?;
        self.inner.is_global.store(true, Ordering::Release);
        #[cfg(feature = "otel-api")]
        crate::otel_api::install(self.inner.plan.otel_api);
        #[cfg(feature = "prometheus")]
        if self.inner.plan.enabled
            && metrics::set_global_recorder(crate::Recorder::new(Arc::clone(&self.inner.registry))).is_err()
        {
            fault::report(&Fault::new(
                "metrics",
                "another recorder of the `metrics` facade is installed; what its macros count is not in `/metrics`. \
                 Install telemetry first, or leave the other out",
            ));
        }
        Ok(self)
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
            faults: fault::count(),
        }
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
