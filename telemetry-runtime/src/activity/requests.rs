//! What the server answers, by route.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    counts::Counts,
    history::{History, Window},
    per_second,
    quantile::quantile,
    share,
};
use crate::{
    cells::{CallTotals, DEFAULT_BOUNDS},
    metrics::RequestLabels,
};

/// Method and template of the route; none stands for all requests that met no route.
pub(crate) type RouteKey = (&'static str, Option<Arc<str>>);

/// Requests of one method and route; rates and quantiles are those of the window.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct RequestRow {
    method: &'static str,
    /// The route's template, or `unmatched`.
    path: String,
    /// Requests a second.
    rate: f64,
    /// Seconds; null if nothing was asked.
    p50: Option<f64>,
    /// As `p50`.
    p95: Option<f64>,
    /// As `p50`.
    p99: Option<f64>,
    /// Requests that run now; null, because it is not known by route.
    active: Option<u64>,
    /// Requests since the start.
    calls: u64,
    /// Answers with 5xx since the start.
    errors: u64,
    /// Share of requests answered with 5xx, without those whose client left; null if nothing was asked.
    error_rate: Option<f64>,
}

/// What requests add up to by route; answers with 5xx are errors, and clients that left have cancelled.
pub(crate) fn requests(totals: &BTreeMap<RequestLabels, CallTotals>) -> HashMap<RouteKey, Counts> {
    let mut all: HashMap<RouteKey, Counts> = HashMap::new();
    for (labels, totals) in totals {
        let counts = all.entry((labels.method, labels.route.clone())).or_default();
        let ended = totals.finished();
        match labels.status {
            None => counts.cancelled += ended,
            Some(500..) => counts.errors += ended,
            Some(_) => counts.success += ended,
        }
        counts.add_durations(totals);
    }
    all
}

pub(super) fn rows(
    requests: &HashMap<RouteKey, Counts>,
    history: &History<RouteKey>,
    window: Window,
) -> Vec<RequestRow> {
    let mut rows: Vec<RequestRow> = requests
        .iter()
        .map(|(key, counts)| row(key, counts, &history.within(window, key, counts), window))
        .collect();
    rows.sort_by(|a, b| (&a.path, a.method).cmp(&(&b.path, b.method)));
    rows
}

fn row((method, path): &RouteKey, counts: &Counts, recent: &Counts, window: Window) -> RequestRow {
    let time = |q| quantile(q, DEFAULT_BOUNDS, &recent.buckets[..=DEFAULT_BOUNDS.len()]);
    RequestRow {
        method,
        path: path.as_deref().unwrap_or("unmatched").to_owned(),
        rate: per_second(recent.calls(), window.seconds),
        p50: time(0.5),
        p95: time(0.95),
        p99: time(0.99),
        active: None,
        calls: counts.calls(),
        errors: counts.errors,
        error_rate: share(recent.errors, recent.answered()),
    }
}
