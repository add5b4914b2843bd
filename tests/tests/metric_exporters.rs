//! Ways out for metrics: the program's own, and those of the settings against receivers on the loopback interface.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    routing::{post, put},
};
use serde_json::Value as Json;
use telemetry::{
    MetricExport, MetricExporter, Metrics, Operation, Settings, Snapshot, Telemetry, TelemetryBuilder, Value,
};
use telemetry_runtime as telemetry;
use telemetry_tests::serve;

const IN_TIME: Duration = Duration::from_secs(30);

fn builder(yaml: &str) -> TelemetryBuilder {
    let settings = Settings::from_yaml_str(yaml).expect("legal");
    Telemetry::builder().settings(settings).on_fault(|_| {})
}

/// Snapshots by result and reason.
fn exports(snapshot: &Snapshot, exporter: &str, result: &str, reason: &str) -> u64 {
    let labels = [("exporter", exporter), ("result", result), ("reason", reason)];
    snapshot.sum("telemetry_metric_exports_total", &labels)
}

fn live(snapshot: &Snapshot, exporter: &str) -> f64 {
    match snapshot.value("telemetry_metric_exports_live", &[("exporter", exporter)]) {
        Some(Value::Gauge(live)) => *live,
        other => panic!("a gauge, not {other:?}"),
    }
}

/// Does with each snapshot what it is told.
struct Told(Arc<dyn Fn(&Snapshot) -> Answer + Send + Sync>);

enum Answer {
    Taken,
    Failed,
    Never,
}

impl MetricExporter for Told {
    fn export<'a>(&'a mut self, snapshot: &'a Snapshot) -> MetricExport<'a> {
        Box::pin(async move {
            match (self.0)(snapshot) {
                Answer::Taken => Ok(()),
                Answer::Failed => Err("not today".into()),
                Answer::Never => std::future::pending().await,
            }
        })
    }
}

fn telling(
    yaml: &str,
    name: &'static str,
    answer: impl Fn(&Snapshot) -> Answer + Send + Sync + 'static,
) -> Telemetry {
    builder(yaml).metric_exporter(name, Told(Arc::new(answer))).build().expect("nothing to fail")
}

#[test]
fn an_exporter_of_the_program_gets_snapshots_on_time_at_a_flush_and_at_the_end() {
    let (sender, seen) = mpsc::channel();
    let telemetry = telling("metrics: { export_interval: 20ms }\nexporters: []", "own", move |snapshot| {
        // Nobody may listen any more.
        let _ = sender.send(snapshot.sum("own_jobs_total", &[]));
        Answer::Taken
    });
    let jobs = Metrics::new("own", "").counter("jobs_total", "Jobs.", []);
    jobs.inc();
    telemetry.flush(IN_TIME).expect("nothing hangs");
    assert!(seen.try_iter().any(|jobs| jobs == 1), "the flush brought it");
    let by_itself = seen.recv_timeout(IN_TIME).expect("another one comes by itself");
    assert_eq!(by_itself, 1);
    jobs.inc();
    telemetry.shutdown(IN_TIME).expect("nothing hangs");
    assert_eq!(seen.try_iter().last(), Some(2), "the end brought the last one");
    let snapshot = telemetry.snapshot();
    assert!(exports(&snapshot, "own", "exported", "") >= 3);
    assert_eq!(
        (snapshot.sum("telemetry_metric_exports_total", &[("result", "dropped")]), live(&snapshot, "own")),
        (0, 0.0)
    );
}

