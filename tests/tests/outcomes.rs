//! A call ends exactly once, whatever ends it.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Waker},
};

use telemetry::{Call, Operation, Outcome, testing::TestTelemetry};
use telemetry_runtime as telemetry;

#[derive(Debug, telemetry::ErrorType)]
enum FeedError {
    Down,
}

#[derive(Debug)]
struct Plain;

struct Feed;

#[telemetry::instrument_adapter("feed")]
impl Feed {
    fn sync(&self, ok: bool) -> Result<u32, FeedError> {
        if !ok {
            return Err(FeedError::Down);
        }
        Ok(1)
    }

    fn early(&self, text: &str) -> Result<u32, std::num::ParseIntError> {
        let number: u32 = text.parse()?;
        Ok(number)
    }

    fn untyped(&self) -> Result<(), Plain> {
        Err(Plain)
    }

    fn option(&self) -> Option<u32> {
        None
    }

    fn unit(&self, panics: bool) {
        assert!(!panics, "on purpose");
    }

    fn value(&self, panics: bool) -> u32 {
        assert!(!panics, "on purpose");
        7
    }

    async fn wait(&self, ok: bool) -> Result<u32, FeedError> {
        tokio::task::yield_now().await;
        if ok { Ok(1) } else { Err(FeedError::Down) }
    }

    async fn hang(&self) {
        pending().await
    }

    async fn explode(&self) -> u32 {
        tokio::task::yield_now().await;
        panic!("on purpose")
    }
}

fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn values_decide() {
    let telemetry = TestTelemetry::new();
    let _ =
        (Feed.sync(true), Feed.sync(false), Feed.early("1"), Feed.early("x"), Feed.untyped(), Feed.option());
    telemetry.call("feed", "sync").assert_status("success", 1).assert_errors("down", 1).assert_times(2);
    telemetry.call("feed", "early").assert_errors("parse_int", 1).assert_status("success", 1);
    telemetry.call("feed", "untyped").assert_errors("outcomes::Plain", 1).assert_once();
    telemetry.call("feed", "option").assert_status("success", 1).assert_once().assert_none_active();
}

#[test]
fn panics_are_counted_once_and_go_on() {
    let telemetry = TestTelemetry::new();
    for panics in [false, true] {
        assert_eq!(catch_unwind(|| Feed.unit(panics)).is_err(), panics);
        assert_eq!(catch_unwind(|| Feed.value(panics)).is_err(), panics);
    }
    for operation in ["unit", "value"] {
        let calls = telemetry.call("feed", operation);
        calls.assert_status("panicked", 1).assert_status("success", 1).assert_times(2).assert_none_active();
    }
}

#[tokio::test]
async fn futures_end_with_their_value() {
    let telemetry = TestTelemetry::new();
    let (ok, err) = tokio::join!(Feed.wait(true), Feed.wait(false));
    assert!(ok.is_ok() && err.is_err());
    telemetry.call("feed", "wait").assert_status("success", 1).assert_errors("down", 1).assert_none_active();
}

#[test]
fn a_dropped_future_is_cancelled_only_if_it_was_polled() {
    let telemetry = TestTelemetry::new();
    drop(Feed.hang());
    telemetry.call("feed", "hang").assert_times(0);
    {
        let mut hanging = pin!(Feed.hang());
        assert!(poll_once(hanging.as_mut()).is_pending() && poll_once(hanging.as_mut()).is_pending());
        let active = telemetry.snapshot().value("adapter_active_requests", &[("provider", "feed")]).cloned();
        assert_eq!(active, Some(telemetry::Value::Gauge(1.0)));
    }
    telemetry.call("feed", "hang").assert_status("cancelled", 1).assert_once().assert_none_active();
}

#[test]
fn a_panic_inside_a_poll_is_a_panic_and_leaves_no_context() {
    let telemetry = TestTelemetry::new();
    {
        let mut exploding = pin!(Feed.explode());
        assert!(poll_once(exploding.as_mut()).is_pending());
        assert!(catch_unwind(AssertUnwindSafe(|| poll_once(exploding.as_mut()))).is_err());
        assert!(!telemetry::current_span().is_valid(), "the context of the poll is gone");
    }
    telemetry.call("feed", "explode").assert_status("panicked", 1).assert_once().assert_none_active();
}

