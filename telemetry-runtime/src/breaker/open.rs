//! The answer of a breaker that admits nothing.

use std::{fmt, time::Duration};

use crate::classify::ErrorType;

/// The breaker is open: the call was refused and its body never ran.
///
/// The error of a protected function needs `From<BreakerOpen>`.
///
/// ```
/// use telemetry_runtime::BreakerOpen;
///
/// #[derive(Debug)]
/// enum QuoteError { Unavailable(BreakerOpen) }
/// impl From<BreakerOpen> for QuoteError {
///     fn from(open: BreakerOpen) -> Self {
///         Self::Unavailable(open)
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerOpen {
    pub(super) breaker: &'static str,
    pub(super) retry_after: Option<Duration>,
}

impl BreakerOpen {
    /// The name of the breaker.
    #[must_use]
    pub fn breaker(&self) -> &'static str {
        self.breaker
    }

    /// When a probe may be let through; `None` while all probes are out.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for BreakerOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "circuit breaker `{}` is open", self.breaker)?;
        match self.retry_after {
            Some(after) => write!(f, "; retry after {:.1} s", after.as_secs_f64()),
            None => f.write_str("; its probes are out"),
        }
    }
}

impl std::error::Error for BreakerOpen {}

impl ErrorType for BreakerOpen {
    fn error_type(&self) -> &'static str {
        "breaker_open"
    }
}
