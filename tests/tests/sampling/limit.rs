//! So many traces a second, by a clock that is moved by hand.

use std::{thread, time::Duration};

use super::support::*;

fn begun(count: usize) -> usize {
    (0..count).filter(|_| call("root", || Some(current_span().is_sampled())) == Some(true)).count()
}

#[test]
fn a_second_has_room_for_so_many_roots() {
    let program = Program::new(1.0, "rate_limit: 50");
    assert_eq!(begun(200), 50, "a second's worth at once");
    advance(millis(100));
    assert_eq!(begun(200), 5);
    advance(Duration::from_secs(10));
    assert_eq!(begun(200), 50, "a pause saves up no more than that");
    assert_eq!(program.settled().exported, 105);
}

#[test]
fn threads_share_the_limit() {
    let program = Program::new(1.0, "rate_limit: 400");
    for _ in 0..3 {
        let all: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| begun(400))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(all, 400);
        advance(Duration::from_secs(1));
    }
    assert_eq!(program.settled().exported, 1200);
}

#[test]
fn children_take_no_room() {
    let program = Program::new(1.0, "rate_limit: 2");
    for _ in 0..5 {
        call("root", || (0..10).for_each(|_| call("child", || ())));
    }
    let account = program.settled();
    assert_eq!((account.started, account.exported), (22, 22), "two whole traces");
}

#[test]
fn traces_of_sampled_callers_count_too() {
    let program = Program::new(1.0, "rate_limit: 3");
    let recorded: Vec<bool> = (0..5)
        .map(|number| {
            let caller = caller_of(number, true);
            under(&caller, || {
                let first = call("local_root", || {
                    // Room that comes meanwhile is for others: a part of a trace helps nobody.
                    if number == 4 {
                        advance(Duration::from_secs(1));
                    }
                    call("child", || ());
                    Some(current_span() != *caller.span_context())
                });
                assert_eq!(current_span(), *caller.span_context(), "and the caller's decision goes on");
                assert!(current_span().is_sampled());
                first == Some(true)
            })
        })
        .collect();
    assert_eq!(recorded, [true, true, true, false, false]);
    assert_eq!(begun(5), 3, "what is left is for local roots");
    under(&caller_of(9, true), || call("late", || ()));
    under(&caller_of(9, false), || call("unsampled", || ()));
    advance(millis(400));
    under(&caller_of(9, false), || call("unsampled", || ()));
    assert_eq!(begun(5), 1, "callers that did not sample have taken nothing");
    assert_eq!(program.settled().exported, 10);
}

#[test]
fn a_refusal_holds_for_tasks_of_the_trace_too() {
    let program = Program::new(1.0, "rate_limit: 1");
    call("root", || ());
    under(&caller_of(1, true), || {
        call("refused", || {
            let carried = Context::current();
            advance(Duration::from_secs(1));
            thread::scope(|scope| {
                scope.spawn(|| under(&carried, || call("elsewhere", || ())));
            });
            drop(span("by hand").start());
            let by_hand = span("by hand").start();
            let _entered = by_hand.enter();
            call("inside", || ());
        });
        call("next", || ());
    });
    assert_eq!(program.names(), ["s.next", "s.root"], "the next local root takes the room");
    program.settled();
}

#[test]
fn the_limit_comes_after_ratio_and_rules() {
    let program = Program::new(0.0, "rate_limit: 10, rules: [{ operation: root, ratio: 1 }]");
    (0..1000).for_each(|_| call("other", || ()));
    assert_eq!(begun(1000), 10, "what is not chosen takes no room");
    assert_eq!(program.settled().exported, 10);
}

#[test]
fn even_always_is_limited() {
    let program = Program::new(1.0, "rate_limit: 4");
    (0..10).for_each(|_| always());
    assert_eq!(program.settled().exported, 4);
}

#[telemetry_runtime::trace("limit", sample = always)]
fn always() {}
