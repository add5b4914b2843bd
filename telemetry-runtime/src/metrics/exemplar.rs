//! One value of many, and the trace that it belongs to.

use std::time::SystemTime;

use opentelemetry::{SpanId, TraceId};

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

impl Exemplar {
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
