//! What a health check found last.

use std::time::Duration;

use super::{CheckKind, HealthStatus};

/// What a health check found last.
///
/// ```
/// use telemetry_runtime::{HealthStatus, Telemetry};
///
/// let telemetry = Telemetry::builder().build()?;
/// telemetry.register_health_check("database", || Err("no connection".into()))?;
/// let report = telemetry.health();
/// let database = report.checks().iter().find(|check| check.name() == "database").expect("it is registered");
/// assert_ne!(database.status(), Some(HealthStatus::Healthy), "none until it has run");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CheckReport {
    pub(super) name: String,
    pub(super) kind: CheckKind,
    pub(super) last: Option<Found>,
}

/// What came out of a run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) status: HealthStatus,
    /// How it failed, in a word and in words.
    pub(super) failure: Option<(&'static str, String)>,
    pub(super) age: Duration,
}

impl CheckReport {
    /// The name under which the check was registered.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the check decides about.
    #[must_use]
    pub fn kind(&self) -> CheckKind {
        self.kind
    }

    /// What it found; `None` until it has run once.
    #[must_use]
    pub fn status(&self) -> Option<HealthStatus> {
        self.last.as_ref().map(|found| found.status)
    }

    /// How it failed: `error`, `timeout`, `panic` or `hanging`; `None` if it did not.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        Some(self.last.as_ref()?.failure.as_ref()?.0)
    }

    /// How it failed, in words that the open page does not show.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        Some(&self.last.as_ref()?.failure.as_ref()?.1)
    }

    /// How long ago it was; `None` until it has run once.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.last.as_ref().map(|found| found.age)
    }

    /// As the page shows it: no message is in it.
    #[cfg(feature = "axum")]
    pub(super) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "status": self.status().map_or("pending", HealthStatus::as_str),
            "kind": self.kind.as_str(),
            "reason": self.reason(),
            "age_seconds": self.age().map(|age| age.as_secs()),
        })
    }
}
