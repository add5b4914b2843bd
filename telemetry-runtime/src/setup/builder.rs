//! Telemetry step by step, for programs that want more than `setup_telemetry`.

use std::{fmt, sync::Arc};

use opentelemetry::propagation::TextMapPropagator;
#[cfg(feature = "_background")]
use opentelemetry_sdk::trace::{ShouldSample, SpanExporter};

#[cfg(feature = "alerts")]
use super::alerting::{AlertPlan, GivenAlerts};
#[cfg(feature = "collector")]
use super::collecting::CollectorPlan;
use super::{Plan, Telemetry};
#[cfg(feature = "_background")]
use super::{
    outputs::{self, MakeOutput},
    sampler::OfficialSampler,
};
#[cfg(feature = "collector")]
use crate::collector::{Event, Transform};
use crate::{
    clock::{self, Clock},
    fault::{self, Fault},
    propagation,
    setup_error::SetupError,
};
#[cfg(feature = "_background")]
use crate::{
    export::{MetricExporter, MetricOutput},
    trace::sampler::HeadSampler,
};

/// Builds [`Telemetry`]; what is said here wins over every setting.
///
/// ```
/// use telemetry_runtime::Telemetry;
///
/// let telemetry = Telemetry::builder().service_name("quotes").default_label("region", "eu").build()?;
/// assert_eq!(telemetry.service_name(), "quotes");
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[must_use = "a builder does nothing until `install` or `build`"]
#[derive(Default)]
pub struct TelemetryBuilder {
    #[cfg(feature = "settings")]
    settings: Option<crate::settings::Settings>,
    service_name: Option<String>,
    default_labels: Vec<(String, String)>,
    clock: Option<Clock>,
    propagator: Option<Arc<dyn TextMapPropagator + Send + Sync>>,
    #[cfg(feature = "collector")]
    collector: Option<crate::settings::CollectorSettings>,
    #[cfg(feature = "collector")]
    transform: Option<Transform>,
    #[cfg(feature = "monitor")]
    monitor: Option<crate::settings::MonitorSettings>,
    #[cfg(feature = "alerts")]
    pub(super) alerts: GivenAlerts,
    #[cfg(feature = "_background")]
    sampler: Option<Arc<dyn HeadSampler>>,
    #[cfg(feature = "_background")]
    outputs: Vec<MakeOutput>,
    #[cfg(feature = "_background")]
    metric_outputs: Vec<MetricOutput>,
}

impl fmt::Debug for TelemetryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelemetryBuilder").field("service_name", &self.service_name).finish_non_exhaustive()
    }
}

impl TelemetryBuilder {
    /// Takes these settings instead of the defaults.
    #[cfg(feature = "settings")]
    pub fn settings(mut self, settings: crate::settings::Settings) -> Self {
        self.settings = Some(settings);
        self
    }

