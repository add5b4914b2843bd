//! What became of spans and log records, as metrics.

use super::{
    account::{AccountTotals, Dropped},
    lines::Lines,
    spans::Shared,
};
use crate::metrics::{Family, FamilyKind, Labels, Value};

/// The families of the pipeline; for every exporter, what has begun is exported, fell back, was dropped or lives.
pub(crate) fn collect(shared: &Shared) -> Vec<Family> {
    let mut started =
        Family::new("telemetry_spans_started_total", FamilyKind::Counter, "Spans that were recorded.");
    let mut live = Family::new(
        "telemetry_spans_live",
        FamilyKind::Gauge,
        "Spans that run, or wait to be delivered by the exporter.",
    );
    let mut spans = Family::new(
        "telemetry_spans_total",
        FamilyKind::Counter,
        "Spans by what became of them at the exporter.",
    );
    let totals = of_lines(shared.lines(), &shared.lost());
    fill([&mut started, &mut live, &mut spans], shared.started(), totals);
    vec![started, live, spans, dropped_parts(shared)]
}

/// The same for log records.
#[cfg(feature = "logs")]
pub(crate) fn collect_logs(hub: &super::LogHub) -> Vec<Family> {
    let mut started = Family::new(
        "telemetry_log_records_started_total",
        FamilyKind::Counter,
        "Log records that were taken.",
    );
    let mut live = Family::new(
        "telemetry_log_records_live",
        FamilyKind::Gauge,
        "Log records that wait to be delivered by the exporter.",
    );
    let mut records = Family::new(
        "telemetry_log_records_total",
        FamilyKind::Counter,
        "Log records by what became of them at the exporter.",
    );
    let totals = of_lines(hub.lines(), &Dropped::new());
    fill([&mut started, &mut live, &mut records], hub.started(), totals);
    vec![started, live, records]
}

/// What became of all items at one exporter.
pub(crate) struct Totals {
    pub(crate) name: String,
    pub(crate) totals: AccountTotals,
}

fn of_lines<T>(lines: &Lines<T>, lost: &Dropped) -> Vec<Totals> {
    let totals = |line: &std::sync::Arc<super::line::Line<T>>| Totals {
        name: line.name().to_owned(),
        totals: Lines::totals(line, lost),
    };
    lines.iter().map(totals).collect()
}

/// Begun, live and settled items of every exporter.
#[expect(clippy::cast_precision_loss, reason = "2^52 items at once are not to be expected")]
pub(crate) fn fill([started, live, settled]: [&mut Family; 3], begun: u64, exporters: Vec<Totals>) {
    started.push(&Labels::new::<&str, &str>([]), Value::Counter(begun));
    for Totals { name, totals } in exporters {
        let labels = Labels::new([("exporter", name)]);
        live.push(&labels, Value::Gauge(begun.saturating_sub(totals.settled()) as f64));
        let result =
            |result: &'static str, reason: &'static str| labels.and("result", result).and("reason", reason);
        settled.push(&result("exported", ""), Value::Counter(totals.exported));
        settled.push(&result("fallback", ""), Value::Counter(totals.fallback));
        for (reason, count) in totals.dropped {
            settled.push(&result("dropped", reason.as_str()), Value::Counter(count));
        }
    }
}

/// The same at every exporter, because it happens before any of them.
fn dropped_parts(shared: &Shared) -> Family {
    let mut family = Family::new(
        "telemetry_span_parts_dropped_total",
        FamilyKind::Counter,
        "Attributes, events and links that are missing from exported spans.",
    );
    for (part, reason, count) in shared.dropped_parts().iter() {
        let labels = Labels::new([("part", part.as_str()), ("reason", reason.as_str())]);
        family.push(&labels, Value::Counter(count));
    }
    family
}
