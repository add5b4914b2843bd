//! The background thread as set-up starts and stops it.

use std::{
    pin::Pin,
    sync::{Arc, Once},
    time::{Duration, Instant},
};

#[cfg(feature = "dashboard")]
use super::DashboardParts;
#[cfg(feature = "logs")]
use super::carrying::carry_logs;
#[cfg(feature = "monitor")]
use super::measuring::Measuring;
use super::{
    Plan,
    carrying::{carry_spans, readers},
    outputs::MakeOutput,
    resource,
};
#[cfg(feature = "alerts")]
use crate::alert::Alerts;
#[cfg(feature = "collector")]
use crate::collector::EventCollector;
#[cfg(feature = "logs")]
use crate::export::LogHub;
use crate::{
    call,
    driver::{Driver, Duties},
    export::{self, ExporterVitals, MetricOutput, Pipeline, ReaderControl, Readers, Shared},
    fault::{self, Fault},
    metrics::MetricRegistry,
    process::{self, RuntimeWatch},
    setup_error::SetupError,
    trace::{head, ring, sampler::HeadSampler},
};

/// Work that goes on for as long as the thread lives.
pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The background thread, if there is one, and its pipeline, if there is one.
#[derive(Debug, Default)]
pub(super) struct Background {
    driver: Option<Arc<Driver>>,
    spans: Option<Arc<Shared>>,
    #[cfg(feature = "logs")]
    logs: Option<Arc<LogHub>>,
    readers: Option<Arc<ReaderControl>>,
    #[cfg(feature = "collector")]
    collector: Option<EventCollector>,
    #[cfg(feature = "dashboard")]
    dashboard: Option<DashboardParts>,
    #[cfg(feature = "monitor")]
    measuring: Measuring,
    #[cfg(feature = "alerts")]
    alerts: Option<Alerts>,
}

impl Background {
    /// `others` is told whether spans have a way out.
    pub(super) fn start(
        plan: &Plan,
        registry: &Arc<MetricRegistry>,
        outputs: Vec<MakeOutput>,
        metric_outputs: Vec<MetricOutput>,
        sampler: Option<Arc<dyn HeadSampler>>,
        others: impl FnOnce(bool) -> Vec<Work>,
    ) -> Result<Self, SetupError> {
        if !plan.enabled {
            return Ok(Self::default());
        }
        let resource = resource::resource(plan);
        let mut pipeline = Pipeline::default();
        #[cfg(feature = "dashboard")]
        let (dashboard, guests) = DashboardParts::of_plan(plan).unzip();
        let shared = carry_spans(&mut pipeline, plan, &resource, registry, outputs)?;
        #[cfg(feature = "dashboard")]
        if let Some(parts) = &dashboard {
            pipeline.remember_spans(&parts.traces);
        }
        #[cfg(feature = "logs")]
        let logs = carry_logs(
            &mut pipeline,
            plan,
            &resource,
            registry,
            #[cfg(feature = "dashboard")]
            dashboard.as_ref(),
        )?;
        #[cfg(feature = "collector")]
        let collector = super::collecting::carry_events(&mut pipeline, plan, &resource, registry)?;
        #[cfg(feature = "alerts")]
        let alerts = super::alerting::carry_alerts(&mut pipeline, plan, registry)?;
        let readers = readers(plan, registry, metric_outputs)?;
        let control = readers.as_ref().map(Readers::control);
        let others = others(shared.is_some());
        #[cfg(feature = "axum")]
        let others =
            others.into_iter().chain(super::metrics_page::of_plan(plan, registry)?).collect::<Vec<Work>>();
        #[cfg(feature = "dashboard")]
        let others = guests.into_iter().chain(others).collect::<Vec<Work>>();
        #[cfg(feature = "monitor")]
        let measuring = Measuring::of_plan(plan, registry);
        #[cfg(feature = "monitor")]
        let others = others.into_iter().chain(measuring.work()).collect::<Vec<Work>>();
        let duties = Duties { pipeline: (!pipeline.is_empty()).then_some(pipeline), others, readers };
        let driver = Arc::new(Driver::start(Arc::clone(registry), duties)?);
        add_process(plan, registry, &driver);
        static HELD_BACK: Once = Once::new();
        HELD_BACK.call_once(|| registry.add_source(|all| all.push(call::held_back_records())));
        if shared.is_some() {
            begin_sampling(plan, sampler);
        }
        add_exporters(
            registry,
            shared.as_ref(),
            control.as_ref(),
            #[cfg(feature = "logs")]
            logs.as_ref(),
        );
        Ok(Self {
            driver: Some(driver),
            spans: shared,
            #[cfg(feature = "logs")]
            logs,
            readers: control,
            #[cfg(feature = "collector")]
            collector,
            #[cfg(feature = "dashboard")]
            dashboard,
            #[cfg(feature = "monitor")]
            measuring,
            #[cfg(feature = "alerts")]
            alerts,
        })
    }

    /// Whether the thread lives; `None` if there is none.
    pub(super) fn is_beating(&self) -> Option<bool> {
        self.driver.as_ref().map(|driver| driver.is_beating())
    }

    /// Whether spans have a way out.
    pub(super) fn records_spans(&self) -> bool {
        self.spans.is_some()
    }

    /// How every exporter does.
    pub(super) fn vitals(&self) -> Vec<ExporterVitals> {
        let mut vitals = self.spans.as_ref().map(|spans| spans.vitals()).unwrap_or_default();
        #[cfg(feature = "logs")]
        vitals.extend(self.logs.iter().flat_map(|logs| logs.vitals()));
        #[cfg(feature = "collector")]
        vitals.extend(self.collector.iter().flat_map(EventCollector::vitals));
        #[cfg(feature = "alerts")]
        vitals.extend(self.alerts.iter().flat_map(Alerts::vitals));
        vitals.extend(self.states().map(|reader| reader.vitals()));
        vitals
    }

