//! Labels made of ids.

use std::time::Duration;

use metrics::{counter, with_local_recorder};
use telemetry::{Metrics, Settings, Telemetry, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use crate::support::{faults_with, listen};

#[test]
fn the_limit_of_one_metric_wins_and_the_rest_is_summed_up() {
    listen();
    let jobs =
        Metrics::new("limited", "").with_cardinality_limit(3).counter("jobs_total", "Jobs.", ["kind", "id"]);
    for id in 0..10 {
        jobs.with(["import", &id.to_string()]).inc_by(2);
        jobs.with(["import", &id.to_string()]).inc();
    }
    let snapshot = telemetry::Snapshot::take();
    assert_eq!(snapshot.sum("limited_jobs_total", &[]), 30);
    assert_eq!(snapshot.sum("limited_jobs_total", &[("otel_metric_overflow", "true")]), 21);
    let asked = snapshot.sum("telemetry_metric_overflow_total", &[("metric", "limited_jobs_total")]);
    assert_eq!(asked, 14, "two for each of seven ids");
    assert_eq!(faults_with(&["limited_jobs_total", "`id` has the most values"]), 1);
}

#[test]
fn the_same_bomb_through_the_macros() {
    let telemetry = TestTelemetry::new();
    with_local_recorder(&telemetry.recorder(), || {
        for id in 0..100_000 {
            counter!("macro_bomb_total", "id" => id.to_string()).increment(1);
        }
    });
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("macro_bomb_total", &[]), 100_000);
    assert_eq!(snapshot.family("macro_bomb_total").map(|family| family.series.len()), Some(2001));
}

#[test]
fn series_that_nobody_feeds_are_left_out_and_come_back() {
    let telemetry = TestTelemetry::new();
    telemetry.expire_series_after(Duration::from_secs(60));
    let metrics = Metrics::new("idle", "");
    let jobs = metrics.counter("jobs_total", "Jobs.", ["tenant"]);
    let kept = jobs.with(["kept"]);
    kept.inc();
    jobs.with(["gone"]).inc();
    let level = metrics.gauge("level", "Level.", ["tenant"]);
    level.with(["steady"]).set(1.0);
    let series = |name| telemetry.snapshot().family(name).map_or(0, |family| family.series.len());
    assert_eq!((series("idle_jobs_total"), series("idle_level")), (2, 1));
    for _ in 0..3 {
        telemetry.advance(Duration::from_secs(40));
        kept.inc();
        // The same value again is news all the same.
        level.with(["steady"]).set(1.0);
        let _ = telemetry.snapshot();
    }
    assert_eq!((series("idle_jobs_total"), series("idle_level")), (1, 1));
    telemetry.advance(Duration::from_secs(61));
    assert_eq!((series("idle_jobs_total"), series("idle_level")), (0, 0));
    kept.inc();
    jobs.with(["gone"]).inc();
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.family("idle_jobs_total").map(|family| family.series.len()), Some(2));
}

#[test]
fn settings_declare_metrics_and_their_limits() {
    listen();
    let yaml = "
metrics:
  series_expire_after: 1h
  custom:
    declared_jobs_total: { type: counter, help: Jobs., labels: [queue], cardinality_limit: 1 }
    declared_size_bytes: { type: histogram, help: Sizes., buckets: [1, 10] }
    declared_level: { type: gauge }
telemetry: { enabled: true }
exporters: []";
    let settings = Settings::from_yaml_str(yaml).expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("nothing to fail");
    let metrics = Metrics::new("declared", "");
    let family = |name| metrics.collect(name).expect("declared");
    assert_eq!(family("level").series.len(), 1, "there from the start");
    assert_eq!((&*family("jobs_total").help, family("jobs_total").series.len()), ("Jobs.", 0));
    metrics.counter("jobs_total", "Jobs.", ["queue"]).with(["a"]).inc();
    metrics.counter("jobs_total", "Jobs.", ["queue"]).with(["b"]).inc();
    metrics.histogram("size_bytes", "Sizes.", []).observe(3.0);
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("declared_jobs_total", &[("otel_metric_overflow", "true")]), 1);
    let Some(telemetry::Value::Histogram(size)) = snapshot.value("declared_size_bytes", &[]) else {
        panic!()
    };
    assert_eq!((size.bounds(), size.count()), (&[1.0, 10.0][..], 1));
    let other = metrics.try_counter("jobs_total", "Jobs.", ["line"]).expect_err("other labels");
    assert!(other.to_string().contains("(queue)"), "{other}");
}

#[test]
fn a_declared_name_that_is_taken_is_a_fault() {
    listen();
    let yaml = "metrics: { custom: { adapter_x_total: { type: counter } } }\nexporters: []";
    let settings = Settings::from_yaml_str(yaml).expect("legal");
    drop(Telemetry::builder().settings(settings).build().expect("telemetry is never the program's end"));
    assert_eq!(faults_with(&["metrics.custom", "adapter_x_total", "another prefix"]), 1);
}