    /// The name of the service. Defaults to the setting `service.name`.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = Some(name.into());
        self
    }

    /// A label that every series gets, unless it has one of that name.
    pub fn default_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_labels.push((name.into(), value.into()));
        self
    }

    /// Takes another clock than the machine's.
    ///
    /// It must be there before the first call; later it is refused with a fault.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Hands the toolkit's own faults to `hook`. Defaults to standard error, rate-limited.
    pub fn on_fault(self, hook: impl Fn(&Fault) + Send + Sync + 'static) -> Self {
        fault::set_hook(Box::new(hook));
        self
    }

    /// Asks `sampler` for every span that begins. Defaults to what the settings say, which is faster.
    ///
    /// It alone decides then: rules, rate limit, parents and `keep` of `tracing.sampler` are not used.
    /// Its attributes and its trace state reach the span. A span that it wants recorded but not sampled is not
    /// recorded, because nobody looks at those. A panic of it is told, and its span not recorded.
    ///
    /// ```
    /// use opentelemetry_sdk::trace::Sampler;
    /// use telemetry_runtime::Telemetry;
    ///
    /// let telemetry = Telemetry::builder().sampler(Sampler::parent_based(Sampler::TraceIdRatioBased(0.1))).build()?;
    /// # let _ = telemetry;
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    #[cfg(feature = "_background")]
    pub fn sampler(mut self, sampler: impl ShouldSample + 'static) -> Self {
        self.sampler = Some(Arc::new(OfficialSampler(Box::new(sampler))));
        self
    }

    /// Writes and reads contexts of headers with `propagator`. Defaults to the W3C's trace context.
    ///
    /// It serves [`inject`](crate::inject), [`extract`](crate::extract) and the HTTP layers, from `build` on. A panic
    /// of it is told, and costs the context.
    pub fn propagator(mut self, propagator: impl TextMapPropagator + Send + Sync + 'static) -> Self {
        self.propagator = Some(Arc::new(propagator));
        self
    }

    /// Sends spans to `exporter` too, under `name`.
    ///
    /// It is called on the background thread, one batch at a time. A panic of it is counted as a refused batch.
    #[cfg(feature = "_background")]
    pub fn exporter(mut self, name: &'static str, exporter: impl SpanExporter + 'static) -> Self {
        self.outputs.push(outputs::custom(name, exporter));
        self
    }

    /// Hands metrics to `exporter` too, under `name`, each `metrics.export_interval`.
    #[cfg(feature = "_background")]
    pub fn metric_exporter(mut self, name: &'static str, exporter: impl MetricExporter) -> Self {
        self.metric_outputs.push(outputs::custom_metrics(name, exporter));
        self
    }

    /// Collects events as `config` says, whatever the settings say and also if it is not `enabled`.
    #[cfg(feature = "collector")]
    pub fn collector(mut self, config: crate::settings::CollectorSettings) -> Self {
        self.collector = Some(config);
        self
    }

    /// Lets `change` change every event before it goes anywhere; `None` leaves the event out, as `filtered`.
    ///
    /// It is called on the background thread. An event for which it panics is dropped as `transform`.
    ///
    /// ```
    /// use telemetry_runtime::{CollectorConfig, Telemetry};
    ///
    /// let telemetry = Telemetry::builder()
    ///     .collector(CollectorConfig::default())
    ///     .transform_events(|mut event| {
    ///         event.labels.insert("region".to_owned(), "eu".to_owned());
    ///         (event.operation != "noise").then_some(event)
    ///     })
    ///     .build()?;
    /// # let _ = telemetry;
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    #[cfg(feature = "collector")]
    pub fn transform_events(
        mut self,
        change: impl Fn(Event) -> Option<Event> + Send + Sync + 'static,
    ) -> Self {
        self.transform = Some(Transform(Arc::new(change)));
        self
    }

    /// Measures in the background as `config` says, whatever the settings say and also if it is not `enabled`.
    #[cfg(feature = "monitor")]
    pub fn monitor(mut self, config: crate::settings::MonitorSettings) -> Self {
        self.monitor = Some(config);
        self
    }

    /// Keeps spans in memory too, for tests.
    #[cfg(feature = "testing")]
    pub fn in_memory(mut self, spans: &crate::export::memory::InMemorySpans) -> Self {
        self.outputs.push(outputs::in_memory(spans));
        self
    }

    /// Builds telemetry without making it the program's.
    ///
    /// # Errors
    ///
    /// [`SetupError::InvalidValue`] if a default label is not a legal name or a rule of alerts cannot be one, [`SetupError::Io`] if `metrics.listen`
    /// is taken, and [`SetupError::Thread`] if the background thread cannot be started.
    pub fn build(mut self) -> Result<Telemetry, SetupError> {
        if let Some(clock) = self.clock.clone()
            && clock::inject(clock).is_err()
        {
            fault::report(&Fault::new(
                "setup",
                "the clock came after the first call and is not used; build telemetry first",
            ));
        }
        let propagator = self.propagator.take();
        let telemetry = self.start()?;
        if let Some(plan) = telemetry.propagation() {
            propagation::set_formats(&plan.formats);
            propagation::set_baggage_hosts(&plan.baggage_hosts);
        }
        if let Some(propagator) = propagator {
            propagation::set_propagator(propagator);
        }
        Ok(telemetry)
    }

    #[cfg(feature = "_background")]
    fn start(mut self) -> Result<Telemetry, SetupError> {
        let outputs = std::mem::take(&mut self.outputs);
        let metric_outputs = std::mem::take(&mut self.metric_outputs);
        let sampler = self.sampler.take();
        Telemetry::start(self.plan()?, outputs, metric_outputs, sampler)
    }

    #[cfg(not(feature = "_background"))]
    fn start(self) -> Result<Telemetry, SetupError> {
        Ok(Telemetry::start(self.plan()?))
    }

    /// Builds telemetry and makes it the program's.
    ///
    /// # Errors
    ///
    /// As [`TelemetryBuilder::build`], and [`SetupError::AlreadyInstalled`] if it was installed before.
    pub fn install(self) -> Result<Telemetry, SetupError> {
        if Telemetry::global().is_some() {
            return Err(SetupError::AlreadyInstalled);
        }
        self.build()?.make_global()
    }

    fn plan(self) -> Result<Plan, SetupError> {
        #[cfg(feature = "settings")]
        let mut plan = self.settings.as_ref().map(Plan::from).unwrap_or_default();
        #[cfg(not(feature = "settings"))]
        let mut plan = Plan::default();
        #[cfg(feature = "collector")]
        {
            if let Some(config) = self.collector {
                plan.collector = Some(CollectorPlan::new(config, self.settings.as_ref()));
            }
            if let Some(collector) = &mut plan.collector {
                collector.transform = self.transform;
            }
        }
        #[cfg(feature = "monitor")]
        if self.monitor.is_some() {
            plan.measuring.monitor = self.monitor;
        }
        #[cfg(feature = "alerts")]
        {
            plan.alerts = AlertPlan::new(self.settings.as_ref(), self.alerts)?;
        }
        if let Some(name) = self.service_name {
            plan.service_name = name;
        }
        for (name, value) in self.default_labels {
            if !is_label_name(&name) {
                return Err(SetupError::InvalidValue {
                    key: "default_label".to_owned(),
                    value: name,
                    source: "builder".to_owned(),
                    allowed: "letters, digits and `_`, not beginning with a digit or `__`".to_owned(),
                });
            }
            plan.default_labels.insert(name, value);
        }
        Ok(plan)
    }
}

fn is_label_name(name: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(is_first)
        && !name.starts_with("__")
        && name.chars().all(|c| is_first(c) || c.is_ascii_digit())
}
