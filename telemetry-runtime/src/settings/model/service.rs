use crate::settings::table::section;

/// The default service name, as the OpenTelemetry specification wants it.
pub(in crate::settings) const UNKNOWN_SERVICE: &str = "unknown_service";

section! {
    /// Who is being watched.
    ///
    /// ```
    /// let yaml = "service: { name: quotes, environment: production }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.service.environment.as_deref(), Some("production"));
    /// assert_eq!(settings.service.version, None);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct ServiceSettings {
        /// The service's name, such as `orders`. Defaults to `unknown_service`.
        ///
        /// `OTEL_SERVICE_NAME`, else `SERVICE_NAME`, else `service.name` in
        /// `OTEL_RESOURCE_ATTRIBUTES`.
        pub name: String = UNKNOWN_SERVICE.to_owned();
        /// The service's version, such as `1.4.0`. Defaults to none; `SERVICE_VERSION`.
        pub version: Option<String> = None;
        /// Where it runs, `deployment.environment.name`, such as `production`. Defaults to none; `ENVIRONMENT`.
        ///
        /// `development` (also `dev`, `local`) makes logs text, and shows spans on a terminal if no exporter is chosen.
        pub environment: Option<String> = None;
    }
}
