use std::time::Duration;

use crate::settings::check;
use crate::settings::table::section;

section! {
    /// Measurements of the machine and the process.
    ///
    /// ```
    /// let yaml = "monitor: { interval: 30s, disk_paths: ['/', /var] }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.monitor.disk_paths, ["/", "/var"]);
    /// assert_eq!(settings.monitor.history_size, 3600);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct MonitorSettings {
        /// Whether they are taken. Defaults to true.
        pub enabled: bool = true;
        /// The time between two runs of a probe without its own. Defaults to 60 s.
        pub interval: Duration = Duration::from_secs(60), check::positive;
        /// The longest that a probe may take. Defaults to 10 s.
        pub timeout: Duration = Duration::from_secs(10), check::positive;
        /// How often a failed probe is tried again. Defaults to 3.
        pub retries: u32 = 3;
        /// The largest random delay of a run, so that services do not probe in step; half of the interval at the most.
        /// Defaults to 5 s.
        pub jitter: Duration = Duration::from_secs(5);
        /// Measurements kept of each metric. Defaults to 3600.
        pub history_size: usize = 3600, check::positive;
        /// Disks are measured by the file systems of these paths. Defaults to `/`.
        pub disk_paths: Vec<String> = vec!["/".to_owned()], check::paths;
        /// The time between two runs of the built-in probes.
        pub probes: ProbeSettings = ProbeSettings::default();
    }
}

section! {
    /// The time between two runs of the built-in probes.
    ///
    /// ```
    /// let settings = telemetry_runtime::Settings::from_yaml_str("monitor: { probes: { cpu: 5s } }")?;
    /// assert_eq!(settings.monitor.probes.cpu.as_secs(), 5);
    /// assert_eq!(settings.monitor.probes.disk.as_secs(), 300);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct ProbeSettings {
        /// Processor time. Defaults to 30 s.
        pub cpu: Duration = Duration::from_secs(30), check::positive;
        /// Memory. Defaults to 30 s.
        pub memory: Duration = Duration::from_secs(30), check::positive;
        /// Disk space. Defaults to 300 s.
        pub disk: Duration = Duration::from_secs(300), check::positive;
        /// Network traffic. Defaults to 60 s.
        pub network: Duration = Duration::from_secs(60), check::positive;
        /// Connections. Defaults to 60 s.
        pub connections: Duration = Duration::from_secs(60), check::positive;
    }
}
