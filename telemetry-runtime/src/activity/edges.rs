//! What the service calls: the lines of the service map.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    counts::Counts,
    history::WINDOW,
    operations::{Look, OperationNow},
    per_second,
    quantile::quantile_of_all,
    rounded, share,
};

/// Calls of one service to another; rates and quantiles are those of the window.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Edge {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Calls a second.
    pub(crate) rate: f64,
    /// Share of calls that failed; null if nothing was called.
    pub(crate) error_rate: Option<f64>,
    /// Seconds; null if nothing was called.
    pub(crate) p95: Option<f64>,
    /// Whether it is reckoned from recorded traces alone, which are not all calls.
    pub(crate) sampled: bool,
}

/// One line for each provider that operations of the kinds `client` and `producer` call.
pub(super) fn of_operations<'a>(
    service: &str,
    operations: impl Iterator<Item = &'a OperationNow>,
    look: Look<'_>,
) -> Vec<Edge> {
    let mut providers: BTreeMap<&'static str, Vec<(&'a OperationNow, Counts)>> = BTreeMap::new();
    for operation in operations.filter(|operation| operation.is_outgoing()) {
        let key = operation.key();
        let recent = look.history.within(look.window, &key, &operation.counts);
        providers.entry(key.0).or_default().push((operation, recent));
    }
    providers.into_iter().map(|(provider, calls)| edge(service, provider, &calls, look)).collect()
}

fn edge(service: &str, provider: &str, calls: &[(&OperationNow, Counts)], look: Look<'_>) -> Edge {
    let mut sum = Counts::default();
    calls.iter().for_each(|(_, recent)| sum.add(recent));
    let histograms = calls.iter().map(|(operation, recent)| {
        let bounds = operation.bounds();
        (bounds, &recent.buckets[..=bounds.len()])
    });
    Edge {
        from: service.to_owned(),
        to: provider.to_owned(),
        rate: per_second(sum.calls(), look.window.seconds),
        error_rate: share(sum.failed(), sum.answered()),
        p95: quantile_of_all(0.95, histograms),
        sampled: false,
    }
}

impl Edge {
    /// What calls of the window say, of each how long it took and whether it failed.
    pub(crate) fn of_spans(from: &str, to: &str, mut calls: Vec<(Duration, bool)>) -> Self {
        calls.sort_unstable();
        let failed = calls.iter().filter(|(_, has_failed)| *has_failed).count();
        // As many as there are at 95 %, rounded up, are not longer than it.
        let place = (calls.len() * 95).div_ceil(100).saturating_sub(1);
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            rate: per_second(calls.len() as u64, WINDOW.as_secs_f64()),
            error_rate: share(failed as u64, calls.len() as u64),
            p95: calls.get(place).map(|(took, _)| rounded(took.as_secs_f64())),
            sampled: true,
        }
    }
}
