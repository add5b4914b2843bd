use std::collections::BTreeMap;

use crate::settings::choices::choices;
use crate::settings::table::section;

section! {
    /// Log records.
    ///
    /// ```
    /// use telemetry_runtime::settings::LogLevel;
    ///
    /// let yaml = "logs: { level: debug, format: text, targets: { hyper: warn } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.logs.level, LogLevel::Debug);
    /// assert_eq!(settings.logs.targets["hyper"], LogLevel::Warn);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct LogSettings {
        /// Whether records are written. Defaults to true.
        pub enabled: bool = true;
        /// The least severe level that is written. Defaults to info.
        pub level: LogLevel = LogLevel::Info;
        /// How records are written. Defaults to JSON, and to text where `service.environment` is `development`.
        pub format: LogFormat = LogFormat::Json;
        /// Levels of their own for some targets and everything below them, such as `hyper: warn`. Defaults to none.
        pub targets: BTreeMap<String, LogLevel> = BTreeMap::new();
        /// Whether records are written to standard output. Defaults to true.
        pub console: bool = true;
        /// Whether records are sent to every OTLP exporter too. Defaults to false.
        pub otlp: bool = false;
        /// The most error records, and the most slow records, that one operation writes in a second; zero is no
        /// limit. Defaults to 10.
        pub record_limit: usize = 10;
    }
}

choices! {
    /// The least severe level that is written.
    pub enum LogLevel {
        /// Nothing.
        Off = "off",
        /// Errors.
        Error = "error",
        /// Warnings.
        Warn = "warn",
        /// What happens.
        Info = "info",
        /// How it happens.
        Debug = "debug",
        /// Everything.
        Trace = "trace",
    }
}

choices! {
    /// How records are written.
    pub enum LogFormat {
        /// One JSON object a line.
        Json = "json",
        /// For people.
        Text = "text",
    }
}

impl From<LogLevel> for tracing::level_filters::LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Off => Self::OFF,
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}
