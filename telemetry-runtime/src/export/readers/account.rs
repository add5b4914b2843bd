//! What became of snapshots, as metrics.

use super::ReaderControl;
use crate::metrics::{Family, FamilyKind, Labels, Value};

/// For every way out: what was begun is exported, was dropped for a reason, or runs.
#[expect(clippy::cast_precision_loss, reason = "there is one at once")]
pub(crate) fn collect(control: &ReaderControl) -> Vec<Family> {
    let mut exports = Family::new(
        "telemetry_metric_exports_total",
        FamilyKind::Counter,
        "Snapshots of the metrics by what became of them at the exporter.",
    );
    let mut live = Family::new(
        "telemetry_metric_exports_live",
        FamilyKind::Gauge,
        "Snapshots of the metrics that wait to be delivered by the exporter.",
    );
    for reader in control.readers() {
        let totals = reader.account().read();
        let labels = Labels::new([("exporter", reader.name().to_owned())]);
        let result =
            |result: &'static str, reason: &'static str| labels.and("result", result).and("reason", reason);
        exports.push(&result("exported", ""), Value::Counter(totals.exported));
        live.push(&labels, Value::Gauge(reader.begun().saturating_sub(totals.settled()) as f64));
        for (reason, count) in totals.dropped {
            exports.push(&result("dropped", reason.as_str()), Value::Counter(count));
        }
    }
    vec![exports, live]
}
