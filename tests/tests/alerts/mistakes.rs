//! Rules and handlers that cannot be ones.

use std::sync::{Arc, Mutex};

use crate::support::{AlertRule, Recorder, Telemetry, alone, rule, watching};

#[test]
fn a_rule_of_the_program_is_checked_as_one_of_the_settings() {
    type Change = fn(&mut AlertRule);
    let cases: [(Change, &str); 5] = [
        (|rule| rule.threshold = f64::NAN, "alert_rule.threshold: invalid value `NaN`"),
        (|rule| rule.threshold = -1.0, "alert_rule.threshold: invalid value `-1`"),
        (|rule| rule.metric = "no metric".to_owned(), "alert_rule.metric: invalid value `no metric`"),
        (|rule| rule.message = Some("{".to_owned()), "alert_rule.message: invalid value `{`"),
        (|rule| rule.window = std::time::Duration::ZERO, "alert_rule.window: invalid value `0s`"),
    ];
    for (change, expected) in cases {
        let mut rule = rule("jobs_total");
        change(&mut rule);
        let error = Telemetry::builder().alert_rule(rule).build().expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let twice = Telemetry::builder().alert_rule(rule("a")).alert_rule(rule("a")).build();
    assert!(twice.expect_err("two of one name").to_string().contains("alert_rule.name"));
}

#[test]
fn two_handlers_have_two_names() {
    let builder = watching("enabled: true, handlers: [log]").alert_rule(rule("a"));
    let error = builder.alert_handler("log", Recorder::default()).build().expect_err("two of one name");
    assert!(error.to_string().starts_with("alert_handler: invalid value `log`"), "{error}");
}

#[test]
fn a_metric_that_nobody_knows_is_warned_of() {
    let _alone = alone();
    let told = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&told);
    let hook = move |fault: &telemetry_runtime::Fault| kept.lock().expect("no panic").push(fault.to_string());
    let builder = watching("keep_state: false").on_fault(hook).alert_rule(rule("adapter_error_total"));
    let telemetry = builder.build().expect("it is legal");
    drop(telemetry);
    let told = told.lock().expect("no panic under the lock").join("\n");
    assert!(told.contains("did you mean `adapter_errors_total`"), "{told}");
    assert!(told.contains("nobody is told"), "{told}");
}
