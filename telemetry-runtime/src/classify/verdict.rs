//! What a classifier says of a returned value.

use std::{error::Error, fmt};

use super::ErrorType;
use crate::outcome::{ErrorLabel, Outcome};

/// Decides the outcome of a returned value.
///
/// `Result` decides by `Ok` and `Err`, and needs nothing. Implement it for a type of your own whose values can mean
/// failure; instrumented functions that return the type then follow it.
///
/// ```
/// use telemetry_runtime::{Classify, Outcome};
///
/// struct Reply { status: u16 }
/// impl Classify for Reply {
///     fn classify(&self) -> Outcome {
///         if self.status < 500 { Outcome::Success } else { Outcome::error("server_error") }
///     }
/// }
/// assert_eq!(Reply { status: 503 }.classify(), Outcome::error("server_error"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no outcome",
    label = "needs `Classify`",
    note = "`Result<T, E>` with `E: ErrorType` has it; implement `Classify` for other types"
)]
pub trait Classify {
    /// The outcome of this value.
    fn classify(&self) -> Outcome;
}

impl<T, E: ErrorType> Classify for Result<T, E> {
    fn classify(&self) -> Outcome {
        match self {
            Ok(_) => Outcome::Success,
            Err(error) => Outcome::error(error.error_type()),
        }
    }
}

impl<T> Classify for Option<T> {
    fn classify(&self) -> Outcome {
        Outcome::Success
    }
}

impl Classify for () {
    fn classify(&self) -> Outcome {
        Outcome::Success
    }
}

/// An outcome together with the error behind it, if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) detail: ErrorDetail<'a>,
}

impl<'a> Verdict<'a> {
    pub(crate) const SUCCESS: Self = Self { outcome: Outcome::Success, detail: ErrorDetail::Unknown };

    pub(crate) fn error(error_type: ErrorLabel, detail: ErrorDetail<'a>) -> Self {
        Self { outcome: Outcome::Error { error_type }, detail }
    }
}

impl From<Outcome> for Verdict<'_> {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, detail: ErrorDetail::Unknown }
    }
}

/// How an error can be shown.
#[derive(Clone, Copy)]
pub enum ErrorDetail<'a> {
    /// With its message and its chain of sources.
    Error(&'a (dyn Error + 'a)),
    /// With its message.
    Display(&'a dyn fmt::Display),
    /// With its `Debug` form, because that was asked for.
    Debug(&'a dyn fmt::Debug),
    /// Not at all.
    Unknown,
}

impl ErrorDetail<'_> {
    /// The message as signals may carry it, without secrets.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Error(error) => Some(crate::redact::message(error)),
            Self::Display(error) => Some(crate::redact::message(error)),
            Self::Debug(error) => Some(crate::redact::message(&format_args!("{error:?}"))),
            Self::Unknown => None,
        }
    }
}

impl fmt::Debug for ErrorDetail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error(_) => "Error",
            Self::Display(_) => "Display",
            Self::Debug(_) => "Debug",
            Self::Unknown => "Unknown",
        })
    }
}
