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
    registry.breakers().set_limit(plan.cardinality_limit);
    registry.set_default_labels(Labels::new(plan.default_labels.clone()));
    registry.breakers().configure(plan.breakers.clone());
}
