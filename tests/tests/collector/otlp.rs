//! Events over OTLP, as log records.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use http::StatusCode;
use serde_json::{Value, json};
use telemetry_tests::serve;

use crate::support::{SOON, Settings, Telemetry, account, alone, collector};

/// Takes log records, after it has refused the first request.
#[derive(Clone, Default)]
struct Receiver {
    requests: Arc<Mutex<Vec<Value>>>,
}

async fn take(State(receiver): State<Receiver>, body: Bytes) -> (StatusCode, axum::Json<Value>) {
    let mut requests = receiver.requests.lock().expect("no panic");
    requests.push(serde_json::from_slice(&body).expect("JSON"));
    let status = if requests.len() == 1 { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    (status, axum::Json(json!({})))
}

impl Receiver {
    fn start(&self) -> SocketAddr {
        serve(Router::new().route("/v1/logs", post(take)).with_state(self.clone()))
    }
}

#[test]
fn events_leave_as_log_records_and_each_sink_has_an_account_of_its_own() {
    let _alone = alone();
    let receiver = Receiver::default();
    let address = receiver.start();
    let settings = format!(
        "tracing: {{ enabled: false }}\nlogs: {{ enabled: false }}\ncollector: {{ enabled: true, otlp: true }}\n\
         exporters:\n  - {{ provider: otlp, otlp: {{ endpoint: 'http://{address}', protocol: http/json }} }}"
    );
    let settings = Settings::from_yaml_str(&settings).expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("nothing is in the way");
    let events = collector(&telemetry);
    events.add_performance_event("lost", Duration::from_millis(5), "p");
    telemetry.flush(SOON).expect("in time");
    events.add_error_event(&std::fmt::Error, "finnhub", "fetch");
    telemetry.flush(SOON).expect("in time");

    assert_eq!(account(&telemetry, "windows", 2, [("exported", "")]), [2]);
    assert_eq!(account(&telemetry, "otlp", 2, [("exported", ""), ("dropped", "refused")]), [1, 1]);
    let failures = telemetry.exporter_failures();
    assert_eq!((failures[0].exporter(), failures[0].reason()), ("otlp.events", "refused"));

    let requests = receiver.requests.lock().expect("no panic");
    let record = &requests[1]["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
    assert_eq!(
        (&record["severityText"], &record["body"]["stringValue"]),
        (&json!("ERROR"), &json!("error event fetch"))
    );
    let attribute = |key: &str| {
        let attributes = record["attributes"].as_array().expect("a list");
        let found = attributes.iter().find(|attribute| attribute["key"] == key);
        found.map(|found| found["value"]["stringValue"].clone())
    };
    assert_eq!(attribute("error.type"), Some(json!("format")));
    assert_eq!(attribute("provider"), Some(json!("finnhub")));
    assert_eq!(attribute("event.type"), Some(json!("error")));
}