#[test]
fn what_fails_or_panics_is_counted_and_the_next_snapshot_says_more() {
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let telemetry =
        telling("exporters: []", "moody", move |_| match counted.fetch_add(1, Ordering::SeqCst) {
            0..3 => Answer::Failed,
            3 => panic!("not at all"),
            _ => Answer::Taken,
        });
    for _ in 0..3 {
        telemetry.flush(IN_TIME).expect("nothing hangs");
    }
    let snapshot = telemetry.snapshot();
    let result = |result, reason| exports(&snapshot, "moody", result, reason);
    assert_eq!(result("dropped", "retries_exhausted"), 1, "after three tries");
    assert_eq!(result("dropped", "refused"), 1, "a panic is not tried again");
    assert_eq!((result("exported", ""), calls.load(Ordering::SeqCst)), (1, 5));
    let failure = telemetry.exporter_failures();
    assert!(failure.iter().any(|failure| failure.exporter() == "moody" && failure.reason() == "panicked"));
}

#[test]
fn one_that_hangs_holds_up_neither_spans_nor_the_end() {
    let telemetry = telling("exporters: []", "hanging", |_| Answer::Never);
    assert!(telemetry.flush(Duration::from_millis(100)).is_err(), "it waits no longer than it was told to");
    let begun = Instant::now();
    let _ = telemetry.shutdown(Duration::from_millis(300));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let until = Instant::now() + IN_TIME;
    let settled = loop {
        let snapshot = telemetry.snapshot();
        if live(&snapshot, "hanging") == 0.0 {
            break snapshot;
        }
        assert!(Instant::now() < until, "what hung is not counted");
        std::thread::sleep(Duration::from_millis(5));
    };
    let dropped =
        settled.sum("telemetry_metric_exports_total", &[("exporter", "hanging"), ("result", "dropped")]);
    assert!(dropped >= 1 && exports(&settled, "hanging", "exported", "") == 0);
}

/// What the receivers have got.
#[derive(Default)]
struct Got {
    pushed: Mutex<String>,
    otlp: Mutex<Json>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn receivers() -> (SocketAddr, Arc<Got>) {
    let got = Arc::<Got>::default();
    let (pushed, otlp) = (Arc::clone(&got), Arc::clone(&got));
    let push = move |body: String| async move { *locked(&pushed.pushed) = body };
    let metrics = move |body: Bytes| async move {
        *locked(&otlp.otlp) = serde_json::from_slice(&body).expect("JSON");
        "{}"
    };
    let app = Router::new().route("/metrics/job/all", put(push)).route("/v1/metrics", post(metrics));
    (serve(app), got)
}

/// The sum of a counter's data points.
fn otlp_sum(json: &Json, name: &str) -> u64 {
    let metrics = json["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().expect("a list");
    let metric = metrics.iter().find(|metric| metric["name"] == name).expect("a metric");
    let points = metric["sum"]["dataPoints"].as_array().expect("a list").iter();
    points
        .map(|point| point["asInt"].as_str().and_then(|count| count.parse::<u64>().ok()).expect("a count"))
        .sum()
}

fn text_sum(text: &str, name: &str) -> u64 {
    let lines = text.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with('{')));
    lines
        .map(|line| line.rsplit(' ').next().and_then(|count| count.parse::<u64>().ok()).expect("a count"))
        .sum()
}

/// Counts by name, each line being what was added.
fn add_statsd(datagram: &str, sums: &mut BTreeMap<String, u64>) {
    for line in datagram.lines() {
        let (name, rest) = line.split_once(':').expect(line);
        if let Some((count, _)) = rest.split_once("|c")
            && let Ok(count) = count.parse::<u64>()
        {
            *sums.entry(name.to_owned()).or_default() += count;
        }
    }
}

