//! A propagator that writes what is current here.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{
    Context as OfficialContext,
    baggage::BaggageExt,
    propagation::{Extractor, Injector, TextMapPropagator, text_map_propagator::FieldIter},
    trace::TraceContextExt,
};

use super::current;
use crate::{propagation, trace::Context};

/// Every header that a format may read.
const FIELDS: [&str; 10] = [
    "traceparent",
    "tracestate",
    "baggage",
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-flags",
    "uber-trace-id",
];

/// The official propagator that writes and reads as the settings of telemetry say.
///
/// Given the current official context, it writes the innermost span, be it a call or a span of any library. Given
/// another, it writes that one. Like [`inject`](crate::inject) it leaves baggage behind, because it does not know
/// where the headers go.
///
/// ```
/// use std::collections::HashMap;
/// use opentelemetry::{Context, propagation::TextMapPropagator};
/// use telemetry_runtime::{Operation, TelemetryPropagator};
///
/// let mut headers = HashMap::new();
/// Operation::new("doc", "inject").run(|| TelemetryPropagator::new().inject(&mut headers));
/// assert_eq!(headers["traceparent"].len(), 55);
/// ```
#[derive(Debug)]
pub struct TelemetryPropagator {
    fields: Vec<String>,
}

impl Default for TelemetryPropagator {
    fn default() -> Self {
        Self::new()
    }
}

impl TelemetryPropagator {
    /// Follows the settings of this program.
    #[must_use]
    pub fn new() -> Self {
        Self { fields: FIELDS.map(str::to_owned).to_vec() }
    }
}

impl TextMapPropagator for TelemetryPropagator {
    fn inject_context(&self, context: &OfficialContext, injector: &mut dyn Injector) {
        let mut headers = HeaderMap::new();
        let meant = current::meant_by(context).unwrap_or_else(Context::current);
        propagation::inject_context(&meant, &mut headers);
        for (name, value) in &headers {
            if let Ok(value) = value.to_str() {
                injector.set(name.as_str(), value.to_owned());
            }
        }
    }

    fn extract_with_context(&self, context: &OfficialContext, extractor: &dyn Extractor) -> OfficialContext {
        let mut headers = HeaderMap::new();
        for key in extractor.keys() {
            let Ok(name) = HeaderName::try_from(key) else { continue };
            let values = extractor.get_all(key).unwrap_or_default();
            for value in values.into_iter().filter_map(|value| HeaderValue::try_from(value).ok()) {
                headers.append(name.clone(), value);
            }
        }
        let read = propagation::extract(&headers);
        let context = match read.is_valid() {
            true => context.with_remote_span_context(read.span_context().clone()),
            false => context.clone(),
        };
        let baggage = read.baggage();
        if baggage.is_empty() { context } else { context.with_baggage(baggage) }
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}
