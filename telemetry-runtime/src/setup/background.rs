//! The background thread as set-up starts and stops it.

use std::{
    pin::Pin,
    sync::{Arc, Once},
    time::Duration,
};

use opentelemetry_sdk::Resource;

use super::{Plan, outputs::MakeOutput, resource};
#[cfg(feature = "logs")]
use crate::export::LogHub;
use crate::{
    call,
    driver::{Driver, Duties},
    export::{self, ExporterVitals, Pipeline, Shared},
    fault::{self, Fault},
    metrics::MetricRegistry,
    setup_error::SetupError,
    trace::{head, ring::Claim, sampler::HeadSampler},
};

/// Work that goes on for as long as the thread lives.
pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The background thread, if there is one, and its pipeline, if there is one.
#[derive(Debug)]
pub(super) struct Background {
    driver: Option<Driver>,
    spans: Option<Arc<Shared>>,
    #[cfg(feature = "logs")]
    logs: Option<Arc<LogHub>>,
}

impl Background {
    /// `others` is told whether spans have a way out.
    pub(super) fn start(
        plan: &Plan,
        registry: &Arc<MetricRegistry>,
        outputs: Vec<MakeOutput>,
        sampler: Option<Arc<dyn HeadSampler>>,
        others: impl FnOnce(bool) -> Vec<Work>,
    ) -> Result<Self, SetupError> {
        if !plan.enabled {
            return Ok(Self {
                driver: None,
                spans: None,
                #[cfg(feature = "logs")]
                logs: None,
            });
        }
        let resource = resource::resource(plan);
        let mut pipeline = Pipeline::default();
        let shared = carry_spans(&mut pipeline, plan, &resource, registry, outputs)?;
        #[cfg(feature = "logs")]
        let logs = carry_logs(&mut pipeline, plan, &resource, registry)?;
        let duties = Duties {
            #[cfg(feature = "axum")]
            listener: plan.web.listen.filter(|_| plan.web.exposes_metrics).map(bind).transpose()?,
            pipeline: (!pipeline.is_empty()).then_some(pipeline),
            others: others(shared.is_some()),
        };
        let driver = Driver::start(Arc::clone(registry), duties)?;
        static HELD_BACK: Once = Once::new();
        HELD_BACK.call_once(|| registry.add_source(|all| all.push(call::held_back_records())));
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
        #[cfg(feature = "logs")]
        if let Some(logs) = &logs {
            let families = Arc::downgrade(logs);
            registry.add_source(move |all| {
                all.extend(families.upgrade().iter().flat_map(|logs| export::log_families(logs)));
            });
        }
        Ok(Self {
            driver: Some(driver),
            spans: shared,
            #[cfg(feature = "logs")]
            logs,
        })
    }

    /// Whether the thread lives; `None` if there is none.
    pub(super) fn is_beating(&self) -> Option<bool> {
        self.driver.as_ref().map(Driver::is_beating)
    }

    /// Whether spans have a way out.
    pub(super) fn records_spans(&self) -> bool {
        self.spans.is_some()
    }

    /// How every exporter does.
    pub(super) fn vitals(&self) -> Vec<ExporterVitals> {
        let vitals = self.spans.as_ref().map(|spans| spans.vitals()).unwrap_or_default();
        #[cfg(feature = "logs")]
        let vitals = vitals.into_iter().chain(self.logs.iter().flat_map(|logs| logs.vitals())).collect();
        vitals
    }

    /// The last failure of each exporter that has had one.
    pub(super) fn failures(&self) -> Vec<export::ExporterFailure> {
        let failures = self.spans.as_ref().map(|spans| spans.failures()).unwrap_or_default();
        #[cfg(feature = "logs")]
        let failures =
            failures.into_iter().chain(self.logs.iter().flat_map(|logs| logs.failures())).collect();
        failures
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

    fn carries_anything(&self) -> bool {
        #[cfg(feature = "logs")]
        if self.logs.is_some() {
            return true;
        }
        self.spans.is_some()
    }

    pub(super) fn flush(&self, timeout: Duration) -> bool {
        match &self.driver {
            Some(driver) if self.carries_anything() => driver.flush(timeout),
            _ => true,
        }
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

/// Carries spans to all exporters that the builder and the settings ask for; none without any.
fn carry_spans(
    pipeline: &mut Pipeline,
    plan: &Plan,
    resource: &Resource,
    registry: &MetricRegistry,
    outputs: Vec<MakeOutput>,
) -> Result<Option<Arc<Shared>>, SetupError> {
    if !plan.tracing.enabled {
        return Ok(None);
    }
    let given = outputs.into_iter().filter_map(|make| make(resource));
    #[cfg(feature = "settings")]
    let given = given.chain(super::outputs::of_settings(plan, resource, registry.clock())?);
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
    Ok(Some(pipeline.carry_spans(claim, registry.clock(), batching, limits, outputs)))
}

/// Carries log records to where the plan wants them; none without any such place.
#[cfg(feature = "logs")]
fn carry_logs(
    pipeline: &mut Pipeline,
    plan: &Plan,
    resource: &Resource,
    registry: &MetricRegistry,
) -> Result<Option<Arc<LogHub>>, SetupError> {
    let outputs = super::outputs::log_outputs(&plan.layers.logs, resource)?;
    if outputs.is_empty() {
        return Ok(None);
    }
    let (hub, work) = LogHub::new(registry.clock(), outputs);
    let hub = Arc::new(hub);
    pipeline.carry_logs(Arc::clone(&hub), work);
    Ok(Some(hub))
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
