//! Rules of a settings file that changes.

use std::fs;

use crate::support::{AlertState, Recorder, Settings, Telemetry, alone, rule, set};

#[test]
fn rules_follow_the_file_and_the_programs_own_stay() {
    let alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("settings.yaml");
    let write = |rules: &str| {
        let yaml = format!("exporters: []\nalerts: {{ enabled: true, keep_state: false, rules: [{rules}] }}");
        fs::write(&file, yaml).expect("a place to write");
    };
    write("{ name: level, metric: reload_level, threshold: 50 }");
    let recorder = Recorder::default();
    let settings = Settings::from_file(&file).expect("legal");
    let builder = Telemetry::builder().settings(settings).alert_rule(rule("own_level"));
    let telemetry = builder.alert_handler("recorder", recorder.clone()).build().expect("it is legal");
    set("reload_level", 20.0);
    set("own_level", 20.0);
    alone.tick(&telemetry);
    assert_eq!(recorder.told(), [("firing", "own_level > 10".to_owned())]);

    write("{ name: level, metric: reload_level, threshold: 10 }");
    telemetry.reload().expect("legal");
    alone.tick(&telemetry);
    assert_eq!(recorder.told()[1..], [("firing", "level".to_owned())]);

    write("{ name: level, metric: reload_level, threshold: 10, message: '{valeu}' }");
    let error = telemetry.reload().expect_err("a mistake").to_string();
    assert!(error.contains("alerts.rules[0].message"), "{error}");
    alone.tick(&telemetry);
    let states: Vec<_> = telemetry.alerts().rules.iter().map(|rule| rule.state).collect();
    assert_eq!(states, [AlertState::Firing; 2], "as before");

    write("");
    telemetry.reload().expect("legal");
    alone.tick(&telemetry);
    assert_eq!(recorder.told()[2..], [("resolved", "level".to_owned())]);
    assert_eq!(telemetry.alerts().rules.len(), 1);
}
