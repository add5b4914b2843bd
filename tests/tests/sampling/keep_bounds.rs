//! Traces whose end does not come, comes twice or comes too late, and too many of them.

use std::time::Duration;

use opentelemetry::Value;

use super::support::*;

#[test]
fn what_comes_after_the_root_follows_it() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let carry = |work: &dyn Fn()| {
        let mut carried = Context::NONE;
        call("root", || {
            work();
            carried = Context::current();
        });
        program.flush();
        carried
    };
    let kept = carry(&|| fails("failing"));
    let dropped = carry(&|| ());
    under(&kept, || call("late_well", || ()));
    under(&dropped, || fails("late_failing"));
    assert_eq!(program.names(), ["s.failing", "s.late_well", "s.root"], "one decision for all of a trace");
    let account = program.settled();
    assert_eq!((account.dropped("not_kept"), account.live), (2, 0));
}

#[test]
fn a_span_that_outlives_its_root_is_counted() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let mut outliving = None;
    call("root", || outliving = Some(span("outlives").start()));
    assert_eq!(program.account().live, 1);
    drop(outliving);
    assert!(program.names().is_empty());
    assert_eq!(program.settled().dropped("not_kept"), 2);
}

#[test]
fn a_root_that_does_not_end_is_decided_on_after_a_time() {
    let program = Program::new(0.0, "keep: { errors: true, timeout: 10s }");
    call("endless", || {
        call("child", || ());
        program.flush();
        advance(Duration::from_secs(9));
        assert_eq!(program.account().live, 2, "it is not time yet");
        advance(Duration::from_secs(1));
        let account = program.account();
        assert_eq!((account.live, account.dropped("not_kept")), (1, 1));
        fails("too_late");
        assert_eq!(program.account().dropped("not_kept"), 2, "it follows");
    });
    assert!(program.names().is_empty());
    assert_eq!(program.settled().dropped("not_kept"), 3);
}

#[test]
fn a_root_that_does_not_end_is_slow() {
    let program = Program::new(0.0, "keep: { slower_than: 5s, timeout: 10s }");
    call("endless", || {
        call("child", || ());
        program.flush();
        advance(Duration::from_secs(10));
        assert_eq!(program.names(), ["s.child"]);
        call("later", || ());
    });
    assert_eq!(program.names(), ["s.child", "s.endless", "s.later"]);
    program.settled();
}

#[test]
fn decisions_are_forgotten_after_two_silent_times() {
    let program = Program::new(0.0, "keep: { errors: true, timeout: 10s }");
    let mut carried = Context::NONE;
    call("root", || {
        fails("failing");
        carried = Context::current();
    });
    program.flush();
    for _ in 0..2 {
        advance(Duration::from_secs(10));
        program.flush();
    }
    under(&carried, || call("very_late", || ()));
    assert_eq!(program.account().live, 1, "it waits for a root that will not come");
    advance(Duration::from_secs(10));
    let account = program.settled();
    assert_eq!((account.exported, account.dropped("not_kept")), (2, 1));
}

#[test]
fn beyond_the_bound_of_spans_the_oldest_traces_give_way() {
    let program = Program::new(0.0, "keep: { errors: true, max_spans: 100 }");
    let roots: Vec<_> = (0..4)
        .map(|_| {
            let root = span("root").start();
            under(&root.context(), || (0..40).for_each(|_| call("child", || ())));
            program.flush();
            root
        })
        .collect();
    let account = program.account();
    assert_eq!((account.dropped("evicted"), account.live), (80, 84), "two whole traces of four");
    for root in &roots {
        under(&root.context(), || fails("failing"));
    }
    drop(roots);
    let account = program.settled();
    assert_eq!(account.dropped("evicted"), 84, "what comes of them follows");
    assert_eq!(account.exported, 84, "the others are whole");
    let health = program.telemetry.health().to_json();
    assert_eq!(health["details"]["exporters"]["memory"]["dropped_last_minute"], 84, "{health}");
}

#[test]
fn a_trace_that_is_too_large_alone_gives_way_to_itself() {
    let program = Program::new(0.0, "keep: { errors: true, max_spans: 10 }");
    call("root", || {
        (0..11).for_each(|_| call("child", || ()));
        program.flush();
        fails("failing");
    });
    call("next", || fails("small"));
    let account = program.settled();
    assert_eq!((account.dropped("evicted"), account.exported), (13, 2));
}

#[test]
fn the_bound_of_bytes_counts_texts() {
    let program = Program::new(0.0, "keep: { errors: true, max_bytes: 64KiB }");
    let trace = |length: usize| {
        call("root", || {
            for _ in 0..10 {
                drop(span("child").attribute("text", Value::from("x".repeat(length))).start());
            }
            program.flush();
            fails("failing");
        });
        program.flush();
    };
    trace(4000);
    assert_eq!(program.settled().exported, 12, "40 KB fit");
    trace(8000);
    let account = program.settled();
    assert_eq!((account.exported, account.dropped("evicted")), (12, 12), "80 KB do not");
}

#[test]
fn at_the_end_of_the_program_open_traces_are_decided_on() {
    let program = Program::new(0.0, "keep: { errors: true, slower_than: 5s }");
    let quick = span("quick").start();
    let slow = span("slow").start();
    under(&slow.context(), || call("of_slow", || ()));
    advance(Duration::from_secs(6));
    under(&quick.context(), || call("of_quick", || ()));
    program.telemetry.shutdown(Duration::from_secs(20)).expect("nothing holds it up");
    let names: Vec<String> = program.kept.spans().iter().map(|span| span.name.to_string()).collect();
    assert_eq!(names, ["s.of_slow"], "its root runs for longer already");
    let account = program.account();
    assert_eq!((account.dropped("shutdown"), account.live), (1, 2), "the roots run on");
    // Their ends would be read by whoever comes next.
    std::mem::forget((quick, slow));
}
