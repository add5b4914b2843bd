//! Somebody who is told of every call that ends.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use super::records;
use crate::{
    classify::Verdict,
    operation::{self, Operation},
    outcome::Outcome,
    thread::{self, Recording, Thread},
};

/// A call that has ended.
#[derive(Clone, Debug)]
pub(crate) struct EndedCall {
    pub(crate) operation: &'static Operation,
    pub(crate) duration: Duration,
    pub(crate) outcome: Outcome,
    /// Of its error, without secrets; none where messages are switched off.
    pub(crate) message: Option<String>,
}

type Listener = Box<dyn Fn(EndedCall) + Send + Sync>;

static LISTENER: RwLock<Option<Listener>> = RwLock::new(None);

/// Tells `listener` of every call from now on, and nobody else.
pub(crate) fn listen(listener: impl Fn(EndedCall) + Send + Sync + 'static) {
    *LISTENER.write().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(listener));
    operation::tell_of_every_call();
}

/// Tells of a call, if there is somebody to tell; what telemetry itself does is no news.
#[inline]
pub(super) fn tell(
    operation: &'static Operation,
    verdict: &Verdict<'_>,
    duration: impl FnOnce() -> Duration,
) {
    if operation::tells_of_every_call() {
        tell_listener(operation, verdict, duration());
    }
}

#[cold]
fn tell_listener(operation: &'static Operation, verdict: &Verdict<'_>, duration: Duration) {
    if thread::with(Thread::recording) == Recording::Nothing {
        return;
    }
    let message = match verdict.outcome {
        Outcome::Error { .. } if records::wants_message(operation) => verdict.detail.message(),
        _ => None,
    };
    let call = EndedCall { operation, duration, outcome: verdict.outcome, message };
    if let Some(listener) = &*LISTENER.read().unwrap_or_else(PoisonError::into_inner) {
        listener(call);
    }
}
