//! Thresholds that change while the program runs.

use std::{
    fs,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use telemetry::{BreakerConfig, BreakerState, CircuitBreaker, Settings, Telemetry};
use telemetry_runtime as telemetry;
use telemetry_tests::until;

use super::{fail, seconds};

/// Settings of breakers are those of the process, so the tests take turns.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_reload_moves_thresholds_and_a_bad_file_changes_nothing() {
    let _alone = alone();
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("settings.yaml");
    let write = |text: &str| fs::write(&file, text).expect("written");
    write("breakers: { reloaded: { minimum_calls: 50, ignore: [not_found] } }");

    let faults: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&faults);
    let built = Telemetry::builder()
        .settings(Settings::from_file(&file).expect("legal"))
        .on_fault(move |fault| seen.lock().expect("no panic").push(fault.to_string()))
        .build();
    let telemetry = built.expect("legal");
    let stated = BreakerConfig { open_for: seconds(7), ..BreakerConfig::default() };
    let breaker = CircuitBreaker::new("reloaded", stated);
    let untouched = CircuitBreaker::new("reloaded.untouched", stated);
    fail(&breaker, 10);
    fail(&untouched, 10);
    assert_eq!((breaker.config().minimum_calls, breaker.config().ignore), (50, &["not_found"][..]));

    write("breakers: { reloaded: { minimum_calls: 0 } }");
    let error = telemetry.reload().expect_err("a bad file").to_string();
    assert!(error.contains("breakers.reloaded.minimum_calls"), "{error}");
    assert_eq!((breaker.config().minimum_calls, breaker.window().calls), (50, 10));
    let told = faults.lock().expect("no panic").join("\n");
    assert!(told.contains("breakers.reloaded.minimum_calls") && told.contains("stay in force"), "{told}");

    write("breakers: { reloaded: { minimum_calls: 11, failure_rate: 0.9 } }");
    telemetry.reload().expect("legal");
    let config = breaker.config();
    assert_eq!((config.minimum_calls, config.failure_rate, config.open_for), (11, 0.9, seconds(7)));
    assert!(config.ignore.is_empty(), "what the file says no more is as the code stated it");
    assert_eq!(breaker.window().calls, 10, "the window stays");
    fail(&breaker, 1);
    assert_eq!(breaker.state(), BreakerState::Open);

    write("");
    telemetry.reload().expect("legal");
    assert_eq!((breaker.config(), breaker.state()), (stated, BreakerState::Open));
    assert_eq!((untouched.config(), untouched.window().calls), (stated, 10));

    fs::remove_file(&file).expect("there");
    assert!(telemetry.reload().is_err(), "the file that was named is gone");
}

#[test]
fn a_changed_file_is_read_by_itself() {
    let _alone = alone();
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("settings.yaml");
    let write = |rest: &str| {
        fs::write(&file, format!("telemetry: {{ reload_interval: 10ms }}\n{rest}")).expect("written");
    };
    write("breakers: { watched: { minimum_calls: 30, state: metrics_only } }");
    let built = Telemetry::builder().settings(Settings::from_file(&file).expect("legal")).build();
    let _telemetry = built.expect("legal");
    let breaker = CircuitBreaker::new("watched", BreakerConfig::default());
    assert_eq!((breaker.config().minimum_calls, breaker.state()), (30, BreakerState::MetricsOnly));

    write("breakers: { watched: { minimum_calls: 7, state: forced_open } }");
    until("the file was read", || breaker.state() == BreakerState::ForcedOpen);
    assert_eq!(breaker.config().minimum_calls, 7);

    breaker.disable();
    write("breakers: { watched: { minimum_calls: 700, state: forced_open } }");
    until("the file was read", || breaker.config().minimum_calls == 700);
    assert_eq!(breaker.state(), BreakerState::Disabled, "an order that did not change is not given again");

    write("breakers: {}");
    until("the order was taken back", || breaker.state() == BreakerState::Closed);
    assert_eq!(breaker.config(), BreakerConfig::default());
}
