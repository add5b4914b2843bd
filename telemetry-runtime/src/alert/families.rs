//! What became of alerts, as metrics.

use super::Shared;
use crate::{
    export::Lines,
    metrics::{Family, FamilyKind, Labels, Value},
};

/// For every handler, what it was to tell is delivered, was dropped or waits.
#[expect(clippy::cast_precision_loss, reason = "2^52 alerts are not to be expected")]
pub(crate) fn collect(shared: &Shared) -> Vec<Family> {
    let mut started = Family::new(
        "telemetry_alerts_started_total",
        FamilyKind::Counter,
        "Alerts that the handler was to tell of, repetitions included.",
    );
    let mut live = Family::new(
        "telemetry_alerts_live",
        FamilyKind::Gauge,
        "Alerts that wait to be told by the handler.",
    );
    let mut alerts = Family::new(
        "telemetry_alerts_total",
        FamilyKind::Counter,
        "Alerts by what became of them at the handler.",
    );
    for (line, handler) in shared.handlers() {
        // Read before what was begun: what is settled has been begun.
        let totals = Lines::totals(line, &crate::export::Dropped::new());
        let begun = handler.started();
        let labels = Labels::new([("handler", line.name().to_owned())]);
        let result =
            |result: &'static str, reason: &'static str| labels.and("result", result).and("reason", reason);
        started.push(&labels, Value::Counter(begun));
        live.push(&labels, Value::Gauge(begun.saturating_sub(totals.settled()) as f64));
        alerts.push(&result("delivered", ""), Value::Counter(totals.exported));
        for (reason, count) in totals.dropped {
            alerts.push(&result("dropped", reason.as_str()), Value::Counter(count));
        }
    }
    vec![started, live, alerts]
}
