use std::time::Duration;

use crate::settings::check;
use crate::settings::secret::Secret;
use crate::settings::size::ByteSize;
use crate::settings::table::section;

section! {
    /// The pages and the middleware of a web application.
    ///
    /// ```
    /// let settings = telemetry_runtime::Settings::from_yaml_str("web: { token: s3cret }")?;
    /// assert!(settings.web.token.is_some() && settings.web.trust_incoming_context);
    /// assert!(!format!("{:?}", settings.web).contains("s3cret"));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct WebSettings {
        /// The bearer token for `/telemetry` from other machines; none admits only this machine.
        /// Defaults to none.
        pub token: Option<Secret> = None;
        /// Whether the trace context of incoming requests is continued. Defaults to true.
        pub trust_incoming_context: bool = true;
        /// The live page at `/telemetry`.
        pub dashboard: DashboardSettings = DashboardSettings::default();
    }
}

section! {
    /// The live page at `/telemetry`, and what it remembers.
    ///
    /// ```
    /// let settings = telemetry_runtime::Settings::from_yaml_str("web: { dashboard: { traces: 100 } }")?;
    /// assert!(settings.web.dashboard.enabled);
    /// assert_eq!(settings.web.dashboard.traces, 100);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct DashboardSettings {
        /// Whether there is one. Defaults to true.
        pub enabled: bool = true;
        /// Traces that are remembered; the oldest give way. Defaults to 500.
        pub traces: usize = 500, check::positive;
        /// Spans of one trace that are remembered. Defaults to 1000.
        pub trace_spans: usize = 1000, check::positive;
        /// Memory of all remembered traces together. Defaults to 16 MiB.
        pub trace_bytes: ByteSize = ByteSize(16 << 20), check::positive;
        /// Log records that are remembered, to be shown with their traces. Defaults to 2000.
        pub logs: usize = 2000, check::positive;
        /// How long a login lasts. Defaults to 12 h.
        pub session: Duration = Duration::from_secs(12 * 60 * 60), check::positive;
    }
}
