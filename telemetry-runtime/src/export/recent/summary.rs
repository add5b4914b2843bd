//! What a list of traces says of each.

use std::time::{Duration, SystemTime};

use opentelemetry::TraceId;

/// What a list of traces says of each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TraceSummary {
    pub(crate) trace_id: TraceId,
    /// The name of its first span in this process.
    pub(crate) root: String,
    /// Of the operation whose span that is.
    pub(crate) provider: Option<String>,
    pub(crate) operation: Option<String>,
    pub(crate) started_at: SystemTime,
    pub(crate) duration: Duration,
    pub(crate) spans: usize,
    /// Spans that failed.
    pub(crate) errors: usize,
}
