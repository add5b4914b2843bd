//! Faults that breakers of other libraries had, each by the behaviour that was missing.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use telemetry::{
    BreakerConfig, BreakerOpen, BreakerState, CircuitBreaker, Judgement, Outcome, Permit,
    testing::TestTelemetry,
};
use telemetry_runtime as telemetry;

use super::{acquire, fail, seconds, succeed};

#[derive(Debug, PartialEq, telemetry::ErrorType)]
enum ShopError {
    NotFound,
    Down,
    Open(BreakerOpen),
}

impl From<BreakerOpen> for ShopError {
    fn from(open: BreakerOpen) -> Self {
        Self::Open(open)
    }
}

fn config() -> BreakerConfig {
    BreakerConfig {
        minimum_calls: 4,
        window: seconds(10),
        open_for: seconds(5),
        half_open_permits: 2,
        lease: seconds(3),
        slow_call: seconds(1),
        ignore: &["not_found"],
        ..BreakerConfig::default()
    }
}

/// A breaker that has just let its first probe be asked for.
fn half_open(telemetry: &TestTelemetry) -> CircuitBreaker {
    let breaker = CircuitBreaker::new("shop", config());
    fail(&breaker, 4);
    assert_eq!(breaker.state(), BreakerState::Open);
    telemetry.advance(seconds(5));
    breaker
}

/// Each way out of a probe that says nothing gives its permit back, however often.
#[test]
fn a_probe_that_says_nothing_gives_its_permit_back() {
    let ways_out: [fn(&CircuitBreaker); 6] = [
        |breaker| drop(acquire(breaker)),
        |breaker| acquire(breaker).ignore(),
        |breaker| acquire(breaker).finish_as(Outcome::Cancelled),
        // A client's mistake is not the dependency's.
        |breaker| acquire(breaker).finish(&Err::<(), _>(ShopError::NotFound)),
        |breaker| assert_eq!(early_return(breaker), None),
        |breaker| {
            let mut call = pin!(breaker.run_async(std::future::pending::<Result<(), ShopError>>()));
            assert_eq!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
        },
    ];
    for way_out in ways_out {
        let telemetry = TestTelemetry::new();
        let breaker = half_open(&telemetry);
        (0..10).for_each(|_| way_out(&breaker));
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        succeed(&breaker, 2);
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
}

fn early_return(breaker: &CircuitBreaker) -> Option<u32> {
    let _permit = breaker.acquire().ok()?;
    None
}

#[test]
fn a_probe_that_panics_counts_as_failed_and_the_breaker_goes_on() {
    let telemetry = TestTelemetry::new();
    let breaker = half_open(&telemetry);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _permit = acquire(&breaker);
        resume_unwind(Box::new("on purpose"));
    }));
    assert!(panicked.is_err());
    assert_eq!(breaker.state(), BreakerState::Open);
    telemetry.advance(seconds(5));
    succeed(&breaker, 2);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

/// A permit that is dropped while another panic unwinds did not panic itself.
#[test]
fn a_permit_taken_while_unwinding_is_only_released() {
    struct AcquiresOnDrop<'a>(&'a CircuitBreaker);
    impl Drop for AcquiresOnDrop<'_> {
        fn drop(&mut self) {
            drop(self.0.acquire());
        }
    }
    let _telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("shop", config());
    for _ in 0..10 {
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            let _guard = AcquiresOnDrop(&breaker);
            resume_unwind(Box::new("on purpose"));
        }));
        assert!(unwound.is_err());
    }
    assert_eq!((breaker.state(), breaker.window().calls), (BreakerState::Closed, 0));
}

#[test]
fn a_probe_that_hangs_for_ever_does_not_block_recovery() {
    let telemetry = TestTelemetry::new();
    let breaker = half_open(&telemetry);
    let hanging: Vec<Permit> = (0..2).map(|_| acquire(&breaker)).collect();
    assert_eq!(breaker.acquire().expect_err("all out").retry_after(), Some(seconds(3)));
    telemetry.advance(seconds(3));
    assert!(breaker.acquire().is_err(), "two hanging probes have failed");
    telemetry.advance(seconds(5));
    succeed(&breaker, 2);
    assert_eq!(breaker.state(), BreakerState::Closed);
    hanging.into_iter().for_each(Permit::failure);
    assert_eq!((breaker.state(), breaker.window().calls), (BreakerState::Closed, 0));
}

