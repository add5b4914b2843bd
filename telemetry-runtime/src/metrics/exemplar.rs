//! One value of many, and the trace that it belongs to.

use std::time::SystemTime;

use opentelemetry::{SpanId, TraceId};

use crate::cells::CallExemplar;

/// One value of a histogram, and the span that it belongs to.
///
/// ```
/// use telemetry_runtime::{Exemplar, Snapshot, Value};
///
/// for family in Snapshot::take().families() {
///     for series in &family.series {
///         if let Value::Histogram(value) = &series.value {
///             let traces: Vec<_> = value.exemplars().map(Exemplar::trace_id).collect();
///             assert!(traces.len() <= value.counts().len());
///         }
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exemplar {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) value: f64,
    pub(crate) time: SystemTime,
}

impl From<CallExemplar> for Exemplar {
    fn from(call: CallExemplar) -> Self {
        Self {
            trace_id: TraceId::from(u128::from(call.trace[0]) << 64 | u128::from(call.trace[1])),
            span_id: SpanId::from(call.span),
            value: call.seconds,
            time: call.end,
        }
    }
}

impl Exemplar {
    /// The same value in milliseconds, where it is one in seconds.
    #[cfg(feature = "axum")]
    pub(super) fn in_millis(self) -> Self {
        Self { value: self.value * 1000.0, ..self }
    }

    /// The trace of its span.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The span that took this long.
    #[must_use]
    pub fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// The value itself.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// When it was measured.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        self.time
    }
}
