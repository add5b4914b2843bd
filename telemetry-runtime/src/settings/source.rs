//! Where a setting got its value.

use std::fmt;
use std::sync::Arc;

/// Where a setting got its value.
///
/// ```
/// use telemetry_runtime::{Settings, settings::Source};
///
/// let settings = Settings::from_yaml_str("telemetry: { sampling_ratio: 0.1 }")?;
/// assert!(matches!(settings.source("telemetry.sampling_ratio"), Some(Source::Yaml { line: 1, .. })));
/// assert_eq!(settings.source("telemetry.slow_threshold"), Some(Source::Default));
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Nobody set it.
    #[default]
    Default,
    /// A YAML document.
    Yaml {
        /// The file, or `yaml` for text given by the program.
        document: Arc<str>,
        /// Line, counted from 1.
        line: u64,
        /// Column in characters, counted from 1.
        column: u64,
    },
    /// An environment variable.
    Variable(Arc<str>),
    /// What suits this `service.environment`, where nobody chose.
    Environment(Arc<str>),
    /// The program, after the settings were loaded.
    Program,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Yaml { document, line, column } => write!(f, "{document}:{line}:{column}"),
            Self::Variable(name) => f.write_str(name),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Program => f.write_str("program"),
        }
    }
}
