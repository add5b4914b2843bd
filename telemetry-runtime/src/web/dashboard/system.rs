//! `GET /telemetry/api/system`: the process, its async runtime and the machine.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{answer::unix, page::Page, ticker};
use crate::{
    activity::STEP,
    metrics::{Family, FamilyKind, Labels, Snapshot, Value},
};

/// Points of one gauge that are remembered.
const POINTS: usize = 300;

/// Gauges that are shown.
const MOST: usize = 200;

/// What is shown elsewhere, or is no gauge of machine and program.
const ELSEWHERE: [&str; 7] =
    ["adapter_", "app_", "build_info", "circuit_breaker_", "http_server_", "telemetry_", "tokio_"];

/// The process, its async runtime and the machine.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct System {
    /// The families `process_*` by the rest of their names.
    process: BTreeMap<String, f64>,
    /// The families `tokio_*` by the rest of their names; workers are added up.
    runtime: BTreeMap<String, f64>,
    /// Everything that goes up and down.
    gauges: Vec<GaugeRow>,
}

/// Something that goes up and down.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct GaugeRow {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
    /// `percent`, `bytes` or `seconds`; null where its name does not say.
    unit: Option<&'static str>,
    /// Pairs of unix seconds and value, oldest first: what the monitor has measured, else as far as somebody has looked.
    #[schema(value_type = Vec<Vec<f64>>)]
    history: Vec<(f64, f64)>,
}

/// What gauges were, as far as somebody has looked.
#[derive(Debug, Default)]
pub(super) struct GaugeHistory {
    last: Option<Duration>,
    points: BTreeMap<(String, Labels), VecDeque<(f64, f64)>>,
}

/// The process, its async runtime and the machine.
#[utoipa::path(
    get,
    path = "/telemetry/api/system",
    tag = "system",
    responses((status = 200, description = "The process, its async runtime and the machine.", body = System))
)]
pub(super) async fn get(State(page): State<Arc<Page>>) -> Json<System> {
    ticker::keep_going(&page);
    let snapshot = page.telemetry.snapshot();
    let now = page.telemetry.registry().clock().now();
    let gauges = gauges(&snapshot);
    let mut history = page.gauges();
    history.note(now, unix(SystemTime::now()), &gauges);
    let row = |(family, labels, value): &Gauge<'_>| GaugeRow {
        name: family.name.to_string(),
        labels: labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        value: *value,
        unit: unit(&family.name),
        history: measured(&page, &family.name, labels).unwrap_or_else(|| history.of(family, labels)),
    };
    Json(System {
        process: sums(&snapshot, "process_"),
        runtime: sums(&snapshot, "tokio_"),
        gauges: gauges.iter().map(row).collect(),
    })
}

/// What the monitor has noted, which measures also while nobody looks.
#[cfg(feature = "monitor")]
fn measured(page: &Page, name: &str, labels: &Labels) -> Option<Vec<(f64, f64)>> {
    let samples = page.telemetry.monitor()?.history(name);
    let own = samples.iter().filter(|sample| sample.labels == *labels);
    let points: Vec<(f64, f64)> = own.map(|sample| (unix(sample.time), sample.value)).collect();
    let skipped = points.len().saturating_sub(POINTS);
    (!points.is_empty()).then(|| points[skipped..].to_vec())
}

#[cfg(not(feature = "monitor"))]
fn measured(_page: &Page, _name: &str, _labels: &Labels) -> Option<Vec<(f64, f64)>> {
    None
}

type Gauge<'a> = (&'a Family, &'a Labels, f64);

/// The gauges of machine, process and program.
fn gauges(snapshot: &Snapshot) -> Vec<Gauge<'_>> {
    let is_here = |family: &&Family| {
        family.kind == FamilyKind::Gauge && !ELSEWHERE.iter().any(|prefix| family.name.starts_with(prefix))
    };
    let series = snapshot.families().iter().filter(is_here).flat_map(|family| {
        family.series.iter().filter_map(move |series| Some((family, &series.labels, number(&series.value)?)))
    });
    series.filter(|(.., value)| value.is_finite()).take(MOST).collect()
}

#[expect(clippy::cast_precision_loss, reason = "JSON knows no larger numbers")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Counter(count) => Some(*count as f64),
        Value::Amount(value) | Value::Gauge(value) => Some(*value),
        Value::Histogram(_) => None,
    }
}

/// The families whose names begin so, by what remains of them.
fn sums(snapshot: &Snapshot, prefix: &str) -> BTreeMap<String, f64> {
    let families = snapshot.families().iter();
    let named = families.filter_map(|family| Some((family.name.strip_prefix(prefix)?, family)));
    let sum = |family: &Family| family.series.iter().filter_map(|series| number(&series.value)).sum::<f64>();
    named.map(|(name, family)| (name.to_owned(), sum(family))).filter(|(_, sum)| sum.is_finite()).collect()
}

fn unit(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix("_total").unwrap_or(name);
    let known = [("_percent", "percent"), ("_bytes", "bytes"), ("_seconds", "seconds")];
    known.into_iter().find(|(suffix, _)| name.ends_with(suffix)).map(|(_, unit)| unit)
}

impl GaugeHistory {
    /// Forgets gauges that are gone.
    fn note(&mut self, now: Duration, at: f64, gauges: &[Gauge<'_>]) {
        if self.last.is_some_and(|last| now.saturating_sub(last) < STEP) {
            return;
        }
        self.last = Some(now);
        let mut before = std::mem::take(&mut self.points);
        for (family, labels, value) in gauges {
            let key = (family.name.to_string(), (*labels).clone());
            let mut points = before.remove(&key).unwrap_or_default();
            if points.len() == POINTS {
                points.pop_front();
            }
            points.push_back((at, *value));
            self.points.insert(key, points);
        }
    }

    fn of(&self, family: &Family, labels: &Labels) -> Vec<(f64, f64)> {
        let points = self.points.get(&(family.name.to_string(), labels.clone()));
        points.into_iter().flatten().copied().collect()
    }
}
