//! Log records over OTLP: what arrives, and what becomes of each. One test, because the account is the process's.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use http::StatusCode;
use serde_json::{Value, json};
use telemetry::{Operation, Settings, Telemetry};
use telemetry_runtime as telemetry;
use telemetry_tests::serve;
use tracing::subscriber::with_default;
use tracing_subscriber::layer::SubscriberExt;

const SOON: Duration = Duration::from_secs(30);

/// A collector that answers as it is told, then takes everything.
#[derive(Clone, Default)]
struct Collector {
    answers: Arc<Mutex<VecDeque<(StatusCode, Value)>>>,
    requests: Arc<Mutex<Vec<Value>>>,
}

async fn take(State(collector): State<Collector>, body: Bytes) -> (StatusCode, axum::Json<Value>) {
    let request = serde_json::from_slice(&body).expect("JSON");
    collector.requests.lock().expect("no panic").push(request);
    let answer = collector.answers.lock().expect("no panic").pop_front();
    let (status, body) = answer.unwrap_or((StatusCode::OK, json!({})));
    (status, axum::Json(body))
}

impl Collector {
    fn start(&self) -> SocketAddr {
        serve(Router::new().route("/v1/logs", post(take)).with_state(self.clone()))
    }

    fn answer(&self, status: StatusCode, body: Value) {
        self.answers.lock().expect("no panic").push_back((status, body));
    }

    /// All records of the requests so far, each with its scope's name.
    fn take_records(&self) -> Vec<(String, Value)> {
        let requests = std::mem::take(&mut *self.requests.lock().expect("no panic"));
        let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
        let resources = requests.iter().flat_map(|request| list(request, "resourceLogs"));
        let scopes = resources.flat_map(|resource| list(&resource, "scopeLogs"));
        let named = |scope: Value| {
            let name = scope["scope"]["name"].as_str().unwrap_or_default().to_owned();
            list(&scope, "logRecords").into_iter().map(move |record| (name.clone(), record))
        };
        scopes.flat_map(named).collect()
    }
}

/// What became of the records so far.
fn account(telemetry: &Telemetry) -> [u64; 5] {
    let snapshot = telemetry.snapshot();
    let sum = |labels: &[(&str, &str)]| snapshot.sum("telemetry_log_records_total", labels);
    [
        snapshot.sum("telemetry_log_records_started_total", &[]),
        sum(&[("exporter", "otlp"), ("result", "exported")]),
        sum(&[("reason", "rejected")]),
        sum(&[("reason", "refused")]),
        sum(&[("reason", "shutdown")]),
    ]
}

fn assert_one_record(collector: &Collector) {
    let records = collector.take_records();
    let [(scope, record)] = &records[..] else { panic!("{records:?}") };
    assert_eq!(scope, "shop::cart");
    assert_eq!((&record["severityNumber"], &record["severityText"]), (&json!(13), &json!("WARN")));
    assert_eq!(record["body"], json!({ "stringValue": "nearly empty" }));
    let value = |key: &str| {
        let attributes = record["attributes"].as_array().expect("a list");
        attributes.iter().find(|attribute| attribute["key"] == key).map(|found| found["value"].clone())
    };
    assert_eq!(value("items"), Some(json!({ "intValue": "3" })));
    assert_eq!(value("ratio"), Some(json!({ "stringValue": "NaN" })), "JSON has no such number");
    assert_eq!(value("user.token"), Some(json!({ "stringValue": "[redacted]" })));
    assert!(value("code.file.path").is_some_and(|path| path.to_string().contains("logs_otlp.rs")));
    assert_eq!(
        (record["traceId"].as_str().map(str::len), record["spanId"].as_str().map(str::len)),
        (Some(32), Some(16))
    );
    let nanos: u64 = record["timeUnixNano"].as_str().expect("a time").parse().expect("a number");
    assert!(nanos > 1_700_000_000_000_000_000);
}

#[test]
fn what_arrives_and_what_becomes_of_each() {
    let collector = Collector::default();
    let address = collector.start();
    let settings = format!(
        "tracing: {{ enabled: false }}\nlogs: {{ console: false, otlp: true }}\nexporters:\n  - provider: otlp\n    \
         otlp: {{ endpoint: 'http://{address}', protocol: http/json }}"
    );
    let settings = Settings::from_yaml_str(&settings).expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("nothing is in the way");
    let subscriber = tracing_subscriber::registry().with(telemetry.log_layer());
    let tell = |message: &str| tracing::info!("{message}");
    with_default(subscriber, || {
        Operation::new("shop", "pay").run(|| {
            tracing::warn!(
                target: "shop::cart",
                items = 3,
                ratio = f64::NAN,
                user.token = "s3cret",
                "nearly empty"
            );
        });
        telemetry.flush(SOON).expect("a quick collector");
        assert_one_record(&collector);
        assert_eq!(account(&telemetry), [1, 1, 0, 0, 0]);

        let rejected = json!({ "partialSuccess": { "rejectedLogRecords": "1", "errorMessage": "not this" } });
        collector.answer(StatusCode::OK, rejected);
        tell("one");
        tell("two");
        telemetry.flush(SOON).expect("a quick collector");
        assert_eq!(account(&telemetry), [3, 2, 1, 0, 0]);

        collector.answer(StatusCode::BAD_REQUEST, json!({ "message": "never" }));
        tell("three");
        telemetry.flush(SOON).expect("a quick collector");
        assert_eq!(account(&telemetry), [4, 2, 1, 1, 0]);
        assert_eq!(collector.take_records().len(), 3);
        let failures = telemetry.exporter_failures();
        assert_eq!((failures[0].exporter(), failures[0].reason()), ("otlp.logs", "refused"));

        collector.answer(StatusCode::SERVICE_UNAVAILABLE, json!({}));
        tell("four");
        telemetry.flush(SOON).expect("it comes back");
        assert_eq!(account(&telemetry), [5, 3, 1, 1, 0]);
        assert_eq!(collector.take_records().len(), 2, "it came a second time");

        tell("the last");
        telemetry.shutdown(SOON).expect("a quick collector");
        assert_eq!(account(&telemetry), [6, 4, 1, 1, 0]);
        tell("too late");
        assert_eq!(account(&telemetry), [7, 4, 1, 1, 1]);
    });
}
