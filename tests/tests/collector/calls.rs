//! Calls as events.

use telemetry_runtime::{ErrorType, Operation};

use crate::support::{CollectorConfig, EventType, SOON, alone, collecting, collector, events_of, persisted};

#[derive(Debug)]
struct Down;

impl std::fmt::Display for Down {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GET https://user:pass@host/x?key=s3cret failed")
    }
}

impl ErrorType for Down {
    fn error_type(&self) -> &'static str {
        "down"
    }
}

#[test]
fn every_call_that_ends_is_an_event_if_asked_for() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let mut config = persisted(&path);
    config.calls = true;
    let telemetry = collecting(config);
    let operation = Operation::new("collected", "call");
    operation.run(|| ());
    operation.run(|| ());
    operation.start().error(&Down);
    drop(operation.start());
    telemetry.flush(SOON).expect("in time");

    let minute = &collector(&telemetry).aggregated().windows[0];
    let row = |event_type| minute.get(event_type, "collected", "call").expect("a row");
    assert_eq!(row(EventType::Performance).count, 3);
    assert_eq!((row(EventType::Error).count, row(EventType::Error).error_rate), (1, Some(0.25)));
    assert!(row(EventType::Error).max.is_some(), "a failed call takes time too");

    let events = events_of(&path);
    let statuses: Vec<_> = events.iter().map(|event| event.status.as_deref().expect("a status")).collect();
    assert_eq!(statuses, ["success", "success", "error", "cancelled"]);
    let error = events[2].error.as_ref().expect("an error");
    assert_eq!(error.error_type, "down");
    let message = error.message.as_deref().expect("a message");
    assert!(message.starts_with("GET https://host/x") && !message.contains("s3cret"), "{message}");
}

#[test]
fn calls_are_no_events_by_default() {
    let _alone = alone();
    let telemetry = collecting(CollectorConfig::default());
    Operation::new("collected", "nobody_asked").run(|| ());
    telemetry.flush(SOON).expect("in time");
    assert_eq!(telemetry.snapshot().sum("telemetry_events_started_total", &[]), 0);
}
