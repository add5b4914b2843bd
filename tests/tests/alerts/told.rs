//! From a metric to a handler and to the accounts.

use crate::support::{AlertState, Recorder, Telemetry, account, alone, rule, set, telemetry};

#[test]
fn a_crossing_is_told_once_and_its_end_once() {
    let alone = alone();
    let recorder = Recorder::default();
    let telemetry = watching(&recorder);
    for value in [5.0, 11.0, 12.0, 13.0, 4.0, 3.0] {
        set("told_level", value);
        alone.tick(&telemetry);
    }
    assert_eq!(recorder.statuses(), ["firing", "resolved"]);
    assert_eq!(account(&telemetry, "recorder", 2, [("delivered", "")]), [2]);
    let accounting = telemetry::Accounting::of(&telemetry.snapshot()).to_string();
    assert!(accounting.contains("2 alerts: recorder delivered 2, 0 live"), "{accounting}");
    let report = telemetry.alerts();
    assert_eq!((report.rules[0].state, report.rules[0].value), (AlertState::Inactive, Some(3.0)));
    assert_eq!(
        (report.handlers[0].delivered, report.handlers[0].lost, report.handlers[0].waiting),
        (2, 0, 0)
    );
    let json = serde_json::to_value(&report).expect("JSON");
    assert_eq!(json["history"][1]["status"], "firing");
    assert_eq!(json["handlers"][0]["breaker"], "closed");
}

#[test]
fn nothing_is_watched_that_nobody_asked_for() {
    let _alone = alone();
    let telemetry = Telemetry::builder().build().expect("it is legal");
    assert_eq!(telemetry.alerts(), telemetry::AlertReport::default());
    assert_eq!(telemetry.snapshot().sum("telemetry_alerts_started_total", &[]), 0);
}

#[test]
fn short_names_and_calls_are_watched_too() {
    let alone = alone();
    let recorder = Recorder::default();
    let yaml = "enabled: true, keep_state: false, rules: [
        { metric: adapter_requests_total, aggregation: ratio, labels: { provider: alert_calls },
          numerator: { status: success }, comparison: '<', threshold: 0.5, message: 'only {value} of {labels.operation}' }]";
    // Counted before the first look, which may come as soon as there is telemetry.
    let operation = telemetry::Operation::new("alert_calls", "load");
    operation.run(|| ());
    let telemetry = crate::support::watching(yaml).alert_handler("recorder", recorder.clone());
    let telemetry = telemetry.build().expect("it is legal");
    alone.tick(&telemetry);
    for _ in 0..3 {
        let _: Result<(), std::fmt::Error> = operation.run(|| Err(std::fmt::Error));
    }
    operation.run(|| ());
    alone.tick(&telemetry);
    let told = recorder.alerts.lock().expect("no panic under the lock");
    assert_eq!(told.iter().map(|alert| &*alert.message).collect::<Vec<_>>(), ["only 0.25 of load"]);
}

fn watching(recorder: &Recorder) -> Telemetry {
    let builder = crate::support::watching("keep_state: false").alert_rule(rule("told_level"));
    builder.alert_handler("recorder", recorder.clone()).build().expect("it is legal")
}
