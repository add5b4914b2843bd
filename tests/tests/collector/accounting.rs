//! What was added is taken or dropped for a reason, at every sink.

use std::{
    sync::{Arc, Barrier},
    time::Duration,
};

use crate::support::{
    CollectorConfig, EventSeverity, EventType, SOON, Telemetry, account, alone, collecting, collector,
};

#[test]
fn everything_that_is_added_is_taken() {
    let _alone = alone();
    let telemetry = collecting(CollectorConfig::default());
    let events = collector(&telemetry);
    for millis in 1..=100 {
        events.add_performance_event("fetch", Duration::from_millis(millis), "finnhub");
    }
    for _ in 0..25 {
        events.add_error_event(&std::fmt::Error, "finnhub", "fetch");
    }
    events.add_metric_event("cpu_usage", 75.5, &[("provider", "host1"), ("core", "0")]);
    telemetry.flush(SOON).expect("in time");

    let aggregated = events.aggregated();
    assert_eq!(aggregated.windows.len(), 3);
    for window in &aggregated.windows {
        let row = window.get(EventType::Performance, "finnhub", "fetch").expect("a row");
        assert_eq!((row.count, row.error_rate), (100, Some(0.2)));
        assert_eq!((row.min, row.max), (Some(0.001), Some(0.1)));
        assert!((row.mean.expect("values") - 0.0505).abs() < 1e-9);
        assert!((row.p95.expect("values") - 0.095).abs() < 0.095 * 0.016, "{row:?}");
        assert!(window.get(EventType::Metric, "host1", "cpu_usage").is_some());
    }
    assert_eq!(account(&telemetry, "windows", 126, [("exported", "")]), [126]);
    let told = telemetry_runtime::Accounting::of(&telemetry.snapshot()).to_string();
    assert!(told.contains("telemetry: 126 events: windows exported 126, fell back 0, 0 live"), "{told}");
    let text = serde_json::to_string(&aggregated).expect("JSON");
    let read: telemetry_runtime::Aggregated = serde_json::from_str(&text).expect("the same");
    let counts = |aggregated: &telemetry_runtime::Aggregated| {
        let rows = aggregated.windows.iter().flat_map(|window| &window.rows);
        rows.map(|row| (row.event_type, row.operation.clone(), row.count)).collect::<Vec<_>>()
    };
    assert_eq!(counts(&read), counts(&aggregated));
}

#[test]
fn filters_and_the_programs_function_leave_events_out() {
    let _alone = alone();
    let mut config = CollectorConfig::default();
    config.filters.types = vec![EventType::Performance, EventType::Error];
    config.filters.providers = vec!["a".to_owned()];
    let telemetry = Telemetry::builder().collector(config).transform_events(|mut event| {
        assert!(event.operation != "panic", "asked for");
        event.operation.push('!');
        match &*event.operation {
            "nothing!" => None,
            "infinite!" => {
                event.value = Some(f64::INFINITY);
                Some(event)
            }
            _ => Some(event),
        }
    });
    let telemetry = telemetry.build().expect("it is legal");
    let events = collector(&telemetry);
    for name in ["kept", "nothing", "panic", "panic", "infinite"] {
        events.add_performance_event(name, Duration::from_secs(1), "a");
    }
    events.add_performance_event("kept", Duration::from_secs(1), "b");
    events.add_metric_event("kept", 1.0, &[("provider", "a")]);
    events.add_metric_event("kept", f64::NAN, &[]);
    telemetry.flush(SOON).expect("in time");

    let rows = &events.aggregated().windows[0].rows;
    assert_eq!(rows.iter().map(|row| &*row.operation).collect::<Vec<_>>(), ["kept!"]);
    let wanted =
        [("exported", ""), ("dropped", "filtered"), ("dropped", "transform"), ("dropped", "serialize")];
    assert_eq!(account(&telemetry, "windows", 8, wanted), [1, 3, 2, 2]);
}

#[test]
fn less_severe_events_are_filtered_and_nothing_is_added_up_where_that_is_off() {
    let _alone = alone();
    let mut config = CollectorConfig::default();
    config.filters.severity = EventSeverity::Error;
    let telemetry = collecting(config);
    collector(&telemetry).add_performance_event("x", Duration::ZERO, "a");
    collector(&telemetry).add_error_event(&std::fmt::Error, "a", "x");
    telemetry.flush(SOON).expect("in time");
    let wanted = [("exported", ""), ("dropped", "filtered")];
    assert_eq!(account(&telemetry, "windows", 2, wanted), [1, 1]);
    drop(telemetry);

    let mut config = CollectorConfig::default();
    config.processing.aggregate = false;
    let telemetry = collecting(config);
    collector(&telemetry).add_metric_event("x", 1.0, &[]);
    telemetry.flush(SOON).expect("in time");
    assert_eq!(collector(&telemetry).aggregated().windows, []);
    assert_eq!(telemetry.snapshot().sum("telemetry_events_total", &[]), 0);
}

#[test]
fn more_than_fits_is_dropped_and_counted() {
    let _alone = alone();
    // Slower than anybody adds.
    let (begin, go) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (told, wait) = (Arc::clone(&begin), Arc::clone(&go));
    let mut config = CollectorConfig::default();
    config.max_events = 10;
    config.batch_size = 10;
    let telemetry = Telemetry::builder().collector(config).transform_events(move |event| {
        if event.operation == "first" {
            told.wait();
            wait.wait();
        }
        Some(event)
    });
    let telemetry = telemetry.build().expect("it is legal");
    let events = collector(&telemetry);
    events.add_metric_event("first", 0.0, &[]);
    begin.wait();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..100).for_each(|_| events.add_metric_event("more", 0.0, &[])));
        }
    });
    go.wait();
    telemetry.flush(SOON).expect("in time");
    let wanted = [("exported", ""), ("dropped", "queue_full")];
    assert_eq!(account(&telemetry, "windows", 401, wanted), [11, 390]);
}

#[test]
fn what_comes_after_the_end_is_counted_as_lost_with_it() {
    let _alone = alone();
    let telemetry = collecting(CollectorConfig::default());
    collector(&telemetry).add_metric_event("x", 1.0, &[]);
    telemetry.shutdown(SOON).expect("in time");
    collector(&telemetry).add_metric_event("x", 1.0, &[]);
    let wanted = [("exported", ""), ("dropped", "shutdown")];
    assert_eq!(account(&telemetry, "windows", 2, wanted), [1, 1]);
}
