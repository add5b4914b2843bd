//! What is current, between the official context and ours.

use opentelemetry::{
    Context as OfficialContext,
    trace::{SpanContext, TraceContextExt},
};

use crate::trace::Context;

/// The official context with what is current here as its span.
///
/// For code that asks `opentelemetry::Context::current()` for its span, which knows nothing of calls: attach it, or give
/// it to a future, where such code runs. Nobody else pays for it.
///
/// ```
/// use opentelemetry::{Context, trace::TraceContextExt};
/// use telemetry_runtime::{Operation, current_span, otel_context};
///
/// Operation::new("doc", "attached").run(|| {
///     assert!(!Context::current().span().span_context().is_valid());
///     let _attached = otel_context().attach();
///     assert_eq!(Context::current().span().span_context().span_id(), current_span().span_id());
/// });
/// ```
#[must_use]
pub fn otel_context() -> OfficialContext {
    OfficialContext::current().with_remote_span_context(Context::current().span_context().clone())
}

/// What `official` means for something that begins now, or is written into headers; `None` is what is current here.
///
/// The current official context says no more than our own stack, which also has the calls inside of it. Only one that
/// was kept from elsewhere does.
pub(super) fn meant_by(official: &OfficialContext) -> Option<Context> {
    let stated = official.span();
    let stated = stated.span_context();
    let is_current = OfficialContext::map_current(|current| is_same(current.span().span_context(), stated));
    (!is_current).then(|| Context::new(stated.clone()))
}

/// Whether they are the same place.
pub(super) fn is_same(one: &SpanContext, other: &SpanContext) -> bool {
    one.span_id() == other.span_id() && one.trace_id() == other.trace_id()
}
