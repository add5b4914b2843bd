use crate::settings::choices::choices;
use crate::settings::table::section;

section! {
    /// Log records.
    pub struct LogSettings {
        /// Whether records are written. Defaults to true.
        pub enabled: bool = true;
        /// The least severe level that is written. Defaults to info.
        pub level: LogLevel = LogLevel::Info;
        /// How records are written. Defaults to JSON.
        pub format: LogFormat = LogFormat::Json;
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
