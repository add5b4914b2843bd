//! What a job did wrong.

use std::{any::Any, fmt, time::Duration};

use crate::redact;

/// What a job did wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It said so, with this message.
    Failed(String),
    /// It took longer.
    TimedOut(Duration),
    /// It panicked, with this message.
    Panicked(String),
    /// It has not come back from the run before.
    Hanging,
}

impl Trouble {
    pub(super) fn failed(error: &dyn fmt::Display) -> Self {
        Self::Failed(redact::message(error))
    }

    pub(super) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::Panicked(text.map(|text| redact::message(&text)).unwrap_or_default())
    }

    /// The word that metrics and pages have for it.
    pub(crate) const fn reason(&self) -> &'static str {
        match self {
            Self::Failed(_) => "error",
            Self::TimedOut(_) => "timeout",
            Self::Panicked(_) => "panic",
            Self::Hanging => "hanging",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(message) => f.write_str(message),
            Self::TimedOut(timeout) => write!(f, "it took longer than {timeout:?}"),
            Self::Panicked(message) if message.is_empty() => f.write_str("it panicked"),
            Self::Panicked(message) => write!(f, "it panicked: {message}"),
            Self::Hanging => f.write_str("it has not come back from the run before"),
        }
    }
}