    /// The last failure of each exporter that has had one.
    pub(super) fn failures(&self) -> Vec<export::ExporterFailure> {
        let mut failures = self.spans.as_ref().map(|spans| spans.failures()).unwrap_or_default();
        #[cfg(feature = "logs")]
        failures.extend(self.logs.iter().flat_map(|logs| logs.failures()));
        #[cfg(feature = "collector")]
        failures.extend(self.collector.iter().flat_map(EventCollector::failures));
        #[cfg(feature = "alerts")]
        failures.extend(self.alerts.iter().flat_map(Alerts::failures));
        failures.extend(self.states().filter_map(|reader| reader.last_failure()));
        failures
    }

    /// The ways out of metrics.
    fn states(&self) -> impl Iterator<Item = &Arc<export::ReaderState>> {
        self.readers.iter().flat_map(|readers| readers.readers())
    }

    /// What spans have lost, although they themselves were not.
    pub(super) fn dropped_parts(&self) -> export::DroppedParts {
        self.spans.as_ref().map(|spans| spans.dropped_parts()).unwrap_or_default()
    }

    /// Where log records go, if they go anywhere.
    #[cfg(feature = "logs")]
    pub(super) fn logs(&self) -> Option<&Arc<LogHub>> {
        self.logs.as_ref()
    }

    /// Where events go, if they go anywhere.
    #[cfg(feature = "collector")]
    pub(super) fn collector(&self) -> Option<&EventCollector> {
        self.collector.as_ref()
    }

    /// What the live page is fed by, if there is one.
    #[cfg(feature = "dashboard")]
    pub(super) fn dashboard(&self) -> Option<&DashboardParts> {
        self.dashboard.as_ref()
    }

    /// What measures and checks in the background.
    #[cfg(feature = "monitor")]
    pub(super) fn measuring(&self) -> &Measuring {
        &self.measuring
    }

    /// Alerts, if anybody asked for them.
    #[cfg(feature = "alerts")]
    pub(super) fn alerts(&self) -> Option<&Alerts> {
        self.alerts.as_ref()
    }

    fn carries_anything(&self) -> bool {
        #[cfg(feature = "alerts")]
        if self.alerts.is_some() {
            return true;
        }
        #[cfg(feature = "collector")]
        if self.collector.is_some() {
            return true;
        }
        #[cfg(feature = "logs")]
        if self.logs.is_some() {
            return true;
        }
        self.spans.is_some()
    }

    pub(super) fn flush(&self, timeout: Duration) -> bool {
        let by = Instant::now() + timeout;
        let Some(driver) = &self.driver else { return true };
        let is_settled = !self.carries_anything() || driver.flush(timeout);
        is_settled && driver.flush_metrics(by.saturating_duration_since(Instant::now()))
    }

    pub(super) fn stop(&self, timeout: Duration) -> bool {
        if self.spans.is_some() {
            // Nobody takes spans away any more.
            head::switch_off();
        }
        self.driver.as_ref().is_none_or(|driver| driver.stop(timeout))
    }
}

const ONLY_SAMPLER: &str = "a sampler was given to the builder, so it alone decides; rules, rate limit, parents and \
                            `keep` of `tracing.sampler` are not used. Leave the one or the other out";

/// Lets every snapshot tell of the ways out, as long as they are there.
fn add_exporters(
    registry: &MetricRegistry,
    spans: Option<&Arc<Shared>>,
    readers: Option<&Arc<ReaderControl>>,
    #[cfg(feature = "logs")] logs: Option<&Arc<LogHub>>,
) {
    if let Some(spans) = spans.map(Arc::downgrade) {
        registry.add_source(move |all| {
            all.extend(spans.upgrade().iter().flat_map(|spans| export::span_families(spans)));
        });
    }
    if let Some(readers) = readers.map(Arc::downgrade) {
        registry.add_source(move |all| {
            all.extend(readers.upgrade().iter().flat_map(|readers| export::reader_families(readers)));
        });
    }
    #[cfg(feature = "logs")]
    if let Some(logs) = logs.map(Arc::downgrade) {
        registry.add_source(move |all| {
            all.extend(logs.upgrade().iter().flat_map(|logs| export::log_families(logs)));
        });
    }
}

/// Lets every snapshot tell of the process, its runtime and telemetry's own cost, as long as `driver` lives.
fn add_process(plan: &Plan, registry: &Arc<MetricRegistry>, driver: &Arc<Driver>) {
    let (driver, of_registry) = (Arc::downgrade(driver), Arc::downgrade(registry));
    let runtime = RuntimeWatch::current();
    let build = process::build_info(&plan.service_name, plan.service_version.as_deref());
    registry.add_source(move |all| {
        let (Some(driver), Some(registry)) = (driver.upgrade(), of_registry.upgrade()) else { return };
        all.push(build.clone());
        all.extend(process::families());
        all.extend(runtime.families());
        all.extend(process::own_cost(driver.cpu_seconds(), registry.bytes() + ring::bytes()));
    });
}

/// Spans are recorded from here on.
fn begin_sampling(plan: &Plan, sampler: Option<Arc<dyn HeadSampler>>) {
    match sampler {
        Some(sampler) => {
            if plan.tracing.sampling.is_more_than_ratio() {
                fault::report(&Fault::new("setup", ONLY_SAMPLER));
            }
            head::switch_on_with(sampler);
        }
        None => head::switch_on(plan.tracing.sampling.clone(), &plan.service_name),
    }
}
