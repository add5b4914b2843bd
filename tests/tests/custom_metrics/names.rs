//! Names that are legal, and those that are not.

use metrics::{counter, with_local_recorder};
use telemetry::{Metrics, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use crate::support::{faults_with, listen, text};

fn refusal(name: &str, labels: [&str; 1]) -> String {
    Metrics::new("", "").try_counter(name, "Help.", labels).expect_err(name).to_string()
}

#[test]
fn illegal_names_labels_and_bounds_are_errors_that_name_the_remedy() {
    for name in ["", "9lives", "a b", "a.b", "a-b", "é", "a:b", "a\nb 1"] {
        let message = refusal(name, ["ok"]);
        assert!(message.contains(&format!("`{name}`")) && message.contains("letters, digits"), "{message}");
    }
    for name in
        ["adapter_mine_total", "telemetry_x", "process_cpu_seconds_total", "build_info", "tokio_workers"]
    {
        assert!(refusal(name, ["ok"]).contains("choose another prefix"), "{name}");
    }
    for label in ["", "__name__", "a b", "le", "quantile", "otel_metric_overflow", "1st"] {
        let message = refusal("legal_total", [label]);
        assert!(message.contains(&format!("`{label}`")) && message.contains("legal_total"), "{message}");
    }
    let twice = Metrics::default().try_gauge("twice", "Help.", ["a", "a"]).expect_err("twice");
    assert!(twice.to_string().contains("each once"), "{twice}");
    for bounds in [&[1.0, 1.0][..], &[2.0, 1.0], &[f64::NAN], &[1.0, f64::INFINITY], &[0.5; 201]] {
        let histogram = Metrics::default().try_histogram_with("bad_seconds", "Help.", [], bounds);
        assert!(histogram.expect_err("bounds").to_string().contains("increasing"), "{bounds:?}");
    }
}

#[test]
fn a_name_that_means_something_else_gives_a_handle_that_nobody_sees() {
    listen();
    let metrics = Metrics::new("clash", "");
    metrics.counter("jobs_total", "Jobs.", ["queue"]).with(["a"]).inc();
    for _ in 0..3 {
        metrics.gauge("jobs_total", "Jobs.", ["queue"]).with(["a"]).set(5.0);
    }
    metrics.counter("jobs_total", "Jobs.", ["line"]).with(["a"]).inc();
    metrics.counter("jobs_total", "Other jobs.", ["queue"]).with(["a"]).inc();
    metrics.counter("jobs_total", "Jobs.", []).inc();
    let clash = |error: telemetry::MetricError| error.to_string();
    let kind = metrics.try_gauge("jobs_total", "Jobs.", ["queue"]).map_err(clash).expect_err("a kind");
    assert!(kind.contains("is a counter already"), "{kind}");
    let labels = metrics.try_counter("jobs_total", "Jobs.", ["line"]).map_err(clash).expect_err("labels");
    assert!(labels.contains("(queue)") && labels.contains("(line)"), "{labels}");
    let help = metrics.try_counter("jobs_total", "Other.", ["queue"]).map_err(clash).expect_err("a help");
    assert!(help.contains("another help already, `Jobs.`"), "{help}");
    let family = metrics.collect("jobs_total").expect("the first");
    assert_eq!((family.series.len(), &*family.help), (1, "Jobs."));
    assert_eq!(telemetry::Snapshot::take().sum("clash_jobs_total", &[]), 1);
    assert_eq!(faults_with(&["clash_jobs_total", "values are not shown"]), 1, "told of once");
}

#[test]
fn lines_of_two_metrics_never_have_one_name() {
    let metrics = Metrics::new("lines", "");
    let _time = metrics.histogram("time", "Time.", []);
    for name in ["time_sum", "time_count", "time_bucket"] {
        let error = metrics.try_gauge(name, "Help.", []).expect_err(name).to_string();
        assert!(error.contains("`lines_time`"), "{error}");
    }
    // OpenMetrics calls the counter's family `lines_done`.
    let _done = metrics.counter("done_total", "Done.", []);
    assert!(metrics.try_gauge("done", "Done.", []).is_err());
}

#[test]
fn names_that_mislead_are_hinted_at_once() {
    listen();
    let metrics = Metrics::new("hints", "");
    for _ in 0..2 {
        let _ = metrics.histogram("wait_ms", "Time.", []);
        let _ = metrics.counter("requests", "Requests.", []);
        let _ = metrics.gauge("free_megabytes", "Free.", []);
        let _ = metrics.counter("fine_total", "Fine.", []);
    }
    assert_eq!(faults_with(&["hints_wait_ms", "_seconds"]), 1);
    assert_eq!(faults_with(&["hints_requests", "_total"]), 1);
    assert_eq!(faults_with(&["hints_free_megabytes", "_bytes"]), 1);
    assert_eq!(faults_with(&["hints_fine"]), 0);
}

#[test]
fn macros_and_typed_metrics_share_families() {
    let telemetry = TestTelemetry::new();
    let typed = Metrics::new("shared", "").counter("jobs_total", "Jobs.", ["queue", "kind"]);
    typed.with(["a", "x"]).inc();
    with_local_recorder(&telemetry.recorder(), || {
        counter!("shared_jobs_total", "kind" => "x", "queue" => "a").increment(2);
        counter!("shared_jobs_total", "queue" => "a").increment(100);
        counter!("shared_jobs_total", "queue" => "a", "other" => "x").increment(100);
    });
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.family("shared_jobs_total").map(|family| family.series.len()), Some(1));
    assert_eq!(snapshot.sum("shared_jobs_total", &[]), 3);
}

#[test]
fn helps_and_values_of_labels_are_escaped() {
    let telemetry = TestTelemetry::new();
    let hostile = Metrics::new("hostile", "").counter("x_total", "A \\ and\nan end.", ["v"]);
    hostile.with(["\"\\\n}{é\u{0}\u{1b}"]).inc();
    let text = text(&telemetry.snapshot());
    assert!(text.contains("# HELP hostile_x_total A \\\\ and\\nan end.\n"), "{text}");
    assert!(text.contains("hostile_x_total{v=\"\\\"\\\\\\n}{é\u{0}\u{1b}\"} 1\n"), "{text}");
}
