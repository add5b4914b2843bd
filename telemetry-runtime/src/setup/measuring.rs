//! The monitor and the health checks, as set-up decides on them.

use std::sync::Arc;

use super::{Plan, background::Work};
use crate::{
    health::{CheckReport, HealthChecks},
    metrics::MetricRegistry,
    monitor::PerformanceMonitor,
    settings::{HealthSettings, MonitorSettings, Settings},
};

/// What is measured and checked.
#[derive(Clone, Debug)]
pub(crate) struct MeasuringPlan {
    /// None if it is switched off.
    pub(super) monitor: Option<MonitorSettings>,
    health: HealthSettings,
    disk_paths: Vec<String>,
}

impl Default for MeasuringPlan {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

impl From<&Settings> for MeasuringPlan {
    fn from(settings: &Settings) -> Self {
        Self {
            monitor: settings.monitor.enabled.then(|| settings.monitor.clone()),
            health: settings.health.clone(),
            disk_paths: settings.monitor.disk_paths.clone(),
        }
    }
}

/// What measures and checks in the background; nothing while telemetry is off.
#[derive(Debug, Default)]
pub(super) struct Measuring {
    pub(super) monitor: Option<PerformanceMonitor>,
    pub(super) checks: Option<HealthChecks>,
}

impl Measuring {
    /// What the plan wants.
    pub(super) fn of_plan(plan: &Plan, registry: &Arc<MetricRegistry>) -> Self {
        let MeasuringPlan { monitor, health, disk_paths } = &plan.measuring;
        let monitor = monitor.as_ref().map(|config| PerformanceMonitor::new(registry, config));
        if let Some(monitor) = &monitor {
            monitor.add_built_in();
        }
        let checks = HealthChecks::new(registry.clock(), health);
        #[cfg(target_os = "linux")]
        crate::health::add_resources(&checks, disk_paths);
        #[cfg(not(target_os = "linux"))]
        let _ = disk_paths;
        Self { monitor, checks: Some(checks) }
    }

    /// What the background thread does for it.
    pub(super) fn work(&self) -> Vec<Work> {
        let monitor = self.monitor.clone().map(|monitor| Box::pin(monitor.start()) as Work);
        let checks = self.checks.clone().map(|checks| Box::pin(checks.start()) as Work);
        monitor.into_iter().chain(checks).collect()
    }

    /// What each health check found last.
    pub(super) fn check_reports(&self) -> Vec<CheckReport> {
        self.checks.as_ref().map(HealthChecks::reports).unwrap_or_default()
    }
}
