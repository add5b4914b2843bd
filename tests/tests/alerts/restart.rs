//! A program that ends while an alert fires, and begins again.

use crate::support::{AlertState, Recorder, SOON, Telemetry, alone, rule, set};

fn start(file: &std::path::Path, recorder: &Recorder) -> Telemetry {
    let yaml = format!("state_file: '{}'", file.display());
    let builder = crate::support::watching(&yaml).alert_rule(rule("restart_level"));
    builder.alert_handler("recorder", recorder.clone()).build().expect("it is legal")
}

#[test]
fn an_alert_goes_on_and_its_end_is_told_once() {
    let alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let (file, recorder) = (place.path().join("alerts.json"), Recorder::default());
    set("restart_level", 20.0);
    let first = start(&file, &recorder);
    alone.tick(&first);
    let since = first.alerts().rules[0].series[0].since;
    first.shutdown(SOON).expect("in time");

    let second = start(&file, &recorder);
    alone.tick(&second);
    alone.tick(&second);
    let rule = &second.alerts().rules[0];
    assert_eq!(rule.state, AlertState::Firing);
    let apart = since.duration_since(rule.series[0].since).unwrap_or_default();
    assert!(apart < std::time::Duration::from_millis(1), "the file is exact to the microsecond");
    assert_eq!(recorder.statuses(), ["firing"]);
    set("restart_level", 1.0);
    alone.tick(&second);
    second.shutdown(SOON).expect("in time");

    let third = start(&file, &recorder);
    alone.tick(&third);
    third.shutdown(SOON).expect("in time");
    assert_eq!(recorder.statuses(), ["firing", "resolved"]);
}
