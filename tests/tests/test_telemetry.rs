//! What tests of users are told when an assertion fails.

use std::{panic::AssertUnwindSafe, panic::catch_unwind, time::Duration};

use telemetry::{AdapterMetrics, Outcome, assert_call, span, testing::TestTelemetry};
use telemetry_runtime as telemetry;
use tracing::Level;

/// What a failing assertion says.
fn message(assertion: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).expect_err("it should have failed");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().expect("a text")).to_owned(),
    }
}

fn some_calls() -> TestTelemetry {
    let telemetry = TestTelemetry::new();
    let finnhub = AdapterMetrics::new("finnhub");
    finnhub.record("quote", Outcome::Success, Duration::from_millis(20));
    finnhub.record("quote", Outcome::error("timeout"), Duration::from_millis(30));
    finnhub.record("history", Outcome::Rejected, Duration::ZERO);
    AdapterMetrics::new("cache").record("get", Outcome::Success, Duration::ZERO);
    telemetry
}

#[test]
fn expectations_that_hold_say_nothing() {
    let telemetry = some_calls();
    assert_call!(telemetry, "cache", "get");
    assert_call!(telemetry, "finnhub", "history", times = 1, rejected = 1, success = 0);
    assert_call!(
        telemetry,
        "finnhub",
        "quote",
        times = 2,
        success = 1,
        error = 1,
        error_type("timeout") = 1,
        cancelled = 0,
        panicked = 0,
        took = Duration::from_millis(50),
        none_active,
    );
    assert_call!(telemetry, "finnhub", "nothing", times = 0);
}

#[test]
fn a_failure_tells_what_was_expected_what_is_and_what_else_was_called() {
    let telemetry = some_calls();
    let told = message(|| {
        assert_call!(telemetry, "finnhub", "quote", times = 3, success = 1, error_type("gone") = 1)
    });
    assert_eq!(
        told,
        "calls of finnhub.quote are not as expected\n\
         \x20 expected: 3 calls (found 2), 1 success, 1 error `gone` (found 0)\n\
         \x20 seen: 2 calls: 1 success, 1 error (1 timeout)\n\
         \x20 called besides:\n\
         \x20   finnhub.history: 1 call: 1 rejected\n\
         \x20   cache.get: 1 call: 1 success"
    );
    let told = message(|| assert_call!(telemetry, "finnhub", "quote", took = Duration::from_secs(1)));
    assert!(told.contains("expected: 1s in all (found 50ms)"), "{told}");
    let told = message(|| _ = telemetry.call("finnhub", "quote").assert_status("success", 2));
    assert!(told.contains("expected: 2 success (found 1)"), "{told}");
    let call = AdapterMetrics::new("finnhub").start("quote");
    let told = message(|| assert_call!(telemetry, "finnhub", "quote", none_active));
    assert!(told.contains("expected: none active (found 1)"), "{told}");
    call.success();
}

#[test]
fn the_most_similar_operations_come_first() {
    let telemetry = some_calls();
    let told = message(|| assert_call!(telemetry, "finhub", "quote"));
    let (_, others) = told.split_once("seen: no call\n  called besides:\n").expect("that part");
    assert!(others.trim_start().starts_with("finnhub.quote: 2 calls"), "{told}");
    let empty = TestTelemetry::new();
    let told = message(|| assert_call!(empty, "finnhub", "quote"));
    assert!(told.ends_with("seen: no call\n  called besides: nothing"), "{told}");
    for number in 0..10 {
        AdapterMetrics::new("many").record(&format!("operation{number}"), Outcome::Success, Duration::ZERO);
    }
    let told = message(|| assert_call!(empty, "finnhub", "quote"));
    assert!(told.ends_with("\n    and 2 more"), "{told}");
}

struct Shelf {
    region: &'static str,
}

#[telemetry::instrument_adapter("shelf", labels(region = self.region))]
impl Shelf {
    fn take(&self) -> Result<(), std::fmt::Error> {
        if self.region == "eu" { Ok(()) } else { Err(std::fmt::Error) }
    }
}

#[test]
fn labels_narrow_what_is_judged() {
    let telemetry = TestTelemetry::new();
    for region in ["eu", "eu", "us"] {
        let _ = Shelf { region }.take();
    }
    assert_call!(telemetry, "shelf", "take", times = 3);
    assert_call!(telemetry, "shelf", "take", label("region") = "eu", times = 2, error = 0);
    let told = message(|| assert_call!(telemetry, "shelf", "take", label("region") = "us", success = 1));
    assert!(told.starts_with("calls of shelf.take with region=us are not"), "{told}");
    assert!(told.contains("seen: 1 call: 1 error (1 format)"), "{told}");
}

fn some_spans() -> TestTelemetry {
    let telemetry = TestTelemetry::new();
    let settle = span("settle").attribute("orders", 3).start();
    let entered = settle.enter();
    let mut save = span("save").start();
    save.add_event("written", &[]);
    save.record_error(&std::fmt::Error);
    drop(save);
    drop(span("twice").start());
    drop(span("twice").start());
    drop((entered, settle));
    telemetry
}

