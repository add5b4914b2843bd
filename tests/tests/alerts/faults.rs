//! Handlers that fail, hang, panic, are down and come back: every alert is accounted for.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use axum::{Router, http::StatusCode, routing::post};
use telemetry_tests::{serve, until};

use crate::support::{
    Alert, AlertHandled, AlertHandler, Recorder, SOON, account, alone, rule, set, watching,
};

/// Does what it is made to do, whatever comes.
struct Bad(fn() -> AlertHandled<'static>);

impl AlertHandler for Bad {
    fn handle<'a>(&'a mut self, _alerts: &'a [Alert]) -> AlertHandled<'a> {
        (self.0)()
    }
}

#[test]
fn a_handler_that_fails_for_a_while_tells_in_the_end() {
    let alone = alone();
    let recorder = Recorder::default();
    // As many as open the breaker; it lets one try through once the clock has moved.
    recorder.failures.store(3, Ordering::SeqCst);
    let builder = watching("keep_state: false").alert_rule(rule("fails_level"));
    let telemetry = builder.alert_handler("failing", recorder.clone()).build().expect("it is legal");
    set("fails_level", 20.0);
    alone.pass();
    until("the breaker opens", || telemetry.alerts().handlers[0].breaker.as_str() == "open");
    assert_eq!(telemetry.alerts().handlers[0].waiting, 1);
    set("fails_level", 2.0);
    alone.tick(&telemetry);
    assert_eq!(recorder.statuses(), ["firing", "resolved"], "in order, each once");
    assert_eq!(account(&telemetry, "failing", 2, [("delivered", "")]), [2]);
}

#[test]
fn one_bad_handler_holds_up_no_other() {
    let alone = alone();
    let recorder = Recorder::default();
    let hanging: fn() -> AlertHandled<'static> = || Box::pin(std::future::pending());
    let panicking: fn() -> AlertHandled<'static> = || panic!("on purpose");
    let builder = watching("keep_state: false, timeout: 50ms, retry_for: 1ms").alert_rule(rule("bad_level"));
    let builder = builder.alert_handler("hanging", Bad(hanging)).alert_handler("panicking", Bad(panicking));
    let telemetry = builder.alert_handler("good", recorder.clone()).build().expect("it is legal");
    set("bad_level", 20.0);
    alone.tick(&telemetry);
    assert_eq!(recorder.statuses(), ["firing"]);
    assert_eq!(account(&telemetry, "hanging", 1, [("dropped", "timeout")]), [1]);
    assert_eq!(account(&telemetry, "panicking", 1, [("dropped", "refused")]), [1]);
    let failures = telemetry.exporter_failures();
    let failure =
        failures.iter().find(|failure| failure.exporter() == "panicking.alerts").expect("a failure");
    assert!(failure.message().contains("on purpose"), "{failure}");
}

#[test]
fn what_cannot_be_told_before_the_end_is_counted_as_lost_with_it() {
    let alone = alone();
    let hanging: fn() -> AlertHandled<'static> = || Box::pin(std::future::pending());
    let builder = watching("keep_state: false").alert_rule(rule("end_level"));
    let telemetry = builder.alert_handler("hangs", Bad(hanging)).build().expect("it is legal");
    set("end_level", 20.0);
    alone.pass();
    until("it hangs", || telemetry.alerts().handlers[0].waiting == 1);
    let begun = Instant::now();
    // Whether it ended in time is not the question: it returns in time.
    let _ = telemetry.shutdown(Duration::from_millis(300));
    assert!(begun.elapsed() < SOON);
    until("it is counted", || telemetry.alerts().handlers[0].lost == 1);
    assert_eq!(account(&telemetry, "hangs", 1, [("dropped", "shutdown")]), [1]);
}

#[test]
fn a_server_that_refuses_is_not_asked_again_and_its_words_hold_no_secret() {
    let alone = alone();
    let app = Router::new()
        .route("/hook/{token}", post(|| async { (StatusCode::NOT_FOUND, "no /hook/s3cr3ts3cr3t here") }));
    let url = format!("http://{}/hook/s3cr3ts3cr3t", serve(app));
    let yaml = format!("enabled: true, keep_state: false, handlers: [webhook], webhook: {{ url: '{url}' }}");
    let telemetry = watching(&yaml).alert_rule(rule("refused_level")).build().expect("it is legal");
    set("refused_level", 20.0);
    alone.tick(&telemetry);
    assert_eq!(account(&telemetry, "webhook", 1, [("dropped", "refused")]), [1]);
    let shown = format!("{:?} {:?}", telemetry.exporter_failures(), telemetry.alerts());
    assert!(shown.contains("404") && !shown.contains("s3cr3t"), "{shown}");
}
