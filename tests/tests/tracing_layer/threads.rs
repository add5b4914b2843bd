//! Spans that several threads enter.

use std::thread;

use telemetry::{Operation, testing::TestHandle};
use telemetry_runtime as telemetry;
use tracing::dispatcher;

use crate::support::{named, recorded};

#[test]
fn a_span_is_current_on_every_thread_that_has_entered_it() {
    let telemetry = recorded(|telemetry| {
        let span = tracing::info_span!("shared");
        let dispatch = dispatcher::get_default(Clone::clone);
        let work = |handle: TestHandle, number: u64| {
            let (span, dispatch) = (span.clone(), dispatch.clone());
            move || {
                handle.run(|| {
                    dispatcher::with_default(&dispatch, || {
                        for _ in 0..100 {
                            let _entered = span.enter();
                            Operation::new("threads", "call").run(|| ());
                            tracing::info!(number, "here");
                            span.record("last", number);
                        }
                        assert!(!telemetry::current_span().is_valid());
                    });
                });
            }
        };
        let threads: Vec<_> = (0..4).map(|number| thread::spawn(work(telemetry.handle(), number))).collect();
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    });
    let shared = named(&telemetry, "shared");
    let spans = telemetry.spans();
    let calls: Vec<_> = spans.iter().filter(|span| span.name == "threads.call").collect();
    assert_eq!(calls.len(), 400);
    assert!(calls.iter().all(|call| call.parent_span_id == shared.span_context.span_id()));
    assert_eq!(shared.events.len() + shared.events.dropped_count as usize, 400);
}

#[test]
fn a_span_may_end_on_another_thread_than_it_began() {
    let telemetry = recorded(|telemetry| {
        let span = tracing::info_span!("moved");
        let child = span.in_scope(|| tracing::info_span!("child"));
        let handle = telemetry.handle();
        let dispatch = dispatcher::get_default(Clone::clone);
        let end = move || {
            handle.run(|| {
                // The registry asks the thread's subscriber to close parents.
                dispatcher::with_default(&dispatch, || {
                    drop(span);
                    drop(child);
                });
            });
        };
        thread::spawn(end).join().expect("no panic");
    });
    assert_eq!(telemetry.tree(), "moved\n  child\n");
}
