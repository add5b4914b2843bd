//! The monitor and the health checks, as set-up decides on them.

use std::sync::Arc;

use super::{Plan, Telemetry, background::Work};
use crate::{
    health::{CheckReport, HealthCheck, HealthChecks},
    metrics::MetricRegistry,
    monitor::{PerformanceMonitor, RegisterError},
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

impl Telemetry {
    /// What measures machine, process and program in the background, unless `monitor.enabled` is off.
    #[must_use]
    pub fn monitor(&self) -> Option<&PerformanceMonitor> {
        self.inner.background.measuring().monitor.as_ref()
    }

    /// Runs `check` now and then, and lets it take part in [`Telemetry::health`] under `name`.
    ///
    /// While telemetry is off nothing is checked.
    ///
    /// ```
    /// use telemetry_runtime::{HealthStatus, Telemetry};
    ///
    /// let telemetry = Telemetry::builder().build()?;
    /// telemetry.register_health_check("licence", || Ok(HealthStatus::Degraded))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A name that another check has, and an interval or timeout of zero.
    pub fn register_health_check(
        &self,
        name: &str,
        check: impl Into<HealthCheck>,
    ) -> Result<(), RegisterError> {
        match &self.inner.background.measuring().checks {
            Some(checks) => checks.register(name, check.into()),
            None => Ok(()),
        }
    }

    /// Lets the health check of that name go; says whether there was one.
    pub fn unregister_health_check(&self, name: &str) -> bool {
        self.inner.background.measuring().checks.as_ref().is_some_and(|checks| checks.unregister(name))
    }
}
