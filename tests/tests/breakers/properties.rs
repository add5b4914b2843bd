//! A breaker and its model do the same, whatever happens to them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    time::Duration,
};

use proptest::prelude::*;
use telemetry::{
    BreakerConfig, BreakerEventKind, BreakerState, CircuitBreaker, Permit, testing::TestTelemetry,
};
use telemetry_runtime as telemetry;

use super::model::{Admitted, End, Model};

#[derive(Clone, Copy, Debug)]
enum Step {
    Call,
    /// Ends the n-th call that runs, which may have begun long ago.
    End(usize, End, How),
    Tick(Duration),
    Order(BreakerState),
    Reset,
    Reconfigure(BreakerConfig),
}

/// How the caller says that a call says nothing.
#[derive(Clone, Copy, Debug)]
enum How {
    Word,
    Drop,
}

fn milliseconds(range: std::ops::Range<u64>) -> impl Strategy<Value = Duration> {
    range.prop_map(Duration::from_millis)
}

fn configs() -> impl Strategy<Value = BreakerConfig> {
    let rates = (0.05..=1.0_f64, 0.05..=1.0_f64, 1.0..3.0_f64);
    let counts = (prop::option::of(1..8_u32), 1..6_u32, 1..4_u32);
    // Tenths of the window and starts to eight ticks come out even.
    let times = (milliseconds(1..40), milliseconds(1..40), milliseconds(1..40), milliseconds(1..40));
    (rates, counts, times).prop_map(|(rates, counts, times)| BreakerConfig {
        failure_rate: rates.0,
        slow_rate: rates.1,
        backoff_multiplier: rates.2.round(),
        window_calls: counts.0,
        minimum_calls: counts.1,
        half_open_permits: counts.2,
        slow_call: times.0,
        window: times.1 * 10,
        open_for: times.2,
        open_for_max: times.2 * 4,
        lease: times.3,
        ..BreakerConfig::default()
    })
}

fn steps() -> impl Strategy<Value = Step> {
    let ends = prop_oneof![Just(End::Success), Just(End::Failure), Just(End::Released), Just(End::Panic)];
    let hows = prop_oneof![Just(How::Word), Just(How::Drop)];
    let orders = prop_oneof![
        Just(BreakerState::ForcedOpen),
        Just(BreakerState::Disabled),
        Just(BreakerState::MetricsOnly),
        Just(BreakerState::Closed),
    ];
    prop_oneof![
        12 => Just(Step::Call),
        12 => (0..8_usize, ends, hows).prop_map(|(call, end, how)| Step::End(call, end, how)),
        6 => milliseconds(0..30).prop_map(Step::Tick),
        1 => milliseconds(30..2_000).prop_map(Step::Tick),
        1 => orders.prop_map(Step::Order),
        1 => Just(Step::Reset),
        1 => configs().prop_map(Step::Reconfigure),
    ]
}

/// A breaker, its model, and the calls that run.
struct Pair {
    telemetry: TestTelemetry,
    breaker: CircuitBreaker,
    model: Model,
    running: Vec<(Permit, Admitted)>,
    told: Arc<Mutex<Vec<BreakerEventKind>>>,
}

impl Pair {
    fn new(config: BreakerConfig) -> Self {
        let telemetry = TestTelemetry::new();
        let breaker = CircuitBreaker::new("pair", config);
        let told: Arc<Mutex<Vec<BreakerEventKind>>> = Arc::default();
        let events = Arc::clone(&told);
        breaker.observe(move |event| events.lock().expect("no panic").push(event.kind));
        Self { telemetry, breaker, model: Model::new(config), running: Vec::new(), told }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Call => self.call(),
            Step::End(call, end, how) if !self.running.is_empty() => {
                let (permit, admitted) = self.running.swap_remove(call % self.running.len());
                end_permit(permit, end, how);
                self.model.end(admitted, end);
            }
            Step::End(..) => {}
            Step::Tick(by) => {
                self.telemetry.advance(by);
                self.model.tick(by);
            }
            Step::Order(state) => {
                match state {
                    BreakerState::ForcedOpen => self.breaker.force_open(),
                    BreakerState::Disabled => self.breaker.disable(),
                    BreakerState::MetricsOnly => self.breaker.metrics_only(),
                    _ => self.breaker.close(),
                }
                self.model.order(state);
            }
            Step::Reset => {
                self.breaker.reset();
                self.model.reset();
            }
            Step::Reconfigure(config) => {
                self.breaker.reconfigure(config);
                self.model.reconfigure(config);
            }
        }
    }

    fn call(&mut self) {
        let before = self.breaker.state();
        match (self.breaker.acquire(), self.model.call()) {
            (Ok(permit), Some(admitted)) => {
                assert!(self.model.probes_out() <= self.breaker.config().half_open_permits as usize);
                assert!(!matches!(self.breaker.state(), BreakerState::Open | BreakerState::ForcedOpen));
                self.running.push((permit, admitted));
            }
            (Err(_), None) => {}
            (acquired, expected) => panic!("{acquired:?}, but {expected:?} from {before}"),
        }
    }

    fn assert_equal(&self) {
        assert_eq!(self.breaker.state(), self.model.state);
        let window = self.breaker.window();
        assert_eq!((window.calls, window.failed, window.slow), self.model.window());
    }

    /// Each transition is legal and told once, in order.
    fn assert_told(&self) {
        let told = self.told.lock().expect("no panic");
        let transitions: Vec<_> = told
            .iter()
            .filter_map(|kind| match kind {
                BreakerEventKind::Transition { from, to } => Some((*from, *to)),
                _ => None,
            })
            .collect();
        assert_eq!(transitions, self.model.transitions);
        assert_eq!((told.len() - transitions.len()) as u32, self.model.would_open);
        let snapshot = self.telemetry.snapshot();
        for (from, to) in &transitions {
            assert!(from != to && is_legal(*from, *to), "{from} -> {to}");
            let labels = [("from", from.as_str()), ("to", to.as_str())];
            let counted = snapshot.sum("circuit_breaker_transitions_total", &labels);
            assert_eq!(counted, transitions.iter().filter(|pair| **pair == (*from, *to)).count() as u64);
        }
    }
}

