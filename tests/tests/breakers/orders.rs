//! What operators order, and who hears of what breakers do.

use std::sync::{Arc, Mutex};

use telemetry::{
    BreakerConfig, BreakerEvent, BreakerEventKind, BreakerOpen, BreakerState, CircuitBreaker,
    testing::TestTelemetry,
};
use telemetry_runtime as telemetry;
use tracing_subscriber::fmt::MakeWriter;

use super::{acquire, fail, seconds, succeed};

fn config() -> BreakerConfig {
    BreakerConfig { minimum_calls: 4, open_for: seconds(5), half_open_permits: 1, ..BreakerConfig::default() }
}

fn observed(breaker: &CircuitBreaker) -> Arc<Mutex<Vec<BreakerEvent>>> {
    let seen: Arc<Mutex<Vec<BreakerEvent>>> = Arc::default();
    let events = Arc::clone(&seen);
    breaker.observe(move |event| events.lock().expect("no panic").push(*event));
    seen
}

#[test]
fn each_state_does_what_it_says() {
    let telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("ordered", config());
    let seen = observed(&breaker);

    breaker.disable();
    fail(&breaker, 50);
    assert_eq!((breaker.state(), breaker.window().calls), (BreakerState::Disabled, 0));

    breaker.metrics_only();
    fail(&breaker, 50);
    let window = breaker.window();
    assert_eq!((breaker.state(), window.calls, window.failure_rate()), (BreakerState::MetricsOnly, 50, 1.0));

    breaker.close();
    assert_eq!((breaker.state(), breaker.window().calls), (BreakerState::Closed, 0));
    fail(&breaker, 3);
    breaker.close();
    assert_eq!(breaker.window().calls, 3, "it is closed already");
    breaker.reset();
    assert_eq!(breaker.window().calls, 0);

    breaker.force_open();
    telemetry.advance(seconds(3600));
    assert!(breaker.acquire().is_err());
    breaker.reset();
    succeed(&breaker, 1);

    let told: Vec<String> = seen.lock().expect("no panic").iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "circuit breaker `ordered`: closed -> disabled",
            "circuit breaker `ordered`: disabled -> metrics_only",
            "circuit breaker `ordered`: would open; of 4 calls 4 failed, 0 were slow",
            "circuit breaker `ordered`: metrics_only -> closed",
            "circuit breaker `ordered`: closed -> forced_open",
            "circuit breaker `ordered`: forced_open -> closed",
        ]
    );
    let numbers: Vec<u64> = seen.lock().expect("no panic").iter().map(|event| event.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn metrics_show_every_state_and_the_ordered_transitions() {
    let telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("shown", config());
    fail(&breaker, 4);
    assert!(breaker.acquire().is_err());
    breaker.force_open();
    assert!(breaker.acquire().is_err());
    let snapshot = telemetry.snapshot();
    let states = snapshot.family("circuit_breaker_state").expect("a family");
    let of_breaker = states.series.iter().filter(|series| series.labels.get("breaker") == Some("shown"));
    let shown: Vec<(&str, &telemetry::Value)> =
        of_breaker.filter_map(|series| Some((series.labels.get("state")?, &series.value))).collect();
    let expected = ["closed", "open", "half_open", "forced_open", "disabled", "metrics_only"]
        .map(|state| (state, telemetry::Value::Gauge(f64::from(u8::from(state == "forced_open")))));
    assert_eq!(shown, expected.each_ref().map(|(state, value)| (*state, value)));
    let transitions = |from, to| {
        snapshot.sum("circuit_breaker_transitions_total", &[("breaker", "shown"), ("from", from), ("to", to)])
    };
    assert_eq!((transitions("closed", "open"), transitions("open", "forced_open")), (1, 1));
    assert_eq!(snapshot.sum("circuit_breaker_rejected_total", &[("breaker", "shown")]), 2);
}

#[test]
fn observers_may_panic_ask_and_order() {
    let _telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("watched", config());
    breaker.observe(|_| std::panic::resume_unwind(Box::new("on purpose")));
    let (inner, seen) = (breaker.clone(), observed(&breaker));
    breaker.observe(move |event| {
        // Each of these takes the lock that a step holds.
        let _ = (inner.state(), inner.config(), inner.window(), CircuitBreaker::all());
        if let BreakerEventKind::Transition { to: BreakerState::Open, .. } = event.kind {
            inner.force_open();
        }
    });
    fail(&breaker, 4);
    assert_eq!(breaker.state(), BreakerState::ForcedOpen);
    let told: Vec<_> = seen.lock().expect("no panic").iter().map(|event| event.kind).collect();
    let transition = |from, to| BreakerEventKind::Transition { from, to };
    assert_eq!(
        told,
        [
            transition(BreakerState::Closed, BreakerState::Open),
            transition(BreakerState::Open, BreakerState::ForcedOpen)
        ]
    );
}

/// The worst moment to panic in: while the call that opens the breaker unwinds itself.
#[test]
fn an_observer_may_panic_while_a_call_unwinds() {
    let _telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("unwinding", config());
    breaker.observe(|_| std::panic::resume_unwind(Box::new("on purpose")));
    fail(&breaker, 3);
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _permit = acquire(&breaker);
        std::panic::resume_unwind(Box::new("the call"));
    }));
    assert_eq!(unwound.expect_err("it unwinds").downcast_ref(), Some(&"the call"));
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[derive(Debug, telemetry::ErrorType)]
enum Failure {
    Down,
    Open,
}

