//! A program that does nothing exports nothing. One test, because it brings a clock of its own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body};
use http::Request;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use telemetry::{Clock, HealthStatus, Operation, Settings, Telemetry};
use telemetry_runtime as telemetry;
use telemetry_tests::{PLENTY, process::eventually};
use tower::ServiceExt;

const SOON: Duration = Duration::from_secs(20);

/// Counts what it is called for.
#[derive(Clone, Debug, Default)]
struct Counting {
    batches: Arc<AtomicU64>,
    spans: Arc<AtomicU64>,
}

impl SpanExporter for Counting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.batches.fetch_add(1, Ordering::SeqCst);
        self.spans.fetch_add(batch.len() as u64, Ordering::SeqCst);
        Ok(())
    }
}

async fn get(app: &Router, path: &str) -> http::StatusCode {
    let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
    app.clone().oneshot(request).await.expect("infallible").status()
}

#[tokio::test]
async fn thirty_seconds_of_nothing() {
    let (clock, hands) = Clock::manual();
    let exporter = Counting::default();
    // A check that runs while the clock is moved on takes as long.
    let settings = format!(
        "exporters: []\ntracing: {{ batch: {{ flush_interval: 1ms }} }}\nhealth: {{ timeout: 60s, {PLENTY} }}"
    );
    let settings = Settings::from_yaml_str(&settings).expect("legal");
    let builder = Telemetry::builder().settings(settings).clock(clock.clone());
    let telemetry = builder.exporter("mine", exporter.clone()).install().expect("the first");
    assert!(telemetry.install_subscriber());
    let app = telemetry.router(Router::new()).expect("no route is taken");
    let begun = clock.now();
    for _ in 0..5 {
        hands.advance(Duration::from_secs(6));
        // The background thread beats on the machine's time: by its next beat, every exporter has looked for work
        // many times. Whoever watches the program looks on meanwhile.
        eventually(SOON, || match telemetry.health().status() {
            HealthStatus::Healthy if telemetry.flush(SOON).is_ok() => Ok(()),
            other => Err(format!("it is {other}")),
        });
        assert_eq!(get(&app, "/metrics").await, http::StatusCode::OK);
        assert_eq!(get(&app, "/health/telemetry").await, http::StatusCode::OK);
    }
    assert_eq!(clock.now() - begun, Duration::from_secs(30));
    let batches = || exporter.batches.load(Ordering::SeqCst);
    let started = |family| telemetry.snapshot().sum(family, &[]);
    assert_eq!((batches(), started("telemetry_spans_started_total")), (0, 0));
    assert_eq!(started("telemetry_log_records_started_total"), 0);

    Operation::new("idle", "no_more").run(|| tracing::info!("no more"));
    assert_eq!(started("telemetry_log_records_started_total"), 1, "it could have");
    telemetry.flush(SOON).expect("a quick exporter");
    assert_eq!((batches(), exporter.spans.load(Ordering::SeqCst)), (1, 1), "it could have");
    telemetry.shutdown(SOON).expect("a quick exporter");
    assert_eq!(exporter.spans.load(Ordering::SeqCst), 1);
}
