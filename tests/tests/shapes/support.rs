//! What the shapes have in common: reading counters, polling futures, recording drops.

use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use telemetry_runtime::{Snapshot, Value};

/// Calls of an operation that ended with `status`.
pub(crate) fn calls(provider: &str, operation: &str, status: &str) -> u64 {
    let labels = [("provider", provider), ("operation", operation), ("status", status)];
    match Snapshot::take().value("adapter_requests_total", &labels) {
        Some(Value::Counter(count)) => *count,
        _ => 0,
    }
}

/// Errors of an operation with this label.
pub(crate) fn errors(provider: &str, operation: &str, error_type: &str) -> u64 {
    let labels = [("provider", provider), ("operation", operation), ("error_type", error_type)];
    match Snapshot::take().value("adapter_errors_total", &labels) {
        Some(Value::Counter(count)) => *count,
        _ => 0,
    }
}

/// The providers and operations that exist, called or not.
pub(crate) fn known(provider: &str) -> Vec<String> {
    let snapshot = Snapshot::take();
    let series = snapshot.family("adapter_requests_total").map(|family| &family.series);
    let mut names: Vec<_> = series
        .into_iter()
        .flatten()
        .filter(|series| series.labels.get("provider") == Some(provider))
        .filter_map(|series| series.labels.get("operation").map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names
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