impl From<BreakerOpen> for Failure {
    fn from(_: BreakerOpen) -> Self {
        Self::Open
    }
}

#[telemetry::instrument("traced_shop", breaker(minimum_calls = 2, open_for = "1s", half_open_permits = 1))]
fn order(fails: bool) -> Result<(), Failure> {
    if fails { Err(Failure::Down) } else { Ok(()) }
}

#[telemetry::instrument("traced_shop")]
fn page(fails: bool) {
    let _ = order(fails);
}

/// Lines of the records, by thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn transitions_are_on_the_current_span_and_in_the_records() {
    let telemetry = TestTelemetry::new();
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
    let scenario = || {
        page(true);
        page(true);
        telemetry.advance(seconds(1));
        page(false);
    };
    // A callsite that another test registers while a subscriber comes may miss it, so it comes once all are there.
    scenario();
    let before = telemetry.spans().len();
    tracing::subscriber::with_default(subscriber, || {
        tracing::callsite::rebuild_interest_cache();
        scenario();
    });
    let spans = telemetry.spans().split_off(before);
    let events: Vec<String> = spans
        .iter()
        .flat_map(|span| span.events.iter().map(move |event| (span, event)))
        .filter(|(_, event)| event.name == "circuit_breaker.transition")
        .map(|(span, event)| {
            let keys = event.attributes.iter().map(|pair| format!("{}={}", pair.key, pair.value));
            format!("{}: {}", span.name, keys.collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(
        events,
        [
            "traced_shop.order: breaker=traced_shop.order from=closed to=open calls=2 failed=2 slow=0",
            // The call has no span of its own before it is admitted.
            "traced_shop.order: breaker=traced_shop.order from=half_open to=closed calls=1 failed=0 slow=0",
            "traced_shop.page: breaker=traced_shop.order from=open to=half_open calls=0 failed=0 slow=0",
        ]
    );
    let written = String::from_utf8(lines.0.lock().expect("no panic").clone()).expect("text");
    let of_breaker: Vec<&str> = written.lines().filter(|line| line.contains("circuit breaker `")).collect();
    assert_eq!(of_breaker.len(), 3, "{written}");
    assert!(
        of_breaker[0].contains(" WARN telemetry: ") && of_breaker[0].contains("closed -> open"),
        "{written}"
    );
    assert!(
        of_breaker[2].contains(" INFO telemetry: ") && of_breaker[2].contains("half_open -> closed"),
        "{written}"
    );
}

#[test]
fn all_breakers_are_found_by_name() {
    let _telemetry = TestTelemetry::new();
    for name in ["b", "a", "c", "a"] {
        let _ = CircuitBreaker::named(name);
    }
    let names: Vec<&str> = CircuitBreaker::all().iter().map(CircuitBreaker::name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let _ = order(false);
    CircuitBreaker::named("traced_shop.order").force_open();
    assert!(matches!(order(false), Err(Failure::Open)), "the attribute's breaker is one of them");
}
