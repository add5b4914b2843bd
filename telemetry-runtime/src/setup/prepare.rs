//! The part of set-up that needs no thread.

use std::sync::Arc;

use super::Plan;
use crate::{
    breaker, call,
    fault::{self, Fault},
    metrics::{Labels, MetricRegistry},
    operation,
};

/// Tells of mistakes, and applies the plan to what exists.
pub(super) fn prepare(plan: &Plan) -> Arc<MetricRegistry> {
    for warning in &plan.warnings {
        fault::report(&Fault::new("settings", warning.clone()));
    }
    if let Some(explanation) = &plan.explanation {
        // Asked for by `telemetry.debug`.
        eprintln!("{explanation}");
    }
    breaker::record_on_spans(call::record_breaker_event);
    let registry = Arc::clone(MetricRegistry::process());
    apply(plan, &registry);
    registry
}

/// Takes the settings that concern what exists already.
fn apply(plan: &Plan, registry: &MetricRegistry) {
    operation::configure(plan.slow_threshold, plan.cardinality_limit);
    call::configure_records(plan.error_messages, plan.enabled, plan.record_limit);
    registry.set_limit(plan.cardinality_limit);
    registry.store().set_idle(plan.series_expire_after);
    #[cfg(feature = "settings")]
    declare(plan);
    registry.breakers().set_limit(plan.cardinality_limit);
    registry.set_default_labels(Labels::new(plan.default_labels.clone()));
    registry.breakers().configure(plan.breakers.clone());
}

/// Makes the metrics that the settings declare, so that they are there before their first value.
#[cfg(feature = "settings")]
fn declare(plan: &Plan) {
    use crate::{metrics::Declared, settings::CustomMetricKind};
    for (name, custom) in &plan.custom_metrics {
        let labels: Vec<&str> = custom.labels.iter().map(String::as_str).collect();
        let declared = Declared {
            name,
            help: &custom.help,
            labels: &labels,
            bounds: &custom.buckets,
            limit: custom.cardinality_limit,
        };
        let made = match custom.kind {
            CustomMetricKind::Counter => declared.counter(),
            CustomMetricKind::Gauge => declared.gauge(),
            CustomMetricKind::Histogram => declared.histogram(),
        };
        if let Err(error) = made {
            fault::report(&Fault::new("settings", format!("metrics.custom: {error}")));
        }
    }
}
