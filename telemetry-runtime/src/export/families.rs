//! What became of spans, as metrics.

use super::pipeline::Shared;
use crate::metrics::{Family, FamilyKind, Labels, Value};

/// The families of the pipeline; for every exporter, what has begun is exported, fell back, was dropped or lives.
#[expect(clippy::cast_precision_loss, reason = "2^52 spans at once are not to be expected")]
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
    let begun = shared.started();
    started.push(&Labels::new::<&str, &str>([]), Value::Counter(begun));
    for line in shared.lines() {
        let totals = shared.totals(line);
        let labels = Labels::new([("exporter", line.name().to_owned())]);
        live.push(&labels, Value::Gauge(begun.saturating_sub(totals.settled()) as f64));
        let result =
            |result: &'static str, reason: &'static str| labels.and("result", result).and("reason", reason);
        spans.push(&result("exported", ""), Value::Counter(totals.exported));
        spans.push(&result("fallback", ""), Value::Counter(totals.fallback));
        for (reason, count) in totals.dropped {
            spans.push(&result("dropped", reason.as_str()), Value::Counter(count));
        }
    }
    vec![started, live, spans, dropped_parts(shared)]
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