/// Capacity is what was given out, not what has come back.
#[test]
fn never_more_probes_run_than_are_permitted() {
    let telemetry = TestTelemetry::new();
    let breaker = half_open(&telemetry);
    let first = acquire(&breaker);
    let second = acquire(&breaker);
    assert!(breaker.acquire().is_err(), "two are out");
    first.success();
    assert!(breaker.acquire().is_err(), "one is out, and one was well");
    second.success();
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn never_more_probes_run_than_are_permitted_from_many_threads() {
    use std::sync::Barrier;
    for _ in 0..50 {
        let telemetry = TestTelemetry::new();
        let breaker = half_open(&telemetry);
        let barrier = Barrier::new(4);
        let admitted: usize = std::thread::scope(|scope| {
            let ask = || {
                barrier.wait();
                let permits: Vec<Permit> = (0..4).filter_map(|_| breaker.acquire().ok()).collect();
                barrier.wait();
                permits.len()
            };
            let asking: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(admitted, 2);
    }
}

#[test]
fn late_results_of_an_earlier_period_change_nothing() {
    let telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("shop", config());
    let mut late: Vec<Permit> = (0..100).map(|_| acquire(&breaker)).collect();
    fail(&breaker, 4);
    late.pop().expect("many").success();
    assert_eq!(breaker.state(), BreakerState::Open, "a late success while it is open");
    telemetry.advance(seconds(5));
    let probe = acquire(&breaker);
    late.drain(..40).for_each(Permit::success);
    assert_eq!(breaker.state(), BreakerState::HalfOpen, "late successes are no probes");
    late.drain(..10).for_each(Permit::failure);
    assert_eq!(breaker.state(), BreakerState::HalfOpen, "nor are late failures");
    probe.success();
    acquire(&breaker).success();
    assert_eq!(breaker.state(), BreakerState::Closed);
    telemetry.advance(Duration::from_millis(1));
    late.drain(..).for_each(Permit::failure);
    assert_eq!((breaker.state(), breaker.window().calls), (BreakerState::Closed, 0));
}

/// The probe of one half-open period comes back in the next one.
#[test]
fn a_late_probe_takes_no_place_in_a_later_half_open_period() {
    let telemetry = TestTelemetry::new();
    let breaker = half_open(&telemetry);
    let late = acquire(&breaker);
    acquire(&breaker).failure();
    assert_eq!(breaker.state(), BreakerState::Open);
    telemetry.advance(seconds(5));
    let probes = [acquire(&breaker), acquire(&breaker)];
    late.failure();
    assert!(breaker.acquire().is_err(), "it gave no place of this period back");
    probes.into_iter().for_each(Permit::success);
    assert_eq!(breaker.state(), BreakerState::Closed, "and it failed none");
}

#[test]
fn time_does_not_override_an_order() {
    let telemetry = TestTelemetry::new();
    let breaker = half_open(&telemetry);
    let probe = acquire(&breaker);
    breaker.force_open();
    for _ in 0..10 {
        telemetry.advance(seconds(60));
        let refused = breaker.acquire().expect_err("forced open");
        assert_eq!(refused.retry_after(), None, "nobody knows");
    }
    probe.success();
    assert_eq!(breaker.state(), BreakerState::ForcedOpen);
}

#[test]
fn one_failed_probe_of_one_is_enough_whatever_the_minimum() {
    let telemetry = TestTelemetry::new();
    let config = BreakerConfig { minimum_calls: 20, half_open_permits: 1, ..config() };
    let breaker = CircuitBreaker::new("shop", config);
    fail(&breaker, 20);
    telemetry.advance(seconds(5));
    acquire(&breaker).failure();
    assert_eq!(breaker.state(), BreakerState::Open, "the minimum is of the window, not of the probes");
}

#[test]
fn slow_calls_leave_the_window_with_their_calls() {
    for window_calls in [None, Some(4)] {
        let telemetry = TestTelemetry::new();
        let config = BreakerConfig { window_calls, minimum_calls: 4, slow_rate: 0.75, ..config() };
        let breaker = CircuitBreaker::new("shop", config);
        for _ in 0..2 {
            let slow = acquire(&breaker);
            telemetry.advance(seconds(1));
            slow.success();
        }
        assert_eq!(breaker.window().slow, 2);
        telemetry.advance(seconds(20));
        succeed(&breaker, 8);
        assert_eq!(breaker.window().slow, 0, "{window_calls:?}");
        assert_eq!(breaker.window().slow_rate(), 0.0);
    }
}

#[test]
fn the_smallest_windows_work() {
    let windows =
        [(Some(1), seconds(30)), (None, seconds(1)), (None, Duration::from_nanos(1)), (None, Duration::ZERO)];
    for (window_calls, window) in windows {
        let telemetry = TestTelemetry::new();
        let breaker =
            CircuitBreaker::new("shop", BreakerConfig { window_calls, window, minimum_calls: 1, ..config() });
        for _ in 0..100 {
            succeed(&breaker, 3);
            telemetry.advance(Duration::from_micros(123_457));
        }
        fail(&breaker, 1);
        // Three good calls may be in the same window of time as the failed one.
        let expected = if window_calls.is_some() { BreakerState::Open } else { breaker.state() };
        assert_eq!(breaker.state(), expected);
        telemetry.advance(seconds(60));
        if breaker.state() == BreakerState::Closed {
            fail(&breaker, 1);
        }
        assert_eq!(breaker.state(), BreakerState::Open, "{window_calls:?} {window:?}");
    }
}

/// There is no wall clock to step: the breaker's only clock is the one that the test holds, and it stands still.
#[test]
fn no_other_clock_opens_it_for_probes() {
    let telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("shop", config());
    fail(&breaker, 4);
    for _ in 0..1_000 {
        assert_eq!(breaker.acquire().expect_err("open").retry_after(), Some(seconds(5)));
    }
    telemetry.advance(seconds(5) - Duration::from_nanos(1));
    assert!(breaker.acquire().is_err());
    telemetry.advance(Duration::from_nanos(1));
    assert!(breaker.acquire().is_ok());
}

/// The cap is applied last, after growth and jitter.
#[test]
fn the_open_time_grows_and_keeps_below_its_cap() {
    let telemetry = TestTelemetry::new();
    let config = BreakerConfig {
        backoff_multiplier: 2.0,
        open_for_max: seconds(30),
        half_open_permits: 1,
        ..config()
    };
    let breaker = CircuitBreaker::new("shop", config);
    fail(&breaker, 4);
    for expected in [5, 10, 20, 30, 30] {
        let wait = breaker.acquire().expect_err("open").retry_after().expect("known");
        assert_eq!(wait, seconds(expected));
        telemetry.advance(wait);
        acquire(&breaker).failure();
    }
    telemetry.advance(seconds(30));
    acquire(&breaker).success();
    fail(&breaker, 4);
    assert_eq!(breaker.acquire().expect_err("open").retry_after(), Some(seconds(5)), "it begins anew");
}

/// Fewer permits than probes that have ended leave nobody who could decide.
#[test]
fn fewer_permits_than_ended_probes_do_not_block_recovery() {
    let telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("shop", BreakerConfig { half_open_permits: 5, ..config() });
    fail(&breaker, 4);
    telemetry.advance(seconds(5));
    succeed(&breaker, 2);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    breaker.reconfigure(BreakerConfig { half_open_permits: 2, ..config() });
    assert_eq!(breaker.state(), BreakerState::Closed);
}

/// A lease that has ended decides when it ends, not together with what came in after it.
#[test]
fn an_ended_lease_is_judged_before_a_later_success() {
    let telemetry = TestTelemetry::new();
    let breaker =
        CircuitBreaker::new("shop", BreakerConfig { half_open_permits: 3, failure_rate: 0.6, ..config() });
    fail(&breaker, 4);
    telemetry.advance(seconds(5));
    let _hanging = acquire(&breaker);
    telemetry.advance(seconds(1));
    let late = acquire(&breaker);
    breaker.reconfigure(BreakerConfig { half_open_permits: 1, failure_rate: 0.6, ..config() });
    telemetry.advance(seconds(2));
    late.success();
    assert_eq!(breaker.state(), BreakerState::Open, "the one probe that is permitted hangs");
}

#[test]
fn a_success_that_completes_the_minimum_judges_what_came_before() {
    let _telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("shop", config());
    fail(&breaker, 3);
    assert_eq!(breaker.state(), BreakerState::Closed);
    succeed(&breaker, 1);
    assert_eq!(breaker.state(), BreakerState::Open, "three of four have failed");
}

#[test]
fn errors_count_as_the_configuration_says() {
    fn judge(outcome: Outcome) -> Judgement {
        match outcome {
            Outcome::Cancelled => Judgement::Failure,
            Outcome::Panicked => panic!("on purpose"),
            other => Judgement::of(other),
        }
    }
    let _telemetry = TestTelemetry::new();
    let config = BreakerConfig {
        minimum_calls: 100,
        ignore: &["not_found"],
        slow_errors: &["timeout"],
        judge: Some(judge),
        ..config()
    };
    let breaker = CircuitBreaker::new("shop", config);
    let counted = |outcome: Outcome| {
        breaker.reset();
        acquire(&breaker).finish_as(outcome);
        let window = breaker.window();
        (window.calls, window.failed, window.slow)
    };
    assert_eq!(counted(Outcome::Success), (1, 0, 0));
    assert_eq!(counted(Outcome::error("down")), (1, 1, 0));
    assert_eq!(counted(Outcome::error("not_found")), (0, 0, 0));
    assert_eq!(counted(Outcome::error("timeout")), (1, 0, 1));
    assert_eq!(counted(Outcome::Cancelled), (1, 1, 0));
    assert_eq!(counted(Outcome::Panicked), (1, 1, 0), "a judge that panics is passed over");
    breaker.reset();
    assert_eq!(breaker.run(|| Err::<(), _>(ShopError::Down)), Err(ShopError::Down));
    assert_eq!(breaker.run(|| Err::<(), _>(ShopError::NotFound)), Err(ShopError::NotFound));
    assert_eq!((breaker.window().calls, breaker.window().failed), (1, 1));
    breaker.force_open();
    assert!(matches!(breaker.run(|| Ok(())), Err(ShopError::Open(_))));
}