/// Calls lead only from closed to open, and on from there; orders lead anywhere else.
fn is_legal(from: BreakerState, to: BreakerState) -> bool {
    match to {
        BreakerState::Open => matches!(from, BreakerState::Closed | BreakerState::HalfOpen),
        BreakerState::HalfOpen => from == BreakerState::Open,
        _ => true,
    }
}

fn end_permit(permit: Permit, end: End, how: How) {
    match (end, how) {
        (End::Success, _) => permit.success(),
        (End::Failure, _) => permit.failure(),
        (End::Released, How::Word) => permit.ignore(),
        (End::Released, How::Drop) => drop(permit),
        (End::Panic, _) => {
            // Without the hook that would print it.
            let unwound = catch_unwind(AssertUnwindSafe(|| {
                let _permit = permit;
                std::panic::resume_unwind(Box::new("on purpose"));
            }));
            assert!(unwound.is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_breaker_does_what_its_model_does(config in configs(), steps in prop::collection::vec(steps(), 1..150)) {
        let mut pair = Pair::new(config);
        for step in steps {
            pair.take(step);
            pair.assert_equal();
        }
        pair.assert_told();
    }

    /// Whatever came before and whoever still hangs: a dependency that is well again is called again.
    #[test]
    fn it_closes_after_the_dependency_is_well(config in configs(), steps in prop::collection::vec(steps(), 1..100)) {
        let mut pair = Pair::new(config);
        for step in steps {
            // What an operator ordered lasts until the next order.
            if !matches!(step, Step::Order(_) | Step::Reconfigure(_)) {
                pair.take(step);
            }
        }
        let (mut waited, mut calls) = (Duration::ZERO, 0);
        let minimum = config.minimum_calls.max(config.half_open_permits);
        while pair.breaker.state() != BreakerState::Closed || calls < minimum {
            match pair.breaker.acquire() {
                Ok(permit) => {
                    permit.success();
                    calls += 1;
                }
                Err(open) => {
                    let wait = open.retry_after().expect("it knows when");
                    prop_assert!(!wait.is_zero(), "a wait for nothing");
                    pair.telemetry.advance(wait);
                    waited += wait;
                }
            }
            prop_assert!(waited <= config.open_for_max + config.lease, "{waited:?}");
            prop_assert!(calls <= minimum + 2 * config.half_open_permits, "{calls} calls");
        }
    }

    #[test]
    fn jitter_stays_within_its_share(jitter in 0.0..=1.0_f64, failures in 1..20_u32) {
        let telemetry = TestTelemetry::new();
        let config = BreakerConfig {
            jitter, minimum_calls: 1, half_open_permits: 1, backoff_multiplier: 2.0,
            open_for: Duration::from_secs(10), open_for_max: Duration::from_secs(100),
            ..BreakerConfig::default()
        };
        let breaker = CircuitBreaker::new("jitter", config);
        let mut expected = 10.0_f64;
        for _ in 0..failures {
            breaker.acquire().expect("a probe").failure();
            let open = breaker.acquire().expect_err("it has opened");
            let wait = open.retry_after().expect("known");
            let share = wait.as_secs_f64() / expected;
            prop_assert!(share >= 1.0 - jitter - 1e-6 && share <= 1.0 + jitter + 1e-6, "{wait:?} of {expected}");
            prop_assert!(wait <= config.open_for_max);
            expected = (expected * 2.0).min(100.0);
            telemetry.advance(wait);
        }
    }
}
