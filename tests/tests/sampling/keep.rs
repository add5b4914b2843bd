//! Traces that were not chosen and are kept: which, and what they look like meanwhile.

use std::time::Duration;

use telemetry::inject;
use telemetry_runtime as telemetry;

use super::support::*;

#[test]
fn headers_carry_the_decision_of_the_beginning() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let header = || {
        let mut headers = http::HeaderMap::new();
        inject(&mut headers);
        headers["traceparent"].to_str().expect("ascii").to_owned()
    };
    call("root", || {
        assert!(!current_span().is_sampled() && header().ends_with("-02"), "{}", header());
        let child = call("child", || Some((header(), current_span())));
        let (child, inner) = child.expect("it ran");
        assert!(child.ends_with("-02") && child.contains(&inner.span_id().to_string()), "{child}");
        assert_ne!(inner.span_id(), current_span().span_id(), "it has a span of its own");
        fails("failing");
    });
    assert!(!current_span().is_valid());
    assert_eq!(program.names(), ["s.child", "s.failing", "s.root"]);
    program.settled();
}

#[test]
fn below_a_caller_its_decision_is_respected() {
    let program = Program::new(0.0, "keep: { errors: true, slower_than: 1ms }");
    under(&caller_of(1, false), || {
        fails("failing");
        takes("slow", millis(10));
    });
    under(&caller_of(1, true), || call("sampled", || fails("child")));
    assert_eq!(program.names(), ["s.child", "s.sampled"]);
    assert_eq!(program.settled().dropped("not_kept"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_belong_to_their_trace() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let failing = async {
        tokio::task::yield_now().await;
        Err::<(), _>(std::fmt::Error)
    };
    let root = async {
        let near = telemetry::spawn(Operation::new("s", "near").run_async(tokio::task::yield_now()));
        let far = telemetry::spawn(Operation::new("s", "far").run_async(failing));
        assert!(near.await.is_ok() && far.await.is_ok_and(|result| result.is_err()));
    };
    Operation::new("s", "root").run_async(root).await;
    Operation::new("s", "quiet").run_async(async { tokio::task::yield_now().await }).await;
    assert_eq!(program.names(), ["s.far", "s.near", "s.root"]);
    assert_eq!(program.settled().dropped("not_kept"), 1);
}

#[test]
fn what_neither_fails_nor_takes_long_is_dropped_for_no_fault() {
    let program = Program::new(0.0, "keep: { errors: true, slower_than: 500ms }");
    call("root", || takes("child", millis(499)));
    let cancelled = Operation::new("s", "cancelled").run_async(std::future::pending::<()>());
    assert!(futures_util::FutureExt::now_or_never(cancelled).is_none());
    assert!(program.names().is_empty());
    let account = program.settled();
    assert_eq!((account.started, account.dropped("not_kept")), (3, 3));
    let health = program.telemetry.health().to_json();
    assert_eq!(health["details"]["exporters"]["memory"]["dropped_last_minute"], 0, "{health}");
}

#[telemetry::trace("keep", sample = never)]
fn never() {
    fails("below_never");
}

/// So small a share that it never chooses.
#[telemetry::trace("keep", sample = 1e-15)]
fn share(inside: impl FnOnce()) {
    inside();
}

#[test]
fn never_is_never_and_a_share_may_be_kept() {
    let program = Program::new(1.0, "keep: { errors: true }");
    never();
    share(|| ());
    share(|| fails("below_share"));
    assert_eq!(program.names(), ["keep.share", "s.below_share"]);
    assert_eq!(program.settled().dropped("not_kept"), 1);
}

#[test]
fn what_the_limit_refuses_may_be_kept() {
    let program = Program::new(1.0, "rate_limit: 1, keep: { errors: true }");
    call("first", || ());
    call("refused", || ());
    fails("failing");
    assert_eq!(program.names(), ["s.failing", "s.first"]);
    assert_eq!(program.settled().dropped("not_kept"), 1);
}

/// A sampled span below a pending one goes out at once; what is around it stays pending.
#[test]
fn below_pending_spans_branches_decide_too() {
    let policy = SamplingPolicy::new(0.0).keep_errors(true);
    let policy =
        policy.local_parent_not_sampled(ParentSampler::Root).rule(SamplingRule::new(1.0).operation("chosen"));
    let program = Program::policy(policy);
    let trace = |work: &dyn Fn()| {
        call("root", || {
            call("before", || ());
            call("chosen", || {
                assert!(current_span().is_sampled());
                call("below", || ());
            });
            assert!(!current_span().is_sampled(), "the parent is what it was");
            call("after", work);
        });
    };
    trace(&|| ());
    assert_eq!(program.names(), ["s.below", "s.chosen"]);
    assert_eq!(program.settled().dropped("not_kept"), 3);
    program.kept.clear();
    trace(&|| fails("deep"));
    assert_eq!(program.spans().len(), 6);
    assert!(!current_span().is_valid());
}

#[test]
fn long_traces_are_handed_on_before_their_end_once_there_is_a_reason() {
    let program = Program::new(0.0, "keep: { errors: true }");
    call("root", || {
        call("before", || ());
        assert!(program.names().is_empty(), "nothing has failed");
        assert_eq!(program.account().live, 2);
        fails("failing");
        assert_eq!(program.names(), ["s.before", "s.failing"]);
        call("after", || ());
        assert_eq!(program.names().len(), 3);
        advance(Duration::from_secs(59));
        program.flush();
        call("much_later", || ());
    });
    assert_eq!(program.names(), ["s.after", "s.before", "s.failing", "s.much_later", "s.root"]);
    assert_eq!(program.settled().exported, 5);
}