#[test]
fn calls_by_hand_end_once() {
    let telemetry = TestTelemetry::new();
    let operation = Operation::new("hand", "work");
    operation.start().success();
    operation.start().error(&std::io::Error::from(std::io::ErrorKind::TimedOut));
    operation.start().error_named("odd", &"strange");
    operation.start().finish(&Err::<(), _>(std::fmt::Error));
    operation.start().finish_as(Outcome::Panicked);
    operation.start().finish_as(Outcome::Rejected);
    drop(operation.start());
    let unwound = catch_unwind(|| {
        let _call: Call = operation.start();
        panic!("on purpose");
    });
    assert!(unwound.is_err());
    let calls = telemetry.call("hand", "work");
    calls.assert_status("success", 1).assert_errors("timed_out", 1).assert_errors("odd", 1);
    calls.assert_errors("format", 1).assert_status("panicked", 2).assert_status("cancelled", 2);
    calls.assert_times(8).assert_none_active();
}

#[test]
fn a_call_in_drop_during_unwinding_is_judged_by_itself() {
    struct CallsInDrop;
    impl Drop for CallsInDrop {
        fn drop(&mut self) {
            let _ = Feed.sync(true);
            Feed.unit(false);
            Operation::new("feed", "in_drop").start().success();
            drop(Operation::new("feed", "in_drop").start());
        }
    }
    let telemetry = TestTelemetry::new();
    let unwound = catch_unwind(|| {
        let _calls = CallsInDrop;
        panic!("on purpose");
    });
    assert!(unwound.is_err());
    telemetry.call("feed", "sync").assert_status("success", 1).assert_once();
    telemetry.call("feed", "unit").assert_status("success", 1).assert_once();
    telemetry.call("feed", "in_drop").assert_status("success", 1).assert_status("cancelled", 1);
}

/// Counts in the process, not in a test's scope: a thread's end is what is under test.
#[test]
fn a_call_in_a_thread_local_destructor_is_counted() {
    struct CallsAtExit;
    impl Drop for CallsAtExit {
        fn drop(&mut self) {
            let _ = Operation::new("exit", "destructor").run(|| Ok::<_, std::fmt::Error>(()));
            let _ = Exit.sync();
        }
    }
    struct Exit;
    #[telemetry::instrument_adapter("exit")]
    impl Exit {
        fn sync(&self) -> Result<(), FeedError> {
            Ok(())
        }
    }
    thread_local! {
        static FIRST: CallsAtExit = const { CallsAtExit };
        static LAST: CallsAtExit = const { CallsAtExit };
    }
    const THREADS: u64 = 200;
    for _ in 0..THREADS {
        // One destructor is registered before telemetry's own, one after it, and one call is made in between.
        let thread = std::thread::spawn(|| {
            FIRST.with(|_| ());
            let _ = Exit.sync();
            LAST.with(|_| ());
        });
        assert!(thread.join().is_ok());
    }
    let snapshot = telemetry::Snapshot::take();
    let success = |operation| {
        snapshot.sum(
            "adapter_requests_total",
            &[("provider", "exit"), ("operation", operation), ("status", "success")],
        )
    };
    assert_eq!((success("destructor"), success("sync")), (2 * THREADS, 3 * THREADS));
}

#[test]
fn many_short_threads_lose_nothing() {
    let operation = Operation::new("churn", "call");
    for _ in 0..50 {
        let threads: Vec<_> =
            (0..20).map(|_| std::thread::spawn(move || (0..10).for_each(|_| operation.run(|| ())))).collect();
        assert!(threads.into_iter().all(|thread| thread.join().is_ok()));
    }
    let snapshot = telemetry::Snapshot::take();
    assert_eq!(
        snapshot.sum("adapter_requests_total", &[("provider", "churn"), ("status", "success")]),
        10_000
    );
}
