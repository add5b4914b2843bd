//! Libraries that use the official `opentelemetry` API, as parts of the same traces.
//!
//! Their spans come from a tracer provider of ours, so that they go through our sampler and pipeline. Contexts that
//! they attach are on the same stack of current spans as calls, without a cost for calls: attaching one tells us of
//! it. Their propagators write what is current here.

mod current;
mod observer;
mod propagator;
mod span;
mod tracer;

use opentelemetry::global;

pub use self::{
    current::otel_context,
    propagator::TelemetryPropagator,
    span::TelemetrySpan,
    tracer::{TelemetryTracer, TelemetryTracerProvider},
};

/// Which parts of the API are taken over; `tracing.otel_api`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OtelApiPlan {
    pub(crate) provider: bool,
    pub(crate) propagator: bool,
    pub(crate) parents: bool,
}

impl Default for OtelApiPlan {
    fn default() -> Self {
        Self { provider: true, propagator: true, parents: true }
    }
}

/// Becomes what the program's libraries find through `opentelemetry::global`.
pub(crate) fn install(plan: OtelApiPlan) {
    if plan.provider {
        global::set_tracer_provider(TelemetryTracerProvider::new());
    }
    if plan.propagator {
        global::set_text_map_propagator(TelemetryPropagator::new());
    }
    if plan.parents {
        observer::watch();
    }
}
