//! Calls of code that cannot be annotated.

use std::{fmt::Display, sync::Arc, time::Duration};

use super::journey;
use crate::{
    classify::{Classify, ErrorDetail, ErrorType, Verdict},
    operation::Operation,
    outcome::{ErrorLabel, Outcome},
    scope::{self, Scope},
    thread,
};

/// A running call; ends once, by what you say or by being dropped.
///
/// Dropped without a word it is cancelled, or panicked if a panic is what drops it. It may be sent to and ended on
/// another thread.
///
/// ```
/// use telemetry_runtime::{Call, Operation};
///
/// let call: Call = Operation::new("billing", "charge").start();
/// let charged: Result<(), std::fmt::Error> = Ok(());
/// call.finish(&charged);
/// ```
#[must_use = "a call that is dropped at once is counted as cancelled"]
#[derive(Debug)]
pub struct Call {
    operation: &'static Operation,
    scope: Option<Arc<Scope>>,
    start: u64,
    is_open: bool,
    was_panicking: bool,
}

impl Call {
    /// The call did what it should.
    pub fn success(mut self) {
        self.end(Verdict::SUCCESS);
    }

    /// The call failed with an error that names its kind.
    pub fn error<E: ErrorType + Display>(mut self, error: &E) {
        self.end(Verdict::error(ErrorLabel::new(error.error_type()), ErrorDetail::Display(error)));
    }

    /// The call failed with an error of the kind `label`.
    ///
    /// Use few different labels; each becomes a series.
    pub fn error_named(mut self, label: &'static str, error: &dyn Display) {
        self.end(Verdict::error(ErrorLabel::new(label), ErrorDetail::Display(error)));
    }

    /// The call went as `result` says.
    pub fn finish<T, E: ErrorType + Display>(self, result: &Result<T, E>) {
        match result {
            Ok(_) => self.success(),
            Err(error) => self.error(error),
        }
    }

    /// The call ended like this.
    ///
    /// A call that ran cannot have been rejected: `Rejected` counts as cancelled.
    pub fn finish_as(mut self, outcome: Outcome) {
        self.end(outcome.into());
    }

    fn end(&mut self, verdict: Verdict<'_>) {
        if !std::mem::replace(&mut self.is_open, false) {
            return;
        }
        match &self.scope {
            Some(scope) => {
                journey::end_elsewhere(self.operation, Some(scope), self.start, None, verdict);
            }
            None => {
                thread::with(|thread| journey::count_end(self.operation, thread, self.start, None, verdict));
            }
        }
    }
}

/// Counts a call of `operation` that has ended elsewhere.
pub(crate) fn record(operation: &'static Operation, outcome: Outcome, duration: Duration) {
    journey::record(operation, outcome.into(), duration);
}

impl Drop for Call {
    fn drop(&mut self) {
        let panicked = !self.was_panicking && std::thread::panicking();
        self.end(if panicked { Outcome::Panicked } else { Outcome::Cancelled }.into());
    }
}

impl Operation {
    /// Starts a call that does not become current on this thread.
    pub fn start(&'static self) -> Call {
        let start = thread::with(|thread| journey::begin(self, thread));
        let was_panicking = std::thread::panicking();
        Call { operation: self, scope: scope::current(), start, is_open: true, was_panicking }
    }

    /// Runs `body` as one call.
    pub fn run<R: Classify>(&'static self, body: impl FnOnce() -> R) -> R {
        let mut call = super::enter(self);
        let output = body();
        call.finish_as(output.classify());
        output
    }

    /// Runs `future` as one call, from its first poll to its end.
    pub async fn run_async<F: Future<Output: Classify>>(&'static self, future: F) -> F::Output {
        super::Instrumented { fut: future, live: super::Live::new(self), pick: crate::classify::ByItself }
            .await
    }
}
