//! How well telemetry itself does.

#[cfg(feature = "monitor")]
mod check;
#[cfg(feature = "monitor")]
mod checks;
#[cfg(feature = "axum")]
mod page;
#[cfg(all(feature = "monitor", target_os = "linux"))]
mod resources;

#[cfg(feature = "_background")]
use std::time::Duration;
use std::{collections::BTreeMap, fmt};

#[cfg(feature = "monitor")]
pub use self::check::{CheckKind, CheckReport, Checked, HealthCheck};
#[cfg(feature = "monitor")]
pub(crate) use self::checks::HealthChecks;
#[cfg(all(feature = "monitor", target_os = "linux"))]
pub(crate) use self::resources::add_resources;
use crate::breaker::{BreakerCounts, BreakerState};
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

/// The state of the background thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Background {
    #[cfg(feature = "_background")]
    Beating,
    /// Should run and does not.
    #[cfg(feature = "_background")]
    Dead,
    /// Was shut down, or is switched off.
    Stopped,
    #[cfg(not(feature = "_background"))]
    NotBuilt,
}

/// What a report is made of.
#[derive(Clone, Debug)]
pub(crate) struct Vitals {
    pub(crate) is_installed: bool,
    pub(crate) is_enabled: bool,
    pub(crate) background: Background,
    #[cfg(feature = "_background")]
    pub(crate) exporters: Vec<ExporterVitals>,
    #[cfg(feature = "_background")]
    pub(crate) dropped_parts: DroppedParts,
    pub(crate) breakers: Vec<BreakerCounts>,
    /// What health checks found last.
    #[cfg(feature = "monitor")]
    pub(crate) checks: Vec<CheckReport>,
    pub(crate) faults: u64,
}

impl Vitals {
    pub(crate) fn not_installed(breakers: Vec<BreakerCounts>) -> Self {
        let faults = crate::fault::count();
        Self {
            is_installed: false,
            is_enabled: true,
            background: Background::Stopped,
            #[cfg(feature = "_background")]
            exporters: Vec::new(),
            #[cfg(feature = "_background")]
            dropped_parts: DroppedParts::default(),
            breakers,
            #[cfg(feature = "monitor")]
            checks: Vec::new(),
            faults,
        }
    }

    fn status(&self) -> HealthStatus {
        #[cfg(feature = "monitor")]
        if let Some(worst) = self.checks.iter().filter_map(CheckReport::status).max() {
            return worst.max(self.own_status());
        }
        self.own_status()
    }

    fn own_status(&self) -> HealthStatus {
        let is_switched_off = self.is_installed && !self.is_enabled;
        match self.background {
            #[cfg(feature = "_background")]
            Background::Dead => HealthStatus::Unhealthy,
            #[cfg(feature = "_background")]
            Background::Beating if self.is_installed => self.exporter_status(),
            _ if is_switched_off => HealthStatus::Healthy,
            #[cfg(not(feature = "_background"))]
            Background::NotBuilt if self.is_installed => HealthStatus::Healthy,
            _ => HealthStatus::Degraded,
        }
    }
}

/// Telemetry that reaches nobody for so long does not work.
#[cfg(feature = "_background")]
const DOWN: Duration = Duration::from_secs(300);

/// A queue so full will soon drop.
#[cfg(feature = "_background")]
const FULL: f64 = 0.8;

#[cfg(feature = "_background")]
impl Vitals {
    /// An idle default endpoint is no fault.
    fn exporter_status(&self) -> HealthStatus {
        let is_down = |exporter: &ExporterVitals| exporter.down_for.is_some_and(|time| time >= DOWN);
        let is_well = |exporter: &ExporterVitals| {
            exporter.is_idle
                || (exporter.breaker.passes() && exporter.dropped_recently == 0 && exporter.queue_fill < FULL)
        };
        match &*self.exporters {
            [] => HealthStatus::Healthy,
            exporters if exporters.iter().all(is_down) => HealthStatus::Unhealthy,
            exporters if exporters.iter().all(is_well) => HealthStatus::Healthy,
            _ => HealthStatus::Degraded,
        }
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

    /// What each health check found last, by name.
    #[cfg(feature = "monitor")]
    #[must_use]
    pub fn checks(&self) -> &[CheckReport] {
        &self.checks
    }

    /// Whether the program should get requests: every check of readiness has run and found no worse than degraded.
    #[cfg(feature = "monitor")]
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let is_ready =
            |check: &CheckReport| check.status().is_some_and(|status| status != HealthStatus::Unhealthy);
        self.checks_of(CheckKind::Readiness).all(is_ready)
    }

    /// Whether the program may go on: no check of liveness has found it unhealthy.
    ///
    /// Telemetry that does not work is no reason to start a program anew.
    #[cfg(feature = "monitor")]
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.checks_of(CheckKind::Liveness).all(|check| check.status() != Some(HealthStatus::Unhealthy))
    }

    #[cfg(feature = "monitor")]
    fn checks_of(&self, kind: CheckKind) -> impl Iterator<Item = &CheckReport> {
        self.checks.iter().filter(move |check| check.kind() == kind)
    }
}

#[cfg(all(test, feature = "_background"))]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_installation_and_thread() {
        use Background::{Beating, Dead, Stopped};
        use HealthStatus::{Degraded, Healthy, Unhealthy};
        let cases = [
            (true, true, Beating, Healthy),
            (true, true, Dead, Unhealthy),
            (true, true, Stopped, Degraded),
            (true, false, Stopped, Healthy),
            (false, true, Beating, Degraded),
            (false, true, Stopped, Degraded),
        ];
        for (is_installed, is_enabled, background, expected) in cases {
            let vitals = Vitals {
                is_installed,
                is_enabled,
                background,
                exporters: Vec::new(),
                dropped_parts: DroppedParts::default(),
                breakers: Vec::new(),
                #[cfg(feature = "monitor")]
                checks: Vec::new(),
                faults: 0,
            };
            assert_eq!(vitals.status(), expected, "{vitals:?}");
        }
    }
}
