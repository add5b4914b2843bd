//! The subscriber that set-up installs, in a process of its own; what telemetry does itself leaves no trace.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use telemetry::{Operation, Settings, Telemetry};
use telemetry_runtime as telemetry;

const SOON: Duration = Duration::from_secs(20);

/// An exporter that is instrumented itself, on every kind of thread that it has.
#[derive(Clone, Debug, Default)]
struct Chatty(Arc<Mutex<Vec<SpanData>>>);

fn chat() {
    let span = tracing::info_span!("exporting").entered();
    tracing::error!("an error of the exporter");
    Operation::new("exporter", "call").run(|| ());
    drop(telemetry::span("by hand").start().enter());
    drop(span);
}

impl SpanExporter for Chatty {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        chat();
        tokio::task::spawn_blocking(chat).await.expect("no panic");
        tokio::spawn(async { chat() }).await.expect("no panic");
        self.0.lock().expect("no panic").extend(batch);
        Ok(())
    }
}

#[test]
fn it_takes_spans_of_others_and_none_of_its_own() {
    let exporter = Chatty::default();
    let settings = Settings::from_yaml_str("exporters: []").expect("legal");
    let builder = Telemetry::builder().settings(settings).exporter("chatty", exporter.clone());
    let telemetry = builder.install().expect("the first");
    assert!(telemetry.install_subscriber());
    assert!(!telemetry.install_subscriber(), "there is one now");
    for _ in 0..3 {
        tracing::info_span!("theirs").in_scope(|| Operation::new("shop", "ours").run(|| ()));
        tracing::debug_span!("not by default").in_scope(|| ());
        telemetry.flush(SOON).expect("a quick exporter");
    }
    telemetry.shutdown(SOON).expect("a quick exporter");
    let spans = exporter.0.lock().expect("no panic");
    let mut names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["shop.ours", "shop.ours", "shop.ours", "theirs", "theirs", "theirs"]);
    let snapshot = telemetry.snapshot();
    let started = |family| snapshot.sum(family, &[]);
    assert_eq!(started("telemetry_spans_started_total"), 6);
    assert_eq!(started("telemetry_log_records_started_total"), 0, "only the exporter had anything to say");
    assert!(snapshot.family("telemetry_log_records_started_total").is_some(), "it could have");
}
