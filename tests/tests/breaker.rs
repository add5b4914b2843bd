//! Breakers of adapters: when they open, what they refuse, how they recover.

use std::{
    future::pending,
    panic::catch_unwind,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use telemetry::{BreakerConfig, BreakerOpen, BreakerState, testing::TestTelemetry};
use telemetry_runtime as telemetry;

#[derive(Debug, PartialEq, telemetry::ErrorType)]
enum FeedError {
    Down,
    Refused(BreakerOpen),
}

impl From<BreakerOpen> for FeedError {
    fn from(open: BreakerOpen) -> Self {
        Self::Refused(open)
    }
}

struct Feed;

#[telemetry::instrument_adapter(
    "feed",
    breaker(
        minimum_calls = 4,
        window = "10s",
        open_for = "5s",
        half_open_permits = 2,
        lease = "3s",
        slow_call = "1s"
    )
)]
impl Feed {
    fn quote(&self, ok: bool) -> Result<u32, FeedError> {
        if ok { Ok(1) } else { Err(FeedError::Down) }
    }

    async fn wait(&self, ok: bool) -> Result<u32, FeedError> {
        tokio::task::yield_now().await;
        self.plain(ok)
    }

    async fn hang(&self) -> Result<u32, FeedError> {
        pending().await
    }

    fn slow(&self, hands: &telemetry::ManualClock) -> Result<u32, FeedError> {
        hands.advance(Duration::from_secs(2));
        Ok(1)
    }

    fn explode(&self) -> Result<u32, FeedError> {
        panic!("on purpose")
    }

    #[telemetry(breaker(off))]
    fn plain(&self, ok: bool) -> Result<u32, FeedError> {
        if ok { Ok(1) } else { Err(FeedError::Down) }
    }

    #[telemetry(breaker = "shared")]
    fn elsewhere(&self, ok: bool) -> Result<u32, FeedError> {
        if ok { Ok(1) } else { Err(FeedError::Down) }
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn opened() -> TestTelemetry {
    let telemetry = TestTelemetry::new();
    for _ in 0..4 {
        assert_eq!(Feed.quote(false), Err(FeedError::Down));
    }
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Open);
    telemetry
}

fn is_refused(result: &Result<u32, FeedError>) -> bool {
    matches!(result, Err(FeedError::Refused(_)))
}

#[test]
fn it_opens_at_the_failure_rate_and_not_before_the_minimum() {
    let telemetry = TestTelemetry::new();
    let _ = (Feed.quote(false), Feed.quote(true), Feed.quote(true));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Closed, "three calls are too few");
    let _ = Feed.quote(false);
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Open, "two of four failed");
    let refused = Feed.quote(true);
    let Err(FeedError::Refused(open)) = refused else { panic!("{refused:?}") };
    assert_eq!((open.breaker(), open.retry_after()), ("feed", Some(seconds(5))));
    assert_eq!(open.to_string(), "circuit breaker `feed` is open; retry after 5.0 s");
    let calls = telemetry.call("feed", "quote");
    calls
        .assert_status("rejected", 1)
        .assert_status("error", 2)
        .assert_status("success", 2)
        .assert_none_active();
    assert_eq!(
        calls.durations().map(telemetry::HistogramValue::count),
        Some(4),
        "a rejected call has no duration"
    );
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("circuit_breaker_rejected_total", &[("breaker", "feed")]), 1);
    assert_eq!(snapshot.sum("circuit_breaker_transitions_total", &[("from", "closed"), ("to", "open")]), 1);
}

#[test]
fn it_closes_once_enough_probes_went_well() {
    let telemetry = opened();
    telemetry.advance(seconds(5));
    assert_eq!(Feed.quote(true), Ok(1));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::HalfOpen, "one probe of two");
    assert_eq!(Feed.quote(true), Ok(1));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Closed);
    let _ = (Feed.quote(false), Feed.quote(false), Feed.quote(false));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Closed, "the window began anew");
}

#[test]
fn it_opens_again_once_a_probe_failed() {
    let telemetry = opened();
    telemetry.advance(seconds(5));
    assert_eq!(Feed.quote(false), Err(FeedError::Down));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Open);
    telemetry.advance(Duration::from_millis(4999));
    assert!(is_refused(&Feed.quote(true)));
}

#[tokio::test]
async fn never_more_probes_run_than_are_permitted() {
    let telemetry = opened();
    telemetry.advance(seconds(5));
    let calls = (Feed.wait(true), Feed.wait(true), Feed.wait(true), Feed.wait(true));
    let (a, b, c, d) = tokio::join!(calls.0, calls.1, calls.2, calls.3);
    let refused = [a, b, c, d].iter().filter(|result| is_refused(result)).count();
    assert_eq!(refused, 2);
    telemetry
        .call("feed", "wait")
        .assert_status("success", 2)
        .assert_status("rejected", 2)
        .assert_none_active();
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Closed);
}

#[test]
fn a_cancelled_probe_gives_its_permit_back() {
    let telemetry = opened();
    telemetry.advance(seconds(5));
    for _ in 0..10 {
        let mut probe = pin!(Feed.hang());
        assert_eq!(probe.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
    }
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::HalfOpen);
    let _ = (Feed.quote(true), Feed.quote(true));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Closed);
    telemetry.call("feed", "hang").assert_status("cancelled", 10).assert_none_active();
}

