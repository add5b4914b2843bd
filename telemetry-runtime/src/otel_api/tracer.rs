//! Where libraries get their spans.

use opentelemetry::{
    Context as OfficialContext, InstrumentationScope, KeyValue,
    trace::{SpanBuilder as OfficialBuilder, SpanKind, Tracer, TracerProvider},
};

use super::{current, span::TelemetrySpan};
use crate::{
    operation::Kind,
    trace::{Context, SpanBuilder, scopes, span},
};

/// Gives tracers whose spans are parts of our traces.
///
/// [`Telemetry`](crate::Telemetry) makes it the one that libraries find, once it is installed.
///
/// ```
/// use opentelemetry::trace::{Span, Tracer, TracerProvider};
/// use telemetry_runtime::{TelemetryTracerProvider, testing::TestTelemetry};
///
/// let telemetry = TestTelemetry::new();
/// let tracer = TelemetryTracerProvider::new().tracer("library");
/// tracer.start("work").end();
/// assert_eq!(telemetry.spans()[0].instrumentation_scope.name(), "library");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TelemetryTracerProvider {
    _private: (),
}

impl TelemetryTracerProvider {
    /// A provider; all of them are the same.
    #[must_use]
    pub const fn new() -> Self {
        Self { _private: () }
    }
}

impl TracerProvider for TelemetryTracerProvider {
    type Tracer = TelemetryTracer;

    fn tracer_with_scope(&self, scope: InstrumentationScope) -> TelemetryTracer {
        TelemetryTracer { scope: scopes::number(&scope) }
    }
}

/// Begins spans of one library.
///
/// They begin under the context that is given: under what is current, be that a call or a span of any library, if it
/// is the current one.
///
/// ```
/// use opentelemetry::trace::{Tracer, TracerProvider};
/// use telemetry_runtime::{TelemetryTracer, TelemetryTracerProvider};
///
/// let tracer: TelemetryTracer = TelemetryTracerProvider::new().tracer("library");
/// let answer = tracer.in_span("query", |_| 42);
/// assert_eq!(answer, 42);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TelemetryTracer {
    scope: u32,
}

impl Tracer for TelemetryTracer {
    type Span = TelemetrySpan;

    fn build_with_context(&self, builder: OfficialBuilder, context: &OfficialContext) -> TelemetrySpan {
        let parent = current::meant_by(context);
        if context.is_telemetry_suppressed() {
            return TelemetrySpan::suppressed(&parent.unwrap_or_else(Context::current));
        }
        TelemetrySpan::start(self.scope, parent.as_ref(), builder)
    }
}

/// The builder as a sampler of the program is told of it.
pub(super) fn described(builder: &OfficialBuilder) -> SpanBuilder {
    let kind = kind(builder.span_kind.as_ref());
    let described = span(builder.name.clone()).kind(kind);
    let attributes = builder.attributes.iter().flatten();
    attributes.fold(described, |described, KeyValue { key, value, .. }| {
        described.attribute(key.as_str().to_owned(), value.clone())
    })
}

pub(super) fn kind(official: Option<&SpanKind>) -> Kind {
    match official {
        Some(SpanKind::Client) => Kind::Client,
        Some(SpanKind::Server) => Kind::Server,
        Some(SpanKind::Producer) => Kind::Producer,
        Some(SpanKind::Consumer) => Kind::Consumer,
        Some(SpanKind::Internal) | None => Kind::Internal,
    }
}
