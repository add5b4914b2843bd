//! How a call ended; decided once and consumed by every signal.

mod error_label;

use std::fmt;

pub use self::error_label::ErrorLabel;

/// How a call ended.
///
/// Every call has exactly one outcome, and metrics, breaker, span status, events and log records all take that one.
///
/// ```
/// use telemetry_runtime::Outcome;
///
/// assert_eq!(Outcome::error("timeout").status(), "error");
/// assert_eq!(Outcome::Cancelled.to_string(), "cancelled");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The call did what it was asked to do.
    Success,
    /// The call returned an error of this kind.
    Error {
        /// Low-cardinality name of the error.
        error_type: ErrorLabel,
    },
    /// An open circuit breaker refused the call; its body never ran.
    Rejected,
    /// The caller lost interest: the future or the guard was dropped before its end.
    Cancelled,
    /// The body panicked.
    Panicked,
}

impl Outcome {
    /// An error with a label of your own.
    ///
    /// Use few different labels; each becomes a series.
    #[must_use]
    pub const fn error(error_type: &'static str) -> Self {
        Self::Error { error_type: ErrorLabel::new(error_type) }
    }

    /// The value of the `status` label.
    #[must_use]
    pub const fn status(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error { .. } => "error",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Panicked => "panicked",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error { error_type } => write!(f, "error ({error_type})"),
            other => f.write_str(other.status()),
        }
    }
}
