//! Several exporters of the settings at once, against receivers on the loopback interface.

use std::{
    net::TcpListener,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, http::StatusCode, routing::post};
use flate2::read::GzDecoder;
use serde_json::{Value as Json, json};
use telemetry::{Operation, Settings, Snapshot, Telemetry, Value};
use telemetry_runtime as telemetry;
use telemetry_tests::{serve, until};

/// A program has one way out for spans, so one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start(exporters: &str) -> Telemetry {
    let yaml = format!(
        "exporters:\n{exporters}\ntracing: {{ batch: {{ max_queue_size: 1000, flush_interval: 10ms }} }}"
    );
    let builder = Telemetry::builder().settings(Settings::from_yaml_str(&yaml).expect("legal"));
    builder.on_fault(|_| {}).build().expect("nothing to fail")
}

fn calls(count: u64) {
    let operation = Operation::new("exporters", "call");
    (0..count).for_each(|_| operation.run(|| ()));
}

fn spans(snapshot: &Snapshot, exporter: &str, result: &str) -> u64 {
    snapshot.sum("telemetry_spans_total", &[("exporter", exporter), ("result", result)])
}

/// Started = exported + fallback + dropped + live, for each exporter.
fn assert_adds_up(snapshot: &Snapshot, exporter: &str, begun: u64) {
    assert_eq!(snapshot.sum("telemetry_spans_started_total", &[]), begun);
    let all = snapshot.sum("telemetry_spans_total", &[("exporter", exporter)]);
    let live = match snapshot.value("telemetry_spans_live", &[("exporter", exporter)]) {
        Some(Value::Gauge(live)) => *live as u64,
        other => panic!("a gauge, not {other:?}"),
    };
    assert_eq!(all + live, begun, "{exporter}");
}

#[test]
fn one_hangs_one_is_dead_and_the_third_loses_nothing() {
    let _alone = alone();
    let hanging = TcpListener::bind("127.0.0.1:0").expect("a port");
    let hanging = (hanging.local_addr().expect("an address"), hanging);
    let dead =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("an address");
    let taken = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&taken);
    let take = move |body: Bytes| async move {
        let spans: Vec<Json> = serde_json::from_slice(&body).expect("a list");
        count.fetch_add(spans.len() as u64, Ordering::SeqCst);
        StatusCode::ACCEPTED
    };
    let alive = serve(Router::new().route("/api/v2/spans", post(take)));
    let telemetry = start(&format!(
        "- {{ provider: jaeger, jaeger: {{ endpoint: 'http://{}' }} }}
- {{ provider: azure_monitor, azure_monitor: {{ connection_string: 'InstrumentationKey=k;IngestionEndpoint=http://{dead}' }} }}
- {{ provider: zipkin, zipkin: {{ endpoint: 'http://{alive}/api/v2/spans' }} }}",
        hanging.0
    ));
    // More than the queues of the other two hold, and never more at once than its own does.
    let mut begun = 0;
    while begun < 6000 {
        calls(500);
        begun += 500;
        until("all of them arrive", || spans(&telemetry.snapshot(), "zipkin", "exported") == begun);
    }
    let snapshot = telemetry.snapshot();
    assert_eq!((taken.load(Ordering::SeqCst), spans(&snapshot, "zipkin", "dropped")), (begun, 0));
    for exporter in ["jaeger", "azure_monitor"] {
        assert_eq!(spans(&snapshot, exporter, "exported"), 0, "{exporter}");
        assert!(spans(&snapshot, exporter, "dropped") > 0, "{exporter} has no more room");
    }
    let stopping = Instant::now();
    let _ = telemetry.shutdown(Duration::from_secs(2));
    assert!(stopping.elapsed() < Duration::from_secs(10), "{:?}", stopping.elapsed());
    let snapshot = telemetry.snapshot();
    ["jaeger", "azure_monitor", "zipkin"]
        .iter()
        .for_each(|exporter| assert_adds_up(&snapshot, exporter, begun));
    assert_eq!(
        spans(&snapshot, "jaeger", "dropped") + spans(&snapshot, "azure_monitor", "dropped"),
        2 * begun
    );
}

#[test]
fn a_receiver_that_takes_a_part_gets_the_rest_and_every_span_is_counted_once() {
    let _alone = alone();
    let seen: Arc<Mutex<Vec<usize>>> = Arc::default();
    let requests = Arc::clone(&seen);
    // Of the first request the first span is refused for good, and the second is to come again.
    let track = move |body: Bytes| async move {
        let items: Vec<Json> = serde_json::from_reader(GzDecoder::new(&body[..])).expect("a list");
        let mut requests = requests.lock().expect("requests");
        requests.push(items.len());
        let is_first = requests.len() == 1;
        let errors = [(0, 400), (1, 429)].map(|(index, code)| json!({ "index": index, "statusCode": code }));
        let errors: Vec<Json> = errors.into_iter().take(items.len()).filter(|_| is_first).collect();
        let accepted = items.len() - errors.len();
        let answer = json!({ "itemsReceived": items.len(), "itemsAccepted": accepted, "errors": errors });
        (if is_first { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK }, answer.to_string())
    };
    let address = serve(Router::new().route("/v2.1/track", post(track)));
    let telemetry = start(&format!(
        "- {{ provider: azure_monitor, azure_monitor: {{ connection_string: 'InstrumentationKey=k;IngestionEndpoint=http://{address}/' }} }}"
    ));
    calls(1);
    calls(99);
    telemetry.flush(Duration::from_secs(30)).expect("it is tried again");
    let snapshot = telemetry.snapshot();
    assert_adds_up(&snapshot, "azure_monitor", 100);
    let requests = seen.lock().expect("requests").clone();
    let rejected =
        snapshot.sum("telemetry_spans_total", &[("exporter", "azure_monitor"), ("reason", "rejected")]);
    let refused_first = 1;
    assert_eq!((spans(&snapshot, "azure_monitor", "exported"), rejected), (99, refused_first));
    // Each envelope once, and that which was to come again once more, where the first request had two.
    let repeated = usize::from(requests[0] > 1);
    assert_eq!(requests.iter().sum::<usize>(), 100 + repeated, "{requests:?}");
    assert!(telemetry.shutdown(Duration::from_secs(10)).is_ok());
}
