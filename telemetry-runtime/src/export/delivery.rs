//! What became of a batch, and who sends it.

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::time::Duration;

use opentelemetry_sdk::trace::SpanData;

use crate::redact;

/// What became of a batch.
///
/// An exporter tries once. Queues, batching, retry, the time limit around an export and the accounting belong to
/// the pipeline, which is why an answer says exactly what may be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The other side has it; it must not be sent again.
    Accepted {
        /// How many of the batch the other side threw away; never more than were sent.
        rejected: u64,
        /// What the other side wants its operator to know.
        warning: Option<String>,
    },
    /// The other side has a part of it; only the rest may be sent again.
    #[allow(dead_code, reason = "which of them occur depends on the features")]
    Partly {
        /// How many of the batch the other side threw away.
        rejected: u64,
        /// Places in the batch of those that may be sent again, in order.
        again: Vec<usize>,
        /// Why those did not arrive.
        cause: Failure,
    },
    /// It may be sent again.
    TryAgain {
        /// How long the other side asked to be left alone; none or zero leave that to the caller.
        after: Option<Duration>,
        /// Why it did not arrive.
        cause: Failure,
    },
    /// It must not be sent again.
    Refused {
        /// Why it was not taken.
        cause: Failure,
    },
}

impl Delivery {
    /// All of the batch has arrived.
    pub(crate) const ACCEPTED: Self = Self::Accepted { rejected: 0, warning: None };

    pub(crate) fn try_again(cause: Failure) -> Self {
        Self::TryAgain { after: None, cause }
    }

    pub(crate) fn refused(cause: Failure) -> Self {
        Self::Refused { cause }
    }
}

/// Why a batch did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The kind, for counting and deciding.
    pub(crate) reason: Reason,
    /// For people: one line of at most 1 KiB, without secrets.
    pub(crate) message: String,
}

impl Failure {
    /// Cleans `message` as every error message is cleaned.
    pub(crate) fn new(reason: Reason, message: &dyn fmt::Display) -> Self {
        Self { reason, message: redact::message(message) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason.as_str(), self.message)
    }
}

/// The kinds of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(dead_code, reason = "which of them occur depends on the features")]
pub(crate) enum Reason {
    /// No answer in time.
    Timeout,
    /// Nobody listens at the address.
    Unreachable,
    /// The connection could not be made for another cause, or broke before an answer.
    Connection,
    /// The other side answered that it failed.
    Status,
    /// The batch, or the answer to it, is larger than the protocol allows.
    TooLarge,
    /// The batch cannot be expressed in the format, or the request not be built.
    Serialize,
    /// The exporter is shut down, or what it writes to is closed.
    Closed,
    /// The disk, or what may be used of it, is full.
    DiskFull,
    /// The file cannot be opened or written for another cause.
    Unwritable,
    /// Code of the exporter panicked.
    Panicked,
    /// An exporter of the program failed without saying how.
    Exporter,
}

impl Reason {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Connection => "connection",
            Self::Status => "status",
            Self::TooLarge => "too_large",
            Self::Serialize => "serialize",
            Self::Closed => "closed",
            Self::DiskFull => "disk_full",
            Self::Unwritable => "unwritable",
            Self::Panicked => "panicked",
            Self::Exporter => "exporter",
        }
    }
}

/// An answer that is still awaited; dropping it gives the attempt up.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A way out for spans, or for other items.
///
/// Only one method runs at a time, inside the runtime of the telemetry thread. Any future may be dropped at any
/// point, after which the exporter must still be usable.
pub(crate) trait Exporter<T = SpanData>: Send + 'static {
    /// The name of the `exporter` label.
    fn name(&self) -> &'static str;

    /// Sends a batch, once.
    fn export<'a>(&'a mut self, batch: &'a [T]) -> Pending<'a, Delivery>;

    /// Waits until what was accepted is written.
    fn flush(&mut self) -> Pending<'_, Result<(), Failure>> {
        Box::pin(ready(Ok(())))
    }

    /// Flushes for the last time and lets go of what is held; nothing is exported afterwards.
    fn shutdown(&mut self) -> Pending<'_, Result<(), Failure>> {
        self.flush()
    }
}

#[cfg(test)]
pub(crate) mod sample;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_carry_no_secret_and_are_short() {
        let url = format!("cannot reach https://user:pass@host/path?key=s3cret\n{}", "x".repeat(5000));
        let failure = Failure::new(Reason::Connection, &url);
        assert!(failure.message.starts_with("cannot reach https://host/path?key=… x"), "{failure}");
        assert!(failure.message.len() <= redact::MAX_MESSAGE);
        assert!(failure.to_string().starts_with("connection: cannot"));
    }
}
