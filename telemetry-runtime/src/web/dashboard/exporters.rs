//! `GET /telemetry/api/exporters`: how every way out does; never where it leads to.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{answer::unix, page::Page};
use crate::{
    export::ExporterVitals,
    metrics::{Snapshot, Value},
};

/// How a way out does, and what became of all items.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct ExporterRow {
    name: String,
    /// `spans`, `logs`, `events` or `metrics`.
    signal: &'static str,
    /// Share of the queue that is taken.
    queue_fill: f64,
    exported: u64,
    /// Items that went to the fallback instead.
    fallback: u64,
    /// Items that were lost, by reason.
    dropped: BTreeMap<String, u64>,
    /// Items on their way.
    live: u64,
    /// The state of its breaker.
    breaker: &'static str,
    /// Nobody listens at the default endpoint, which nobody has configured.
    idle: bool,
    last_failure: Option<FailureRow>,
}

/// The last thing that went wrong; its words may name hosts, so they stay away.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct FailureRow {
    reason: &'static str,
    /// Unix seconds.
    at: f64,
}

/// A kind of items, its families, and what tells its ways out from others.
struct Signal {
    name: &'static str,
    settled: &'static str,
    live: &'static str,
    suffix: &'static str,
}

const SIGNALS: [Signal; 4] = [
    Signal { name: "spans", settled: "telemetry_spans_total", live: "telemetry_spans_live", suffix: "" },
    Signal {
        name: "logs",
        settled: "telemetry_log_records_total",
        live: "telemetry_log_records_live",
        suffix: ".logs",
    },
    Signal {
        name: "events",
        settled: "telemetry_events_total",
        live: "telemetry_events_live",
        suffix: ".events",
    },
    Signal {
        name: "metrics",
        settled: "telemetry_metric_exports_total",
        live: "telemetry_metric_exports_live",
        suffix: "",
    },
];

/// How every way out does.
#[utoipa::path(
    get,
    path = "/telemetry/api/exporters",
    tag = "exporters",
    responses((status = 200, description = "How every way out does.", body = Vec<ExporterRow>))
)]
pub(super) async fn list(State(page): State<Arc<Page>>) -> Json<Vec<ExporterRow>> {
    let (snapshot, vitals) = (page.telemetry.snapshot(), page.telemetry.vitals().exporters);
    let rows = SIGNALS.iter().flat_map(|signal| signal.rows(&snapshot, &vitals));
    Json(rows.collect())
}

impl Signal {
    fn rows(&self, snapshot: &Snapshot, vitals: &[ExporterVitals]) -> Vec<ExporterRow> {
        let series = snapshot.family(self.live).map(|family| &*family.series).unwrap_or_default();
        let names = series.iter().filter_map(|series| series.labels.get("exporter"));
        names.filter_map(|name| self.row(name, snapshot, vitals)).collect()
    }

    fn row(&self, name: &str, snapshot: &Snapshot, vitals: &[ExporterVitals]) -> Option<ExporterRow> {
        let title = format!("{name}{}", self.suffix);
        let vitals = vitals.iter().find(|vitals| vitals.name == title)?;
        let count = |result| snapshot.sum(self.settled, &[("exporter", name), ("result", result)]);
        let last_failure = vitals.last_failure.map(|(reason, at)| FailureRow { reason, at: unix(at) });
        Some(ExporterRow {
            name: name.to_owned(),
            signal: self.name,
            queue_fill: vitals.queue_fill,
            exported: count("exported"),
            fallback: count("fallback"),
            dropped: self.dropped(name, snapshot),
            live: live(snapshot.value(self.live, &[("exporter", name)])),
            breaker: vitals.breaker.as_str(),
            idle: vitals.is_idle,
            last_failure,
        })
    }

    fn dropped(&self, name: &str, snapshot: &Snapshot) -> BTreeMap<String, u64> {
        let series = snapshot.family(self.settled).map(|family| &*family.series).unwrap_or_default();
        let of = |key: &str, labels: &crate::metrics::Labels| labels.get(key).map(str::to_owned);
        let dropped = series.iter().filter(|series| {
            series.labels.get("exporter") == Some(name) && series.labels.get("result") == Some("dropped")
        });
        dropped
            .filter_map(|series| match series.value {
                Value::Counter(count) => Some((of("reason", &series.labels)?, count)),
                _ => None,
            })
            .collect()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of items")]
fn live(value: Option<&Value>) -> u64 {
    match value {
        Some(Value::Gauge(items)) => *items as u64,
        _ => 0,
    }
}