#[test]
fn spans_tell_what_they_have() {
    let telemetry = some_spans();
    let settle = telemetry.span("settle");
    settle.assert_ok().assert_attribute("orders", 3).assert_no_attribute("order");
    telemetry.span("save").assert_child_of("settle").assert_event("written").assert_error("error");
    let told = message(|| _ = settle.assert_attribute("orders", "3"));
    assert_eq!(
        told,
        "settle: attribute `orders` is not as expected\n  expected: String(Static(\"3\"))\n  seen: I64(3)\n  \
         attributes: orders=3"
    );
    let told = message(|| _ = settle.assert_attribute("size", 1));
    assert!(told.contains("seen: nothing\n  attributes: orders=3"), "{told}");
    for (assertion, part) in [
        (message(|| _ = settle.assert_no_attribute("orders")), "settle: attribute `orders` is Some(I64(3))"),
        (message(|| _ = settle.assert_error("x")), "settle: an error with `x` is expected\n  seen: Unset"),
        (message(|| _ = telemetry.span("save").assert_ok()), "save: no error is expected"),
        (message(|| _ = settle.assert_event("written")), "an event `written` is expected\n  seen: []"),
        (message(|| _ = telemetry.span("save").assert_child_of("twice")), "expected: twice\n  seen: settle"),
        (message(|| _ = settle.assert_child_of("save")), "seen: none that has ended"),
    ] {
        assert!(assertion.contains(part), "{assertion}");
    }
}

#[test]
fn a_span_that_is_missing_or_there_twice_is_told_with_all_others() {
    let telemetry = some_spans();
    let told = message(|| _ = telemetry.span("twice"));
    assert!(
        told.starts_with("one span `twice` is expected, there are 2\n  spans:\n    settle orders=3\n"),
        "{told}"
    );
    let told = message(|| _ = telemetry.span("setle"));
    assert!(told.starts_with("one span `setle` is expected, there are 0\n"), "{told}");
    let told = message(|| _ = TestTelemetry::new().span("any"));
    assert!(told.ends_with("spans:\n    nothing"), "{told}");
}

#[test]
fn trees_are_compared_without_their_indent() {
    let telemetry = TestTelemetry::new();
    let outer = span("outer").start();
    let entered = outer.enter();
    drop(span("inner").attribute("n", 1).start());
    drop((entered, outer));
    telemetry.assert_tree(
        "
            outer
              inner n=1
        ",
    );
    telemetry.assert_tree("outer\n  inner n=1");
    let told = message(|| telemetry.assert_tree("outer\ninner n=1"));
    assert_eq!(
        told,
        "the tree of spans is not as expected\n  expected:\n    outer\n    inner n=1\n  seen:\n    outer\n      inner n=1"
    );
    TestTelemetry::new().assert_tree("");
}

#[test]
fn records_have_the_span_around_them() {
    let telemetry = TestTelemetry::with_logs();
    let settle = span("settle").start();
    let entered = settle.enter();
    tracing::warn!(left = 2, password = "s3cret", "orders are left");
    tracing::info_span!("library").in_scope(|| tracing::debug!("inside"));
    drop((entered, settle));
    let _ = Shelf { region: "us" }.take();

    let warned = telemetry.assert_logged(Level::WARN, "orders are");
    assert_eq!(warned.span_id, Some(telemetry.span("settle").data().span_context.span_id()));
    assert_eq!(warned.to_string(), "WARN test_telemetry: orders are left left=2 password=[redacted]");
    let inside = telemetry.assert_logged(Level::DEBUG, "inside");
    assert_eq!(inside.trace_id, warned.trace_id);
    assert_eq!(inside.span_id, Some(telemetry.span("library").data().span_context.span_id()));
    telemetry.span("library").assert_child_of("settle");
    let failed = telemetry.assert_logged(Level::ERROR, "shelf.take failed");
    assert_eq!(failed.target, "telemetry");
    let told = message(|| _ = telemetry.assert_logged(Level::INFO, "orders are"));
    assert!(
        told.starts_with("a record of INFO with `orders are` is expected\n  seen:\n    WARN test_telemetry:"),
        "{told}"
    );
}

#[test]
fn records_of_other_tests_and_threads_stay_away() {
    let telemetry = TestTelemetry::with_logs();
    let handle = telemetry.handle();
    let outside = std::thread::spawn(|| tracing::error!("elsewhere"));
    outside.join().expect("no panic");
    let inside = std::thread::spawn(move || handle.run(|| tracing::error!("of the test")));
    inside.join().expect("no panic");
    let seen: Vec<String> = telemetry.logs().into_iter().map(|record| record.message).collect();
    assert_eq!(seen, ["of the test"]);
    drop(telemetry);
    let silent = TestTelemetry::new();
    tracing::error!("taken by nobody");
    assert_eq!(silent.logs(), []);
    let told = message(|| _ = silent.assert_logged(Level::ERROR, "taken"));
    assert!(told.ends_with("seen:\n    nothing"), "{told}");
}
