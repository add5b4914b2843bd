//! What an objective means in expressions.

use super::promql::{bucket, matcher};
use crate::{cells::DEFAULT_BOUNDS, operation::Operation};

/// An operation with an objective.
#[derive(Clone, Copy, Debug)]
pub(super) struct Objective {
    pub(super) operation: &'static Operation,
    /// The share of calls that may be bad.
    pub(super) budget: f64,
    /// The histogram's bound that calls must not pass; none if its last one is below the latency.
    bound: Option<f64>,
}

impl Objective {
    /// `None` without one.
    pub(super) fn of(operation: &'static Operation) -> Option<Self> {
        let slo = operation.slo()?;
        let bounds = operation.keys().buckets.unwrap_or(DEFAULT_BOUNDS);
        let latency = slo.latency().as_secs_f64();
        let bound = bounds.iter().copied().find(|bound| *bound >= latency);
        // A share such as 0.001 and not 0.0009999999999999432.
        let budget = ((100.0 - slo.target()) * 1e7).round() / 1e9;
        Some(Self { operation, budget, bound })
    }

    /// The matchers of its series.
    pub(super) fn selector(&self) -> String {
        let provider = matcher("provider", self.operation.provider());
        format!("{provider},{}", matcher("operation", self.operation.name()))
    }

    /// The share of calls that were bad over the window: failed, or slower than the bound.
    ///
    /// A call that was both counts twice, which tells of trouble rather too early than too late.
    pub(super) fn error_ratio(&self, window: &str) -> String {
        let selector = self.selector();
        let sum = |family: &str, more: &str| {
            format!("sum by (provider, operation) (rate({family}{{{selector}{more}}}[{window}]))")
        };
        let failed = sum("adapter_requests_total", ",status=~\"error|panicked|rejected\"");
        let slow = self.bound.map(|bound| {
            let all = sum("adapter_request_duration_seconds_count", "");
            let fast = sum("adapter_request_duration_seconds_bucket", &format!(",{}", bucket(bound)));
            format!(" + {all} - {fast}")
        });
        let answered = sum("adapter_requests_total", ",status!=\"cancelled\"");
        format!("clamp_max(({failed}{}) / {answered}, 1)", slow.unwrap_or_default())
    }
}
