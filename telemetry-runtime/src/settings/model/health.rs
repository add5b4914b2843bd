use std::time::Duration;

use crate::settings::check;
use crate::settings::table::section;

section! {
    /// Checks of health, those of the program and those of its resources.
    ///
    /// ```
    /// let yaml = "health: { interval: 5s, disk: { degraded: 80 } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!((settings.health.disk.degraded, settings.health.memory.degraded), (80.0, 95.0));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct HealthSettings {
        /// The time between two runs of a check without its own. Defaults to 10 s.
        pub interval: Duration = Duration::from_secs(10), check::positive;
        /// The longest that a check without its own may take. Defaults to 5 s.
        pub timeout: Duration = Duration::from_secs(5), check::positive;
        /// Space on the disks of `monitor.disk_paths`.
        pub disk: ThresholdSettings = ThresholdSettings::default();
        /// Memory of the machine.
        pub memory: ThresholdSettings = ThresholdSettings::default();
        /// Files and sockets of the process, of as many as it may open.
        pub fds: ThresholdSettings = ThresholdSettings::default();
    }
}

section! {
    /// How full a resource may be, in percent; only what lies above a threshold counts.
    ///
    /// ```
    /// let yaml = "health: { memory: { degraded: 80, unhealthy: 95 } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.health.memory.unhealthy, Some(95.0));
    /// assert_eq!(settings.health.disk.unhealthy, None);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct ThresholdSettings {
        /// Above it the health is degraded; at 100 never. Defaults to 95.
        pub degraded: f64 = 95.0, check::percent;
        /// Above it the health is bad, and the program not ready. Defaults to never.
        pub unhealthy: Option<f64> = None, check::percent;
    }
}
