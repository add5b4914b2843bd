//! The report as the open pages write it: no address, no host and no message is in it.

use std::{collections::BTreeMap, time::SystemTime};

use serde_json::{Value, json};

use super::HealthReport;
use crate::export::ExporterVitals;

impl HealthReport {
    /// The page: no address, no host and no message is in it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let breakers: BTreeMap<_, _> =
            self.breakers.iter().map(|(name, state)| (name, state.as_str())).collect();
        let all_closed = self.exporters.iter().all(|exporter| exporter.breaker.passes());
        let exporters: BTreeMap<&str, Value> =
            self.exporters.iter().map(|exporter| (&*exporter.name, exporter_json(exporter))).collect();
        let dropped_parts: BTreeMap<_, _> = self.dropped_parts.by_part().collect();
        let details = json!({
            "circuit_breaker": if all_closed { "closed" } else { "open" },
            "exporters": exporters,
            "span_parts_dropped": dropped_parts,
            "installed": self.is_installed,
            "background_thread": self.background,
            "breakers": breakers,
            "faults": self.faults,
        });
        #[cfg(feature = "monitor")]
        let details = self.with_checks(details);
        json!({ "status": self.status.as_str(), "details": details })
    }
}

#[cfg(feature = "monitor")]
mod of_checks {
    use super::{HealthReport, Value, json};
    use crate::health::{CheckKind, CheckReport};

    impl HealthReport {
        pub(super) fn with_checks(&self, mut details: Value) -> Value {
            details["checks"] = checks_json(self.checks.iter());
            details
        }

        /// What the checks of that kind found.
        pub(crate) fn checks_json(&self, kind: CheckKind) -> Value {
            let status = match kind {
                CheckKind::Liveness if self.is_live() => "live",
                CheckKind::Liveness => "not live",
                CheckKind::Readiness if self.is_ready() => "ready",
                CheckKind::Readiness => "not ready",
            };
            json!({ "status": status, "checks": checks_json(self.checks_of(kind)) })
        }
    }

    fn checks_json<'a>(checks: impl Iterator<Item = &'a CheckReport>) -> Value {
        checks.map(|check| (check.name().to_owned(), check.to_json())).collect()
    }
}

fn exporter_json(exporter: &ExporterVitals) -> Value {
    let unix_seconds =
        |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let failure = exporter
        .last_failure
        .map(|(reason, at)| json!({ "reason": reason, "unix_seconds": unix_seconds(at) }));
    json!({
        "circuit_breaker": exporter.breaker.as_str(),
        "idle": exporter.is_idle,
        "queue_fill": (exporter.queue_fill * 100.0).round() / 100.0,
        "dropped_last_minute": exporter.dropped_recently,
        "last_failure": failure,
    })
}