#[test]
fn all_ways_out_tell_the_same() {
    let (address, got) = receivers();
    let statsd = UdpSocket::bind("127.0.0.1:0").expect("a port");
    statsd.set_read_timeout(Some(Duration::from_millis(20))).expect("a setting");
    let telemetry = builder(&format!(
        "metrics:
  push_gateway: {{ endpoint: 'http://{address}', job: all }}
  statsd: {{ address: '{}', flavor: dogstatsd }}
  otlp: {{ enabled: true }}
tracing: {{ enabled: false }}
exporters: [{{ provider: otlp, otlp: {{ endpoint: 'http://{address}', protocol: http/json }} }}]",
        statsd.local_addr().expect("an address")
    ));
    let telemetry = telemetry.build().expect("nothing to fail");
    let jobs = Metrics::new("all", "").counter("jobs_total", "Jobs.", ["queue"]);
    let mut statsd_sums = BTreeMap::new();
    for round in 1..=3_u64 {
        for number in 0..100 {
            jobs.with([if number % 2 == 0 { "even" } else { "odd" }]).inc_by(round);
            Operation::new("all", "ways").run(|| ());
        }
        telemetry.flush(IN_TIME).expect("nothing hangs");
        let mut buffer = [0; 65_536];
        // Its last datagram comes before the flush ends; a moment without one means that there is none.
        while let Ok(size) = statsd.recv(&mut buffer) {
            add_statsd(std::str::from_utf8(&buffer[..size]).expect("text"), &mut statsd_sums);
        }
        let snapshot = telemetry.snapshot();
        let calls = snapshot.sum("adapter_requests_total", &[("provider", "all")]);
        assert_eq!((calls, snapshot.sum("all_jobs_total", &[])), (100 * round, 50 * round * (round + 1)));
        let pushed = locked(&got.pushed).clone();
        let otlp = locked(&got.otlp).clone();
        let expected = snapshot.sum("all_jobs_total", &[]);
        assert_eq!(text_sum(&pushed, "all_jobs_total"), expected, "push gateway");
        assert_eq!(otlp_sum(&otlp, "all_jobs_total"), expected, "OTLP");
        assert_eq!(statsd_sums["all_jobs_total"], expected, "StatsD");
        let calls = snapshot.sum("adapter_requests_total", &[]);
        assert_eq!(text_sum(&pushed, "adapter_requests_total"), calls);
        assert_eq!(otlp_sum(&otlp, "adapter_requests_total"), calls);
        assert_eq!(statsd_sums["adapter_requests_total"], calls);
        assert_eq!(statsd_sums["adapter_request_duration_seconds.count"], calls);
    }
}

#[test]
fn the_process_and_telemetry_tell_of_themselves() {
    let settings = "service: { name: shop, version: '1.2' }\nexporters: []";
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let telemetry = {
        let _entered = runtime.enter();
        builder(settings).build().expect("nothing to fail")
    };
    // Telemetry that nobody uses keeps next to nothing.
    Metrics::new("kept", "").counter("calls_total", "Calls.", ["of"]).with(["it"]).inc();
    let until = Instant::now() + IN_TIME;
    let snapshot = loop {
        let snapshot = telemetry.snapshot();
        match snapshot.value("telemetry_self_cpu_seconds_total", &[]) {
            // There from the beginning, at zero until the thread has run.
            Some(Value::Amount(seconds)) if *seconds > 0.0 => break snapshot,
            Some(Value::Amount(_)) => {}
            other => panic!("{other:?}"),
        }
        assert!(Instant::now() < until, "the thread has not told what it costs");
        std::thread::sleep(Duration::from_millis(5));
    };
    let gauge = |name: &str| match snapshot.value(name, &[]) {
        Some(Value::Gauge(value) | Value::Amount(value)) => *value,
        other => panic!("{name} is {other:?}"),
    };
    let build = snapshot.family("build_info").expect("it is there");
    if build.series[0].labels.get("service") == Some("shop") {
        assert_eq!(build.series[0].labels.get("version"), Some("1.2"));
    }
    assert!(gauge("process_resident_memory_bytes") > 1e6);
    assert!(gauge("process_cpu_seconds_total") >= 0.0 && gauge("process_open_fds") > 2.0);
    assert!(gauge("telemetry_self_memory_bytes") > 1000.0);
    assert!(gauge("telemetry_self_cpu_seconds_total") > 0.0);
    drop(telemetry);
}
