//! What a report is made of, and what that comes to.

#[cfg(feature = "_background")]
use std::time::Duration;

#[cfg(feature = "monitor")]
use super::CheckReport;
use super::HealthStatus;
use crate::breaker::BreakerCounts;
#[cfg(feature = "_background")]
use crate::export::{DroppedParts, ExporterVitals};

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

    pub(super) fn status(&self) -> HealthStatus {
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
