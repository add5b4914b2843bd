//! What health checks come to.

use super::{CheckKind, CheckReport, HealthReport, HealthStatus};

impl HealthReport {
    /// What each health check found last, by name.
    #[must_use]
    pub fn checks(&self) -> &[CheckReport] {
        &self.checks
    }

    /// Whether the program should get requests: every check of readiness has run and found no worse than degraded.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let is_ready =
            |check: &CheckReport| check.status().is_some_and(|status| status != HealthStatus::Unhealthy);
        self.checks_of(CheckKind::Readiness).all(is_ready)
    }

    /// Whether the program may go on: no check of liveness has found it unhealthy.
    ///
    /// Telemetry that does not work is no reason to start a program anew.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.checks_of(CheckKind::Liveness).all(|check| check.status() != Some(HealthStatus::Unhealthy))
    }

    pub(super) fn checks_of(&self, kind: CheckKind) -> impl Iterator<Item = &CheckReport> {
        self.checks.iter().filter(move |check| check.kind() == kind)
    }
}
