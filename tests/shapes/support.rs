//! What the shapes have in common: running them, and asking how their calls went.

#![forbid(unsafe_code)]

use std::{
    cell::RefCell,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Poll, Waker},
};

use telemetry_runtime::testing::TestTelemetry;

/// A shape and what must hold of it at run time.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// What the shape is, unique among all.
    pub name: &'static str,
    /// Panics if the shape is not what it was without its attribute, or was not counted.
    pub check: fn(),
}

/// A shape and its check.
#[must_use]
pub const fn shape(name: &'static str, check: fn()) -> Shape {
    Shape { name, check }
}

/// The provider of functions: the crate.
const OWN: &str = {
    let (path, mut end) = (module_path!(), 0);
    while path.as_bytes()[end] != b':' {
        end += 1;
    }
    path.split_at(end).0
};

/// Runs `work` and wants one call of `operation` that ended well.
#[track_caller]
pub(crate) fn success<R>(operation: &str, work: impl FnOnce() -> R) -> R {
    ended(operation, &[("success", 1)], work)
}

/// Runs `work` and wants one call of `operation` that ended in an error of this type.
#[track_caller]
pub(crate) fn error<R>(operation: &str, error_type: &str, work: impl FnOnce() -> R) -> R {
    let telemetry = TestTelemetry::new();
    let value = work();
    let (provider, operation) = operation.split_once('.').unwrap_or((OWN, operation));
    let _ = telemetry
        .call(provider, operation)
        .assert_once()
        .assert_status("error", 1)
        .assert_errors(error_type, 1)
        .assert_none_active();
    value
}

/// Runs `work`, which must panic, and wants one call of `operation` that panicked.
#[track_caller]
pub(crate) fn panicked<R>(operation: &str, work: impl FnOnce() -> R) {
    let caught = ended(operation, &[("panicked", 1)], || catch_unwind(AssertUnwindSafe(work)).is_err());
    assert!(caught, "{operation} must panic");
}

/// Runs `work` and wants calls of `operation` with these ends, and no others.
#[track_caller]
pub(crate) fn ended<R>(operation: &str, ends: &[(&str, u64)], work: impl FnOnce() -> R) -> R {
    let telemetry = TestTelemetry::new();
    let value = work();
    let (provider, operation) = operation.split_once('.').unwrap_or((OWN, operation));
    let calls = telemetry.call(provider, operation);
    for (status, times) in ends {
        let _ = calls.assert_status(status, *times);
    }
    let _ = calls.assert_times(ends.iter().map(|(_, times)| times).sum()).assert_none_active();
    value
}

/// Runs `work` and wants no call at all.
#[track_caller]
pub(crate) fn no_call<R>(work: impl FnOnce() -> R) -> R {
    let telemetry = TestTelemetry::new();
    let value = work();
    let spans = telemetry.spans();
    assert!(spans.is_empty(), "{}", telemetry.tree());
    value
}

/// Runs a future that never has to wait for anything else.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
    panic!("the future never ends")
}

/// Polls a future once and drops it.
pub(crate) fn poll_and_drop<F: Future>(future: F) {
    let mut future = pin!(future);
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// Pending once, then ready.
pub(crate) async fn pause() {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Compiles only for values that may change threads.
pub(crate) fn sends<T: Send>(value: T) -> T {
    value
}

thread_local! {
    static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Notes its name when it is dropped.
pub(crate) struct Noted(pub(crate) &'static str);

impl Drop for Noted {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

/// What was dropped on this thread since the last question.
pub(crate) fn dropped() -> Vec<&'static str> {
    DROPPED.with_borrow_mut(std::mem::take)
}
