//! The last thing that went wrong at an exporter.

use std::{fmt, time::SystemTime};

/// The last thing that went wrong at an exporter, with its words.
///
/// The words may name hosts and addresses, and come from other servers: show them to operators only. The health page
/// has the reason and the time.
///
/// ```
/// use telemetry_runtime::Telemetry;
///
/// let telemetry = Telemetry::builder().build()?;
/// for failure in telemetry.exporter_failures() {
///     eprintln!("{failure}");
/// }
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExporterFailure {
    exporter: String,
    reason: &'static str,
    message: String,
    at: SystemTime,
}

impl ExporterFailure {
    pub(super) fn new(exporter: &str, reason: &'static str, message: &str) -> Self {
        let (exporter, message) = (exporter.to_owned(), message.to_owned());
        Self { exporter, reason, message, at: SystemTime::now() }
    }

    /// The exporter, as the label `exporter` names it.
    #[must_use]
    pub fn exporter(&self) -> &str {
        &self.exporter
    }

    /// The kind of failure, such as `timeout` or `unreachable`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// One line of at most 1 KiB, without secrets; empty if there is nothing more to say.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// When it happened.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }
}

impl fmt::Display for ExporterFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.exporter, self.reason, self.message)
    }
}
