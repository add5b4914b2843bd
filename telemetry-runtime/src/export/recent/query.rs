//! What is looked for among the last traces.

use std::time::Duration;

use opentelemetry::TraceId;

use super::{summary::TraceSummary, trace::Trace};

/// What is looked for among the last traces; what is not said matches everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct TraceQuery {
    /// The name of a span, which is `provider.operation` for those of operations.
    pub(crate) span_name: Option<String>,
    /// Whether a span failed.
    pub(crate) has_errors: Option<bool>,
    pub(crate) min_duration: Duration,
    /// The beginning of the id, in small hexadecimal digits.
    pub(crate) id: Option<String>,
    /// As many at the most.
    pub(crate) limit: usize,
}

/// What was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) traces: Vec<TraceSummary>,
    /// Traces that are remembered.
    pub(crate) kept: usize,
    /// As many at the most.
    pub(crate) capacity: usize,
    /// Spans that are not remembered, because their traces have too many or take too much.
    pub(crate) left_out: u64,
}

impl TraceQuery {
    pub(super) fn matches(&self, id: TraceId, trace: &Trace) -> bool {
        self.has_errors.is_none_or(|has_errors| trace.has_errors() == has_errors)
            && trace.duration() >= self.min_duration
            && self.id.as_ref().is_none_or(|prefix| id.to_string().starts_with(prefix))
            && self.span_name.as_ref().is_none_or(|name| trace.has(name))
    }
}
