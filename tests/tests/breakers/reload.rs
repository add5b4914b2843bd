//! Thresholds that change while the program runs.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use telemetry::{BreakerConfig, BreakerState, CircuitBreaker, Settings, Telemetry};
use telemetry_runtime as telemetry;

use super::{fail, seconds};

#[test]
fn a_reload_moves_thresholds_and_a_bad_file_changes_nothing() {
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
