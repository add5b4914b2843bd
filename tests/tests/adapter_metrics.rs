//! What adapters count by hand.

use std::time::Duration;

use telemetry::{AdapterMetrics, Outcome, Snapshot, Value, testing::TestTelemetry};
use telemetry_runtime as telemetry;

const PROVIDER: [(&str, &str); 1] = [("provider", "feed")];

fn rate(snapshot: &Snapshot) -> Option<f64> {
    match snapshot.value("adapter_success_rate", &PROVIDER) {
        Some(Value::Gauge(rate)) => Some(*rate),
        None => None,
        other => panic!("a gauge, not {other:?}"),
    }
}

#[test]
fn every_family_counts_by_its_labels() {
    let telemetry = TestTelemetry::new();
    let metrics = AdapterMetrics::new("feed");
    metrics.cache_hit("quotes");
    metrics.cache_hits("quotes").inc_by(2);
    metrics.cache_miss("quotes");
    metrics.data_volume("json", 700);
    metrics.data_volume("json", 324);
    metrics.rate_limited();
    metrics.connection_error();
    metrics.connection_error();
    metrics.timeout("quote");
    let snapshot = telemetry.snapshot();
    let quotes = [("provider", "feed"), ("cache_type", "quotes")];
    assert_eq!(snapshot.sum("adapter_cache_hits_total", &quotes), 3);
    assert_eq!(snapshot.sum("adapter_cache_misses_total", &quotes), 1);
    let json = [("provider", "feed"), ("data_type", "json")];
    assert_eq!(snapshot.sum("adapter_data_volume_total", &json), 1024);
    assert_eq!(snapshot.sum("adapter_rate_limited_total", &PROVIDER), 1);
    assert_eq!(snapshot.sum("adapter_connection_errors_total", &PROVIDER), 2);
    let quote = [("provider", "feed"), ("operation", "quote")];
    assert_eq!(snapshot.sum("adapter_timeouts_total", &quote), 1);
}

#[test]
fn calls_stand_in_the_families_of_all_calls() {
    let telemetry = TestTelemetry::new();
    let metrics = AdapterMetrics::new("feed");
    metrics.start("quote").success();
    drop(metrics.start("quote"));
    metrics.record("quote", Outcome::Success, Duration::from_millis(30));
    metrics.record("quote", Outcome::error("closed"), Duration::from_secs(2));
    let batch = [Outcome::Rejected, Outcome::Panicked, Outcome::Cancelled];
    metrics.record_batch("quote", batch.map(|outcome| (outcome, Duration::from_secs(1))));
    let calls = telemetry.call("feed", "quote");
    calls.assert_none_active();
    let statuses =
        ["success", "error", "rejected", "panicked", "cancelled"].map(|status| calls.status(status));
    assert_eq!(statuses, [2, 1, 1, 1, 2]);
    assert_eq!(calls.errors("closed"), 1);
    let durations = calls.durations().expect("measured");
    // Those that were started took no time on this clock, and a rejected call took none at all.
    assert_eq!(durations.count(), 6);
    assert!((durations.sum() - 4.03).abs() < 1e-9, "{}", durations.sum());
}

#[test]
fn the_success_rate_looks_back_five_minutes_and_leaves_cancelled_calls_out() {
    let telemetry = TestTelemetry::new();
    let metrics = AdapterMetrics::new("feed");
    assert_eq!(rate(&telemetry.snapshot()), None, "nothing was called");
    let record = |outcome| metrics.record("quote", outcome, Duration::ZERO);
    record(Outcome::Cancelled);
    assert_eq!(rate(&telemetry.snapshot()), None, "nothing was answered");
    let outcomes = [Outcome::Success, Outcome::Success, Outcome::error("x"), Outcome::Rejected];
    outcomes.into_iter().for_each(record);
    assert_eq!(rate(&telemetry.snapshot()), Some(0.5));
    // Whoever reads moves the window, in steps of ten seconds.
    telemetry.advance(Duration::from_secs(20));
    assert_eq!(rate(&telemetry.snapshot()), Some(0.5));
    telemetry.advance(Duration::from_secs(180));
    (0..4).for_each(|_| record(Outcome::Success));
    assert_eq!(rate(&telemetry.snapshot()), Some(0.75));
    telemetry.advance(Duration::from_secs(150));
    assert_eq!(rate(&telemetry.snapshot()), Some(1.0), "the first calls have left the window");
    telemetry.advance(Duration::from_secs(400));
    assert_eq!(rate(&telemetry.snapshot()), None, "nothing was called for five minutes");
}
