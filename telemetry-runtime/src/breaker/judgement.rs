//! What an outcome says of the dependency.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use super::BreakerConfig;
use crate::{
    fault::{self, Fault},
    outcome::Outcome,
};

/// What a call says of its dependency.
///
/// ```
/// use telemetry_runtime::{BreakerConfig, Judgement, Outcome};
///
/// fn cancelled_is_failed(outcome: Outcome) -> Judgement {
///     match outcome {
///         Outcome::Cancelled => Judgement::Failure,
///         other => Judgement::of(other),
///     }
/// }
/// let config = BreakerConfig { judge: Some(cancelled_is_failed), ..BreakerConfig::default() };
/// # let _ = config;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Judgement {
    /// It works.
    Success,
    /// It does not.
    Failure,
    /// It works, but too slowly.
    Slow,
    /// Nothing; the call is in no rate, and a probe gives its permit back.
    Ignored,
}

impl Judgement {
    /// The rule without any setting: errors and panics are failures, cancelled calls say nothing.
    #[must_use]
    pub const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Success,
            Outcome::Error { .. } | Outcome::Panicked => Self::Failure,
            Outcome::Cancelled | Outcome::Rejected => Self::Ignored,
        }
    }
}

/// Who decides beside the rule: kinds of errors by name, and a function.
#[derive(Debug, Default)]
pub(super) struct Judges {
    /// Most breakers state none, and need not ask.
    are_stated: AtomicBool,
    stated: RwLock<Stated>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Stated {
    ignore: &'static [&'static str],
    slow_errors: &'static [&'static str],
    judge: Option<fn(Outcome) -> Judgement>,
}

impl Judges {
    pub(super) fn set(&self, config: &BreakerConfig) {
        let &BreakerConfig { ignore, slow_errors, judge, .. } = config;
        *self.stated.write().unwrap_or_else(PoisonError::into_inner) = Stated { ignore, slow_errors, judge };
        let are_stated = !ignore.is_empty() || !slow_errors.is_empty() || judge.is_some();
        self.are_stated.store(are_stated, Ordering::Release);
    }

    pub(super) fn judge(&self, outcome: Outcome) -> Judgement {
        if outcome == Outcome::Success || !self.are_stated.load(Ordering::Acquire) {
            return Judgement::of(outcome);
        }
        let stated = *self.stated.read().unwrap_or_else(PoisonError::into_inner);
        stated.judge(outcome)
    }
}

impl Stated {
    fn judge(self, outcome: Outcome) -> Judgement {
        if let Outcome::Error { error_type } = outcome {
            let kind = error_type.as_str();
            if self.ignore.contains(&kind) {
                return Judgement::Ignored;
            }
            if self.slow_errors.contains(&kind) {
                return Judgement::Slow;
            }
        }
        let Some(judge) = self.judge else { return Judgement::of(outcome) };
        catch_unwind(AssertUnwindSafe(|| judge(outcome))).unwrap_or_else(|_| {
            fault::report(&Fault::new(
                "breaker",
                format!("the function `judge` panicked on `{outcome}`; the rule without it decides"),
            ));
            Judgement::of(outcome)
        })
    }
}
