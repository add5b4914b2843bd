use std::time::Duration;

use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::table::section;

section! {
    /// What concerns all of telemetry.
    ///
    /// ```
    /// let yaml = "telemetry: { sampling_ratio: 0.1, slow_threshold: 500ms }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.telemetry.sampling_ratio, 0.1);
    /// assert_eq!(settings.telemetry.slow_threshold.as_millis(), 500);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct TelemetrySettings {
        /// Whether anything is exported at all. Defaults to true; `OTEL_SDK_DISABLED` inverts it.
        pub enabled: bool = true;
        /// Prints the effective settings with their sources, and own faults. Defaults to false.
        pub debug: bool = false;
        /// The share of traces that is recorded, 0 to 1. Defaults to 1.
        ///
        /// Also written `ratio`, `rate`, `sample_rate` or `sampling_rate`;
        /// `OTEL_TRACES_SAMPLER` with `OTEL_TRACES_SAMPLER_ARG`.
        pub sampling_ratio | "ratio" | "rate" | "sample_rate" | "sampling_rate": f64 = 1.0, check::ratio;
        /// Paths without span and request metrics, compared segment by segment from the start.
        /// Defaults to `/health`, `/metrics`, `/telemetry`.
        pub exclude_endpoints: Vec<String> =
            ["/health", "/metrics", "/telemetry"].map(str::to_owned).to_vec(), check::paths;
        /// Calls slower than this are logged and marked; zero switches that off. Defaults to 1 s.
        pub slow_threshold: Duration = Duration::from_secs(1);
        /// How often the settings file is looked at for changes; zero is never. Defaults to 5 s.
        ///
        /// What may change while the program runs is that of `Telemetry::reload`.
        pub reload_interval: Duration = Duration::from_secs(5);
        /// What is found out about the program and its machine for the resource; what is set under `resource` wins.
        /// Defaults to all but `none`; an empty list or `none` is nothing.
        pub detectors: Vec<ResourceDetector> = vec![
            ResourceDetector::Instance,
            ResourceDetector::Host,
            ResourceDetector::Os,
            ResourceDetector::Process,
            ResourceDetector::Container,
        ];
        /// Whether error messages reach spans and records. Defaults to true.
        pub error_messages: bool = true;
    }
}

choices! {
    /// A part of the resource that is found out.
    pub enum ResourceDetector {
        /// `service.instance.id`, a random one for each run.
        Instance = "instance",
        /// `host.name`
        Host = "host",
        /// `os.type`
        Os = "os",
        /// `process.pid` and `process.executable.name`.
        Process = "process",
        /// `container.id`, on Linux.
        Container = "container",
        /// Nothing; beside others it has no meaning.
        None = "none",
    }
}
