//! The background thread as set-up starts and stops it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Plan, outputs::MakeOutput, resource};
use crate::{
    driver::{Driver, Duties},
    export::{self, ExporterVitals, MetricOutput, Pipeline, ReaderControl, Readers, Shared},
    fault::{self, Fault},
    metrics::MetricRegistry,
    process::{self, RuntimeWatch},
    setup_error::SetupError,
    trace::{
        head,
        ring::{self, Claim},
        sampler::HeadSampler,
    },
};

/// The background thread, if there is one, and its pipeline, if there is one.
#[derive(Debug)]
pub(super) struct Background {
    driver: Option<Arc<Driver>>,
    pipeline: Option<Arc<Shared>>,
    readers: Option<Arc<ReaderControl>>,
}

impl Background {
    pub(super) fn start(
        plan: &Plan,
        registry: &Arc<MetricRegistry>,
        outputs: Vec<MakeOutput>,
        metric_outputs: Vec<MetricOutput>,
        sampler: Option<Arc<dyn HeadSampler>>,
    ) -> Result<Self, SetupError> {
        if !plan.enabled {
            return Ok(Self { driver: None, pipeline: None, readers: None });
        }
        let pipeline = pipeline(plan, registry, outputs)?;
        let shared = pipeline.as_ref().map(Pipeline::shared);
        let readers = readers(plan, registry, metric_outputs)?;
        let control = readers.as_ref().map(Readers::control);
        let duties = Duties {
            #[cfg(feature = "axum")]
            listener: plan.web.listen.filter(|_| plan.web.exposes_metrics).map(bind).transpose()?,
            pipeline,
            readers,
        };
        let driver = Arc::new(Driver::start(Arc::clone(registry), duties)?);
        add_process(plan, registry, &driver);
        if let Some(shared) = &shared {
            let families = Arc::downgrade(shared);
            registry.add_source(move |all| {
                all.extend(families.upgrade().iter().flat_map(|shared| export::span_families(shared)));
            });
            match sampler {
                Some(sampler) => head::switch_on_with(sampler),
                None => head::switch_on(plan.tracing.ratio, plan.tracing.parent_based),
            }
        }
        if let Some(control) = &control {
            let families = Arc::downgrade(control);
            registry.add_source(move |all| {
                all.extend(families.upgrade().iter().flat_map(|control| export::reader_families(control)));
            });
        }
        Ok(Self { driver: Some(driver), pipeline: shared, readers: control })
    }

    /// Whether the thread lives; `None` if there is none.
    pub(super) fn is_beating(&self) -> Option<bool> {
        self.driver.as_ref().map(|driver| driver.is_beating())
    }

    /// How every exporter does.
    pub(super) fn vitals(&self) -> Vec<ExporterVitals> {
        let mut vitals = self.pipeline.as_ref().map(|pipeline| pipeline.vitals()).unwrap_or_default();
        vitals.extend(self.states().map(|reader| reader.vitals()));
        vitals
    }

    /// The last failure of each exporter that has had one.
    pub(super) fn failures(&self) -> Vec<export::ExporterFailure> {
        let mut failures = self.pipeline.as_ref().map(|pipeline| pipeline.failures()).unwrap_or_default();
        failures.extend(self.states().filter_map(|reader| reader.last_failure()));
        failures
    }

    /// The ways out of metrics.
    fn states(&self) -> impl Iterator<Item = &Arc<export::ReaderState>> {
        self.readers.iter().flat_map(|readers| readers.readers())
    }

    /// What spans have lost, although they themselves were not.
    pub(super) fn dropped_parts(&self) -> export::DroppedParts {
        self.pipeline.as_ref().map(|pipeline| pipeline.dropped_parts()).unwrap_or_default()
    }

    pub(super) fn flush(&self, timeout: Duration) -> bool {
        let by = Instant::now() + timeout;
        let Some(driver) = &self.driver else { return true };
        let are_spans_settled = self.pipeline.is_none() || driver.flush(timeout);
        are_spans_settled && driver.flush_metrics(by.saturating_duration_since(Instant::now()))
    }

    pub(super) fn stop(&self, timeout: Duration) -> bool {
        if self.pipeline.is_some() {
            // Nobody takes spans away any more.
            head::switch_off();
        }
        self.driver.as_ref().is_none_or(|driver| driver.stop(timeout))
    }
}

/// The pipeline of all exporters that the builder and the settings ask for; none without any.
fn pipeline(
    plan: &Plan,
    registry: &MetricRegistry,
    outputs: Vec<MakeOutput>,
) -> Result<Option<Pipeline>, SetupError> {
    if !plan.tracing.enabled {
        return Ok(None);
    }
    let resource = resource::resource(plan);
    let given = outputs.into_iter().filter_map(|make| make(&resource));
    #[cfg(feature = "settings")]
    let given = given.chain(super::outputs::of_settings(plan, &resource, registry.clock())?);
    let outputs: Vec<_> = given.collect();
    if outputs.is_empty() {
        return Ok(None);
    }
    let Some(claim) = Claim::take() else {
        fault::report(&Fault::new(
            "setup",
            "spans have a way out already, so these exporters are left out; build telemetry once, with all of them",
        ));
        return Ok(None);
    };
    let (batching, limits) = (plan.tracing.batching, plan.tracing.limits);
    let mut pipeline = Pipeline::new(claim, registry.clock().clone(), batching, limits, outputs);
    if plan.metrics.exemplars {
        pipeline.note_exemplars();
    }
    Ok(Some(pipeline))
}

/// The ways out of metrics that the builder and the settings ask for; none without any.
fn readers(
    plan: &Plan,
    registry: &Arc<MetricRegistry>,
    given: Vec<MetricOutput>,
) -> Result<Option<Readers>, SetupError> {
    if !plan.metrics.enabled {
        return Ok(None);
    }
    let mut outputs: Vec<MetricOutput> = given;
    for output in &mut outputs {
        (output.interval, output.timeout) = (plan.metrics.export_interval, plan.metrics.export_timeout);
    }
    #[cfg(feature = "settings")]
    outputs.extend(super::outputs::metrics_of_settings(plan, registry)?);
    Ok((!outputs.is_empty()).then(|| Readers::new(outputs, registry)))
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

#[cfg(feature = "axum")]
fn bind(address: std::net::SocketAddr) -> Result<std::net::TcpListener, SetupError> {
    let listener = std::net::TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener
        .map_err(|source| SetupError::Io { what: format!("listen on {address} (metrics.listen)"), source })
}