#[test]
fn probes_that_hang_beyond_their_lease_count_as_failed() {
    let telemetry = opened();
    telemetry.advance(seconds(5));
    let (mut first, mut second) = (pin!(Feed.hang()), pin!(Feed.hang()));
    let mut waker = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut waker).is_pending() && second.as_mut().poll(&mut waker).is_pending());
    let refused = Feed.quote(true);
    assert!(matches!(refused, Err(FeedError::Refused(open)) if open.retry_after() == Some(seconds(3))));
    telemetry.advance(seconds(3));
    assert!(is_refused(&Feed.quote(true)), "the hanging probes opened it again");
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Open);
    telemetry.advance(seconds(5));
    let _ = (Feed.quote(true), Feed.quote(true));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Closed, "it recovers all the same");
}

#[test]
fn a_panic_counts_as_a_failure_and_frees_its_permit() {
    let telemetry = TestTelemetry::new();
    for _ in 0..4 {
        assert!(catch_unwind(|| Feed.explode()).is_err());
    }
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Open);
    telemetry.advance(seconds(5));
    assert!(catch_unwind(|| Feed.explode()).is_err());
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Open);
    telemetry.advance(seconds(5));
    let _ = (Feed.quote(true), Feed.quote(true));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Closed);
}

#[test]
fn late_results_of_an_earlier_period_change_nothing() {
    let telemetry = TestTelemetry::new();
    let breaker = telemetry.breaker("late");
    let config = BreakerConfig { minimum_calls: 20, ..BreakerConfig::default() };
    assert_eq!(breaker.config(), config);
    let acquire = || breaker.acquire().unwrap_or_else(|open| panic!("{open}"));
    let late: Vec<_> = (0..100).map(|_| acquire()).collect();
    (0..20).for_each(|_| acquire().failure());
    assert_eq!(breaker.state(), BreakerState::Open);
    telemetry.advance(seconds(30));
    let old_probe = acquire();
    (0..3).for_each(|_| acquire().failure());
    assert_eq!(breaker.state(), BreakerState::Open, "three of five probes failed");
    old_probe.success();
    telemetry.advance(seconds(30));
    (0..3).for_each(|_| acquire().success());
    assert_eq!(breaker.state(), BreakerState::Closed, "the other two cannot change it");
    late.into_iter().for_each(telemetry::Permit::failure);
    assert_eq!(breaker.state(), BreakerState::Closed, "a hundred late failures");
    (0..20).for_each(|_| acquire().failure());
    assert_eq!(breaker.state(), BreakerState::Open, "failures of this period count");
}

#[test]
fn slow_calls_open_it_too() {
    let telemetry = TestTelemetry::new();
    for _ in 0..4 {
        assert_eq!(Feed.slow(&telemetry.hands()), Ok(1));
    }
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Open);
}

#[test]
fn cancelled_calls_say_nothing() {
    let telemetry = TestTelemetry::new();
    for _ in 0..20 {
        let mut call = pin!(Feed.hang());
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    let _ = (Feed.quote(false), Feed.quote(false), Feed.quote(false));
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Closed, "three judged calls are too few");
    let _ = Feed.quote(false);
    assert_eq!(telemetry.breaker_state("feed"), BreakerState::Open);
}

/// Windows are differences of sums; without a roll by successful calls the first failure after a quiet minute would
/// look back over that minute.
#[test]
fn the_window_is_exact_to_a_bucket() {
    let telemetry = TestTelemetry::new();
    for _ in 0..60_000 {
        let _ = Feed.quote(true);
        telemetry.advance(Duration::from_millis(1));
    }
    let mut failing = 0;
    while telemetry.breaker_state("feed") == BreakerState::Closed {
        let _ = Feed.quote(false);
        telemetry.advance(Duration::from_millis(1));
        failing += 1;
    }
    assert!((4_000..=5_500).contains(&failing), "half of a ten second window has failed after {failing} ms");
}

#[test]
fn a_method_opts_out_or_joins_another() {
    let telemetry = opened();
    assert_eq!(Feed.plain(true), Ok(1));
    assert_eq!(Feed.elsewhere(true), Ok(1));
    for _ in 0..30 {
        let _ = Feed.elsewhere(false);
    }
    assert_eq!(telemetry.breaker_state("shared"), BreakerState::Open);
    assert!(is_refused(&Feed.elsewhere(true)));
}

#[test]
fn a_count_window_looks_at_the_last_calls() {
    let _telemetry = TestTelemetry::new();
    let config = BreakerConfig { window_calls: Some(4), minimum_calls: 10, ..BreakerConfig::default() };
    let breaker = telemetry::CircuitBreaker::new("breaker_test.count", config);
    let acquire = || breaker.acquire().unwrap_or_else(|open| panic!("{open}"));
    (0..100).for_each(|_| acquire().success());
    acquire().failure();
    acquire().ignore();
    drop(acquire());
    assert_eq!(breaker.state(), BreakerState::Closed, "one of the last four");
    acquire().failure();
    assert_eq!(breaker.state(), BreakerState::Open, "two of the last four");
}
