//! Against a receiver on the loopback interface.

mod fields;
mod receiver;
mod schema;

use std::net::SocketAddr;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_sdk::{Resource, trace::SpanData};
use serde_json::Value;

use super::ZipkinExporter;
use crate::export::delivery::{Delivery, Exporter};
use crate::export::net::http::test_server::HttpServer;
use crate::settings::{Endpoint, ZipkinSettings};

const PASSWORD: &str = "pass-s3cret";

fn resource() -> Resource {
    let attributes = [
        KeyValue::new("service.namespace", "trade"),
        KeyValue::new("telemetry.sdk.name", "telemetry-runtime"),
        KeyValue::new("team", "blue"),
    ];
    Resource::builder_empty().with_service_name("Shop").with_attributes(attributes).build()
}

fn exporter(address: SocketAddr) -> ZipkinExporter {
    with_timeout(address, Duration::from_secs(60))
}

fn with_timeout(address: SocketAddr, timeout: Duration) -> ZipkinExporter {
    let endpoint = Endpoint::from(&*format!("http://me:{PASSWORD}@{address}/api/v2/spans"));
    let settings = ZipkinSettings { endpoint, timeout };
    ZipkinExporter::new("zipkin", &settings, &resource()).expect("an exporter")
}

/// What arrives of a batch.
async fn received(batch: &[SpanData]) -> Vec<Value> {
    let server = HttpServer::accepting();
    let delivery = exporter(server.start().await).export(batch).await;
    assert_eq!(delivery, Delivery::ACCEPTED);
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    let Ok(Value::Array(spans)) = serde_json::from_slice(&seen[0].1) else {
        panic!("no list: {:?}", seen[0].1)
    };
    spans
}
