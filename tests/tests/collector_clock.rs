//! Windows of a collector whose clock is moved by hand. One test, because the clock is the process's.

use std::time::Duration;

use telemetry_runtime::{Clock, CollectorConfig, EventType, Telemetry};

const SOON: Duration = Duration::from_secs(60);

#[test]
fn events_leave_the_windows_as_the_clock_moves() {
    let (clock, hands) = Clock::manual();
    let telemetry = Telemetry::builder().clock(clock).collector(CollectorConfig::default()).build();
    let telemetry = telemetry.expect("it is legal");
    let events = telemetry.collector().expect("it was asked for");
    let counts = || {
        let aggregated = events.aggregated();
        let count = |window: &telemetry_runtime::WindowAggregates| {
            window.get(EventType::Performance, "p", "quote").map_or(0, |row| row.count)
        };
        aggregated.windows.iter().map(count).collect::<Vec<_>>()
    };
    let add = || {
        events.add_performance_event("quote", Duration::from_millis(1), "p");
        telemetry.flush(SOON).expect("in time");
    };
    add();
    hands.advance(Duration::from_secs(30));
    add();
    assert_eq!(counts(), [2, 2, 2]);
    hands.advance(Duration::from_secs(40));
    assert_eq!(counts(), [1, 2, 2]);
    hands.advance(Duration::from_secs(40));
    assert_eq!(counts(), [0, 2, 2]);
    hands.advance(Duration::from_secs(300));
    assert_eq!(counts(), [0, 0, 2]);
    add();
    assert_eq!(counts(), [1, 1, 3]);
    hands.advance(Duration::from_secs(3600));
    assert_eq!(counts(), [0, 0, 0]);
}
