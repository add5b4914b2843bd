//! What the background thread carries, and to where.

use std::sync::Arc;

use opentelemetry_sdk::Resource;

#[cfg(all(feature = "dashboard", feature = "logs"))]
use super::DashboardParts;
use super::{Plan, outputs::MakeOutput};
#[cfg(feature = "logs")]
use crate::export::LogHub;
use crate::{
    export::{MetricOutput, Pipeline, Readers, Shared},
    fault::{self, Fault},
    metrics::MetricRegistry,
    setup_error::SetupError,
    trace::ring::Claim,
};

/// Carries spans to all exporters that the builder and the settings ask for; none without any.
pub(super) fn carry_spans(
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
    #[cfg(feature = "axum")]
    registry.http_server().note_exemplars(plan.metrics.exemplars);
    let (batching, limits) = (plan.tracing.batching, plan.tracing.limits);
    Ok(Some(pipeline.carry_spans(claim, registry.clock(), batching, limits, outputs, plan.metrics.exemplars)))
}

/// Carries log records to where the plan wants them; none without any such place.
#[cfg(feature = "logs")]
pub(super) fn carry_logs(
    pipeline: &mut Pipeline,
    plan: &Plan,
    resource: &Resource,
    registry: &MetricRegistry,
    #[cfg(feature = "dashboard")] dashboard: Option<&DashboardParts>,
) -> Result<Option<Arc<LogHub>>, SetupError> {
    let outputs = super::outputs::log_outputs(&plan.layers.logs, resource)?;
    if outputs.is_empty() {
        return Ok(None);
    }
    #[cfg_attr(not(feature = "dashboard"), expect(unused_mut, reason = "only a page remembers records"))]
    let (mut hub, work) = LogHub::new(registry.clock(), outputs);
    #[cfg(feature = "dashboard")]
    hub.remember(dashboard.map(|parts| Arc::clone(&parts.logs)));
    let hub = Arc::new(hub);
    pipeline.carry_logs(Arc::clone(&hub), work);
    Ok(Some(hub))
}

/// The ways out of metrics that the builder and the settings ask for; none without any.
pub(super) fn readers(
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
