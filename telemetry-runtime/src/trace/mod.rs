//! The trace context of calls: what is current, and how it goes on.

mod begun;
mod below;
#[cfg(feature = "tracing-layer")]
pub(crate) mod callsite;
#[cfg(feature = "tracing-layer")]
mod callsite_span;
mod context;
mod current;
mod future;
pub(crate) mod head;
mod ids;
pub(crate) mod live_span;
#[cfg(feature = "otel-api")]
mod named_span;
pub(crate) mod record;
pub(crate) mod ring;
pub(crate) mod sampler;
#[cfg(feature = "otel-api")]
pub(crate) mod scopes;
mod span;
mod state;
pub(crate) mod states;

#[cfg(feature = "tracing-layer")]
pub(crate) use self::callsite_span::CallsiteSpan;
#[cfg(feature = "_background")]
pub(crate) use self::context::span_context;
#[cfg(feature = "_background")]
pub use self::future::spawn;
pub use self::{
    begun::SpanGuard,
    context::Context,
    current::current_span,
    future::{InContext, InSpan, TelemetryFutureExt},
    head::{ParentSampler, SamplingPolicy, SamplingRule},
    span::{Span, SpanBuilder, span},
};
#[cfg(feature = "otel-api")]
pub(crate) use self::{begun::enter_until_dropped, named_span::NamedSpan, span::set_attribute};
pub(crate) use self::{
    current::{Entered as EnteredContext, enter as enter_context},
    span::push_link,
    state::State,
};
