//! What goes wrong with probes.

use std::{error::Error, fmt, sync::Arc};

use crate::{metrics::MetricError, periodic::Trouble};

/// A run of a probe that failed.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{ProbeError, ProbeOptions, Telemetry};
///
/// let telemetry = Telemetry::builder().on_fault(|_| {}).build()?;
/// let monitor = telemetry.monitor().expect("nobody switched it off");
/// let (told, errors) = std::sync::mpsc::channel();
/// monitor.on_error(move |error: &ProbeError| told.send(error.to_string()).expect("somebody listens"));
/// let options = ProbeOptions::every(Duration::from_secs(60)).retries(0).jitter(Duration::ZERO);
/// monitor.register_probe("fuel_litres", options, || Err("the tank does not answer".into()))?;
/// assert_eq!(errors.recv()?, "probe `fuel_litres`: error: the tank does not answer");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeError {
    pub(super) probe: Arc<str>,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl ProbeError {
    pub(super) fn of(probe: &Arc<str>, trouble: &Trouble) -> Self {
        Self { probe: Arc::clone(probe), reason: trouble.reason(), message: trouble.to_string() }
    }

    /// A value or label that a metric does not take.
    pub(super) fn invalid(probe: &Arc<str>, message: impl fmt::Display) -> Self {
        Self { probe: Arc::clone(probe), reason: "invalid", message: message.to_string() }
    }

    /// The name under which the probe was registered.
    #[must_use]
    pub fn probe(&self) -> &str {
        &self.probe
    }

    /// `error`, `timeout`, `panic`, `hanging` or `invalid`, as in `telemetry_probe_errors_total`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// What happened, in words; without user info and query values of URLs.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ProbeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "probe `{}`: {}: {}", self.probe, self.reason, self.message)
    }
}

impl Error for ProbeError {}

/// Why a probe or a health check cannot be registered.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{RegisterError, Telemetry};
///
/// let telemetry = Telemetry::builder().build()?;
/// let monitor = telemetry.monitor().expect("nobody switched it off");
/// let taken = monitor.register_probe("adapter_requests_total", Duration::from_secs(1), || Ok(1.0.into()));
/// assert!(matches!(taken, Err(RegisterError::Metric(_))), "that name is telemetry's own");
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The name cannot be that of a metric.
    Metric(MetricError),
    /// Another one has the name.
    Taken {
        /// The name.
        name: String,
    },
    /// The interval or the timeout is zero.
    Zero {
        /// The name of what was to be registered.
        name: String,
    },
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric(error) => fmt::Display::fmt(error, f),
            Self::Taken { name } => {
                write!(f, "`{name}` is registered already; remove that first, or choose another name")
            }
            Self::Zero { name } => {
                write!(f, "`{name}` has an interval or timeout of zero; give it some time")
            }
        }
    }
}

impl Error for RegisterError {}
