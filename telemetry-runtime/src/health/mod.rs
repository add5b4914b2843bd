//! How well telemetry itself does.

#[cfg(feature = "monitor")]
mod check;
#[cfg(feature = "monitor")]
mod check_report;
#[cfg(feature = "monitor")]
mod checks;
#[cfg(feature = "axum")]
mod page;
#[cfg(feature = "monitor")]
mod readiness;
#[cfg(all(feature = "monitor", target_os = "linux"))]
mod resources;
mod vitals;

use std::{collections::BTreeMap, fmt};

#[cfg(feature = "monitor")]
pub(crate) use self::checks::HealthChecks;
#[cfg(all(feature = "monitor", target_os = "linux"))]
pub(crate) use self::resources::add_resources;
pub(crate) use self::vitals::{Background, Vitals};
#[cfg(feature = "monitor")]
pub use self::{
    check::{CheckKind, Checked, HealthCheck},
    check_report::CheckReport,
};
use crate::breaker::BreakerState;
#[cfg(feature = "_background")]
use crate::export::{DroppedParts, ExporterVitals};

/// How well telemetry itself does.
///
/// Healthy is: installed, the background thread beating, every exporter's breaker closed, nothing dropped for a fault
/// within the last minute and no queue nearly full. Unhealthy is a dead thread, or every exporter down for five
/// minutes. A health check that finds worse than that decides. Breakers of adapters stand in the details and change
/// nothing: they tell of what the program calls, not of telemetry.
///
/// ```
/// let report = telemetry_runtime::check_telemetry_health();
/// assert_eq!(report.status().as_str(), "degraded");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HealthReport {
    status: HealthStatus,
    is_installed: bool,
    background: &'static str,
    breakers: BTreeMap<&'static str, BreakerState>,
    #[cfg(feature = "_background")]
    exporters: Vec<ExporterVitals>,
    #[cfg(feature = "_background")]
    dropped_parts: DroppedParts,
    #[cfg(feature = "monitor")]
    checks: Vec<CheckReport>,
    faults: u64,
}

/// Breakers of exporters stand with their exporters.
fn adapter_breakers(vitals: &Vitals) -> BTreeMap<&'static str, BreakerState> {
    #[cfg(feature = "_background")]
    let is_exporter = |name: &str| {
        let name = name.strip_prefix("exporter.");
        vitals.exporters.iter().any(|exporter| name == Some(&*exporter.name))
    };
    #[cfg(not(feature = "_background"))]
    let is_exporter = |_: &str| false;
    let breakers = vitals.breakers.iter().filter(|breaker| !is_exporter(breaker.name));
    breakers.map(|breaker| (breaker.name, breaker.state)).collect()
}

/// The verdict of a [`HealthReport`].
///
/// ```
/// use telemetry_runtime::{HealthStatus, check_telemetry_health};
///
/// let is_ready = check_telemetry_health().status() < HealthStatus::Unhealthy;
/// assert!(is_ready, "degraded telemetry is no reason to stop serving");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HealthStatus {
    /// Everything works.
    Healthy,
    /// Something is missing; requests are served all the same.
    Degraded,
    /// Telemetry does not work, or a health check says so.
    Unhealthy,
}

impl HealthStatus {
    /// The status as the page writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Unhealthy => "unhealthy",
        }
    }
}

impl fmt::Display for HealthStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl HealthReport {
    pub(crate) fn new(vitals: &Vitals) -> Self {
        Self {
            status: vitals.status(),
            is_installed: vitals.is_installed,
            background: match vitals.background {
                #[cfg(feature = "_background")]
                Background::Beating => "running",
                #[cfg(feature = "_background")]
                Background::Dead => "dead",
                Background::Stopped => "stopped",
                #[cfg(not(feature = "_background"))]
                Background::NotBuilt => "not built",
            },
            breakers: adapter_breakers(vitals),
            #[cfg(feature = "_background")]
            exporters: vitals.exporters.clone(),
            #[cfg(feature = "_background")]
            dropped_parts: vitals.dropped_parts,
            #[cfg(feature = "monitor")]
            checks: vitals.checks.clone(),
            faults: vitals.faults,
        }
    }

    /// The verdict.
    #[must_use]
    pub fn status(&self) -> HealthStatus {
        self.status
    }

    /// The state of every adapter's breaker, by name.
    #[must_use]
    pub fn breakers(&self) -> &BTreeMap<&'static str, BreakerState> {
        &self.breakers
    }
}
