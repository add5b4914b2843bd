//! What the `metrics` macros of any library say, in our registry.

use metrics::{counter, describe_counter, gauge, histogram, with_local_recorder};
use telemetry::{Snapshot, Value, prometheus, testing::TestTelemetry};
use telemetry_runtime as telemetry;

fn text(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    prometheus::render(snapshot, prometheus::Format::Text, &mut out);
    out
}

#[test]
fn macros_land_in_the_registry() {
    let telemetry = TestTelemetry::new();
    with_local_recorder(&telemetry.recorder(), || {
        describe_counter!("jobs_total", "Jobs done.");
        for _ in 0..3 {
            counter!("jobs_total", "queue" => "a").increment(2);
        }
        counter!("jobs_total", "queue" => "b").absolute(7);
        gauge!("depth").set(4.5);
        gauge!("depth").decrement(1.0);
        for value in [0.002, 0.3, f64::NAN, f64::INFINITY] {
            histogram!("job_seconds").record(value);
        }
    });
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.value("jobs_total", &[("queue", "a")]), Some(&Value::Counter(6)));
    assert_eq!(snapshot.value("jobs_total", &[("queue", "b")]), Some(&Value::Counter(7)));
    assert_eq!(snapshot.value("depth", &[]), Some(&Value::Gauge(3.5)));
    let Some(Value::Histogram(seconds)) = snapshot.value("job_seconds", &[]) else { panic!("no histogram") };
    assert_eq!((seconds.count(), seconds.sum()), (2, 0.302), "what is not finite is left out");
    assert!(text(&snapshot).contains("# HELP jobs_total Jobs done.\n"));
}

#[test]
fn the_exposition_stays_legal_whatever_is_registered() {
    let telemetry = TestTelemetry::new();
    with_local_recorder(&telemetry.recorder(), || {
        counter!("a.b").increment(1);
        counter!("a_b").increment(10);
        gauge!("a.b").set(5.0);
        counter!("").increment(1);
        counter!("9lives", "the.key" => "v\"\n\\", "__x" => "1").increment(1);
        counter!("order", "x" => "1", "y" => "2").increment(1);
        counter!("order", "y" => "2", "x" => "1").increment(1);
        histogram!("sizes", "le" => "mine").record(1.0);
        counter!("adapter_requests_total", "provider" => "fake").increment(1);
    });
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.value("a_b", &[]), Some(&Value::Counter(1)), "the first meaning of a name stands");
    assert_eq!(snapshot.value("order", &[("x", "1"), ("y", "2")]), Some(&Value::Counter(2)), "one series");
    assert_eq!(snapshot.value("sizes", &[("exported_le", "mine")]).map(|_| ()), Some(()));
    assert_eq!(snapshot.sum("adapter_requests_total", &[("provider", "fake")]), 0);
    let text = text(&snapshot);
    assert!(text.contains(r#"_lives{exported_x="1",the_key="v\"\n\\"} 1"#), "{text}");
    let mut series: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.rsplit_once(' '))
        .map(|s| s.0)
        .collect();
    let all = series.len();
    series.sort_unstable();
    series.dedup();
    assert_eq!(series.len(), all, "no series twice:\n{text}");
}

#[test]
fn label_sets_are_bounded_and_the_total_stays_exact() {
    let telemetry = TestTelemetry::new();
    with_local_recorder(&telemetry.recorder(), || {
        for id in 0..5000 {
            counter!("bomb_total", "id" => id.to_string()).increment(1);
        }
    });
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("bomb_total", &[]), 5000);
    assert_eq!(snapshot.sum("bomb_total", &[("otel_metric_overflow", "true")]), 3000);
    assert_eq!(snapshot.family("bomb_total").map(|family| family.series.len()), Some(2001));
}

#[test]
fn threads_add_up() {
    let telemetry = TestTelemetry::new();
    let recorder = telemetry.recorder();
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                with_local_recorder(&recorder, || {
                    (0..10_000).for_each(|_| counter!("hits_total", "k" => "v").increment(1));
                });
            });
        }
    });
    assert_eq!(telemetry.snapshot().sum("hits_total", &[]), 80_000);
}
