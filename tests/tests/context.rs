//! The context of calls: what is current where, and how it goes on.

use std::{
    pin::pin,
    task::{Context as TaskContext, Waker},
};

use http::HeaderMap;
use telemetry::{Operation, TelemetryFutureExt, current_span, extract, inject};
use telemetry_runtime as telemetry;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn headers(parent: &str, state: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", parent.parse().expect("ascii"));
    headers.insert("tracestate", state.parse().expect("ascii"));
    headers
}

#[telemetry::instrument]
fn nested() -> (String, String) {
    let outer = current_span().trace_id().to_string();
    let inner = Operation::new("context", "inner").run(|| Some(current_span().trace_id().to_string()));
    (outer, inner.unwrap_or_default())
}

#[test]
fn nested_calls_share_a_trace_and_leave_nothing_behind() {
    let (outer, inner) = nested();
    assert_eq!(outer, inner);
    assert!(!current_span().is_valid());
    assert_ne!(nested().0, outer, "every root has a trace of its own");
}

#[test]
fn what_came_in_goes_out() {
    let context = extract(&headers(PARENT, "vendor=1,other=2"));
    let mut out = HeaderMap::new();
    let work = async { Operation::new("context", "out").run(|| inject(&mut out)) };
    let mut work = pin!(work.with_context(context));
    assert!(work.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())).is_ready());
    assert_eq!(out["traceparent"], PARENT);
    assert_eq!(out["tracestate"], "vendor=1,other=2");
    assert!(!current_span().is_valid());
}

#[test]
fn stale_headers_are_replaced_and_nothing_is_written_outside_a_call() {
    let mut out = headers(PARENT, "vendor=1");
    inject(&mut out);
    assert_eq!(out["traceparent"], PARENT, "no context, no change");
    Operation::new("context", "stale").run(|| inject(&mut out));
    assert_ne!(out["traceparent"], PARENT);
    assert!(!out.contains_key("tracestate"), "another trace's state does not go along");
}

#[telemetry::instrument]
async fn wait(times: usize) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..times {
        seen.push(current_span().trace_id().to_string());
        tokio::task::yield_now().await;
    }
    seen
}

#[tokio::test]
async fn interleaved_futures_keep_their_contexts_apart() {
    let (a, b) = tokio::join!(wait(5), wait(5));
    for seen in [&a, &b] {
        assert!(seen.iter().all(|id| *id == seen[0]));
    }
    assert_ne!(a[0], b[0]);
    assert!(!current_span().is_valid(), "nothing is current across an await");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_context_follows_its_future_from_thread_to_thread() {
    let context = extract(&headers(PARENT, ""));
    let tasks: Vec<_> = (0..20).map(|_| tokio::spawn(wait(50).with_context(context.clone()))).collect();
    for task in tasks {
        let seen = task.await.expect("no panic");
        assert!(seen.iter().all(|id| id == "4bf92f3577b34da6a3ce929d0e0e4736"));
    }
}

#[test]
fn two_headers_are_none() {
    let mut twice = headers(PARENT, "");
    twice.append("traceparent", PARENT.parse().expect("ascii"));
    assert!(!extract(&twice).is_valid());
    assert!(!extract(&HeaderMap::new()).is_valid());
}
