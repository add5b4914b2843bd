//! Why a metric cannot be had.

use std::{error::Error, fmt};

use crate::metrics::store::Refusal;

/// Why a metric cannot be had under a name.
///
/// The message names the metric and the remedy.
///
/// ```
/// use telemetry_runtime::{MetricError, Metrics};
///
/// let metrics = Metrics::new("doc", "errors");
/// let error: MetricError = metrics.try_counter("9 lives", "Lives.", []).expect_err("spaces");
/// assert!(error.to_string().contains("letters, digits"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MetricError(pub(in crate::metrics) Refusal);

impl fmt::Display for MetricError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for MetricError {}
