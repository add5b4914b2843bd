//! Against a receiver on the loopback interface.

mod fields;
mod receiver;
mod schema;

use std::{io::Read, net::SocketAddr};

use bytes::Bytes;
use flate2::read::GzDecoder;
use opentelemetry::KeyValue;
use opentelemetry_sdk::{Resource, trace::SpanData};
use serde_json::Value;

use super::AzureMonitorExporter;
use crate::export::delivery::{Delivery, Exporter};
use crate::export::net::http::test_server::HttpServer;
use crate::settings::{AzureMonitorSettings, Secret};

const KEY: &str = "0000-s3cret-key";

fn resource() -> Resource {
    let attributes = [
        KeyValue::new("service.namespace", "trade"),
        KeyValue::new("service.version", "1.2.3"),
        KeyValue::new("service.instance.id", "pod-7"),
        KeyValue::new("team", "blue"),
    ];
    Resource::builder_empty().with_service_name("shop").with_attributes(attributes).build()
}

fn with_text(text: &str) -> Result<AzureMonitorExporter, crate::SetupError> {
    let settings = AzureMonitorSettings { connection_string: Some(Secret::new(text)) };
    AzureMonitorExporter::new("azure_monitor", &settings, &resource())
}

fn exporter(address: SocketAddr) -> AzureMonitorExporter {
    with_text(&format!("InstrumentationKey={KEY};IngestionEndpoint=http://{address}/")).expect("an exporter")
}

/// The envelopes of a request.
fn envelopes(body: &Bytes) -> Vec<Value> {
    let mut plain = String::new();
    GzDecoder::new(&body[..]).read_to_string(&mut plain).expect("gzip");
    serde_json::from_str(&plain).expect("a list")
}

/// What arrives of a batch, checked by the schema.
async fn received(batch: &[SpanData]) -> Vec<Value> {
    let server = HttpServer::accepting();
    let delivery = exporter(server.start().await).export(batch).await;
    assert_eq!(delivery, Delivery::ACCEPTED);
    let all = envelopes(&server.seen()[0].1);
    all.iter().for_each(schema::check);
    all
}
