use std::time::Duration;

use crate::settings::check;
use crate::settings::table::section;

section! {
    /// What concerns all of telemetry.
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
        /// Whether error messages reach spans and records. Defaults to true.
        pub error_messages: bool = true;
    }
}
