//! The background thread as set-up starts and stops it.

use std::{pin::Pin, sync::Arc, time::Duration};

#[cfg(feature = "settings")]
use super::sampling::Sampling;
use super::{Plan, outputs::MakeOutput, resource};
use crate::{
    driver::{Driver, Duties},
    export::{self, ExporterVitals, Pipeline, Shared},
    fault::{self, Fault},
    metrics::MetricRegistry,
    setup_error::SetupError,
    trace::{head, ring::Claim, sampler::HeadSampler},
};

/// The background thread, if there is one, and its pipeline, if there is one.
#[derive(Debug)]
pub(super) struct Background {
    driver: Option<Driver>,
    pipeline: Option<Arc<Shared>>,
}

impl Background {
    pub(super) fn start(
        plan: &Plan,
        registry: &Arc<MetricRegistry>,
        outputs: Vec<MakeOutput>,
        sampler: Option<Arc<dyn HeadSampler>>,
    ) -> Result<Self, SetupError> {
        if !plan.enabled {
            return Ok(Self { driver: None, pipeline: None });
        }
        let pipeline = pipeline(plan, registry, outputs)?;
        let shared = pipeline.as_ref().map(Pipeline::shared);
        let duties = Duties {
            #[cfg(feature = "axum")]
            listener: plan.web.listen.filter(|_| plan.web.exposes_metrics).map(bind).transpose()?,
            pipeline,
            others: others(plan, registry, shared.is_some()),
        };
        let driver = Driver::start(Arc::clone(registry), duties)?;
        if let Some(shared) = &shared {
            let families = Arc::downgrade(shared);
            registry.add_source(move |all| {
                all.extend(families.upgrade().iter().flat_map(|shared| export::span_families(shared)));
            });
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
        Ok(Self { driver: Some(driver), pipeline: shared })
    }

    /// Whether the thread lives; `None` if there is none.
    pub(super) fn is_beating(&self) -> Option<bool> {
        self.driver.as_ref().map(Driver::is_beating)
    }

    /// Whether spans have a way out.
    pub(super) fn records_spans(&self) -> bool {
        self.pipeline.is_some()
    }

    /// How every exporter does.
    pub(super) fn vitals(&self) -> Vec<ExporterVitals> {
        self.pipeline.as_ref().map(|pipeline| pipeline.vitals()).unwrap_or_default()
    }

    /// The last failure of each exporter that has had one.
    pub(super) fn failures(&self) -> Vec<export::ExporterFailure> {
        self.pipeline.as_ref().map(|pipeline| pipeline.failures()).unwrap_or_default()
    }

    /// What spans have lost, although they themselves were not.
    pub(super) fn dropped_parts(&self) -> export::DroppedParts {
        self.pipeline.as_ref().map(|pipeline| pipeline.dropped_parts()).unwrap_or_default()
    }

    pub(super) fn flush(&self, timeout: Duration) -> bool {
        match (&self.driver, &self.pipeline) {
            (Some(driver), Some(_)) => driver.flush(timeout),
            _ => true,
        }
    }

    pub(super) fn stop(&self, timeout: Duration) -> bool {
        if self.pipeline.is_some() {
            // Nobody takes spans away any more.
            head::switch_off();
        }
        self.driver.as_ref().is_none_or(|driver| driver.stop(timeout))
    }
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

fn others(plan: &Plan, registry: &Arc<MetricRegistry>, records_spans: bool) -> Vec<Work> {
    #[cfg(feature = "settings")]
    {
        let reload = super::reload::Reload::new(plan, registry, Sampling::new(plan, records_spans));
        let watch = super::watch::SettingsWatch::new(reload, plan.reload_interval);
        watch.map(|watch| Box::pin(watch.run()) as Work).into_iter().collect()
    }
    #[cfg(not(feature = "settings"))]
    {
        let _ = (plan, registry, records_spans);
        Vec::new()
    }
}
const ONLY_SAMPLER: &str = "a sampler was given to the builder, so it alone decides; rules, rate limit, parents and \
                            `keep` of `tracing.sampler` are not used. Leave the one or the other out";

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
    Ok(Some(Pipeline::new(claim, registry.clock().clone(), batching, limits, outputs)))
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
