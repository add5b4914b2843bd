//! Why telemetry could not be set up.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why telemetry could not be set up.
///
/// Every message names what was wrong, where it was written, and ends with the remedy. Values of
/// secret settings are masked.
///
/// ```
/// # #[cfg(feature = "settings")]
/// # {
/// use telemetry_runtime::{Settings, SetupError};
///
/// let error = Settings::from_yaml_str("telemetry: { sampling_rato: 0.1 }").expect_err("a key that nobody knows");
/// assert!(matches!(&error, SetupError::UnknownKey { nearest: Some(nearest), .. } if nearest.contains("sampling_ratio")));
/// println!("{error}");
/// # }
/// ```
#[non_exhaustive]
pub enum SetupError {
    /// A settings file could not be read.
    ///
    /// Raised for a file that was named (`TELEMETRY_SETTINGS`, `Settings::from_file`) and for one
    /// that was found but cannot be opened; a file that is merely searched for may be missing.
    File {
        /// The file as it was looked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A settings file is not the YAML that is accepted.
    ///
    /// Covers syntax, duplicate keys, more than one document, and a file that is too large, too
    /// deep, or expands too far.
    Syntax {
        /// File, line and column: `settings.yaml:3:5`.
        source: String,
        /// What the parser met there.
        message: String,
    },
    /// A setting holds a value outside of what is allowed.
    InvalidValue {
        /// The setting, as written: `telemetry.ratio`.
        key: String,
        /// The value, `***` where it is secret.
        value: String,
        /// File, line and column, or the environment variable.
        source: String,
        /// What would have been accepted.
        allowed: String,
    },
    /// A setting has a name that does not exist.
    UnknownKey {
        /// The name, as written.
        key: String,
        /// File, line and column, or the environment.
        source: String,
        /// The existing name that resembles it most.
        nearest: Option<String>,
    },
    /// One setting is given twice, under two of its names.
    DuplicateSpelling {
        /// The name met first.
        first: String,
        /// The name met second.
        second: String,
        /// Where the second one stands.
        source: String,
    },
    /// A value refers to an environment variable that is not set.
    ///
    /// Only raised for blocks that are enabled; an empty variable counts as unset.
    UnsetVariable {
        /// The variable: `AZURE_MONITOR_CONNECTION_STRING`.
        variable: String,
        /// The setting that refers to it.
        key: String,
        /// File, line and column.
        source: String,
    },
    /// Several mistakes were found at once.
    Several(Vec<SetupError>),
    /// Telemetry is installed already in this process.
    AlreadyInstalled,
    /// An address could not be bound, or a file not be opened.
    Io {
        /// What was tried: `listen on 127.0.0.1:9464`.
        what: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The application has a route of its own where telemetry adds one.
    RouteTaken {
        /// The path of that route.
        path: String,
    },
    /// A sampling policy was set where a sampler of the program decides.
    SamplerDecides,
    /// The background thread could not be started.
    Thread {
        /// What the operating system said.
        source: io::Error,
    },
}

impl SetupError {
    /// One error for all that were found; `None` for none.
    #[allow(dead_code, reason = "without the settings feature nothing collects errors")]
    pub(crate) fn from_all(mut errors: Vec<Self>) -> Option<Self> {
        if errors.len() > 1 { Some(Self::Several(errors)) } else { errors.pop() }
    }
}

/// In words: a `main` that returns the error shows it in this form.
impl fmt::Debug for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(
                f,
                "cannot read settings file {}: {source}; create it, or correct its path or TELEMETRY_SETTINGS",
                path.display()
            ),
            Self::Syntax { source, message } => write!(f, "{source}: {message}; correct the YAML there"),
            Self::InvalidValue { key, value, source, allowed } => {
                write!(f, "{key}: invalid value `{value}` ({source}); use {allowed}")
            }
            Self::UnknownKey { key, source, nearest } => write_unknown(f, key, source, nearest.as_deref()),
            Self::DuplicateSpelling { first, second, source } => {
                write!(f, "{second} ({source}) and {first} are the same setting; remove one of them")
            }
            Self::UnsetVariable { variable, key, source } => write!(
                f,
                "{key} ({source}): the environment variable {variable} is not set; \
                 set it, write ${{{variable}:-default}}, or disable the block with `enabled: false`"
            ),
            Self::Several(errors) => write_several(f, errors),
            Self::AlreadyInstalled => f.write_str(
                "telemetry is installed already; install it once and reach it through Telemetry::global()",
            ),
            Self::Io { what, source } => {
                write!(f, "cannot {what}: {source}; free the resource or choose another one in the settings")
            }
            Self::RouteTaken { path } => {
                write!(f, "the route {path} exists already; remove it or give it another path")
            }
            Self::SamplerDecides => f.write_str(
                "a sampler was given to the builder, and it alone decides; build telemetry without it to set a policy",
            ),
            Self::Thread { source } => write!(
                f,
                "cannot start the telemetry thread: {source}; raise the limit of threads or free memory"
            ),
        }
    }
}

fn write_unknown(f: &mut fmt::Formatter<'_>, key: &str, source: &str, nearest: Option<&str>) -> fmt::Result {
    match nearest {
        Some(nearest) => write!(f, "{key}: unknown setting ({source}); did you mean {nearest}?"),
        None => write!(f, "{key}: unknown setting ({source}); remove it"),
    }
}

fn write_several(f: &mut fmt::Formatter<'_>, errors: &[SetupError]) -> fmt::Result {
    const SHOWN: usize = 20;
    write!(f, "{} mistakes in the settings:", errors.len())?;
    errors.iter().take(SHOWN).try_for_each(|error| write!(f, "\n  {error}"))?;
    match errors.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more; correct these first"),
    }
}

impl std::error::Error for SetupError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } | Self::Io { source, .. } | Self::Thread { source } => Some(source),
            Self::Several(errors) => errors.first().map(|error| error as _),
            _ => None,
        }
    }
}
