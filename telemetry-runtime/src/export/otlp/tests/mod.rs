//! Against real servers on the loopback interface.

mod authority;
mod connection;
mod conversion;
mod grpc;
mod grpc_server;
mod http;
mod jaeger;
mod json;
mod setup;
mod tls;

use std::time::Duration;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use prost::Message;

use super::OtlpExporter;
use crate::export::delivery::sample::span;
use crate::export::delivery::{Delivery, Exporter, Failure};
use crate::export::net::TlsFiles;
use crate::settings::{Endpoint, OtlpCompression, OtlpProtocol, OtlpTarget, Secret};

/// What requests carry and no message may repeat.
const SECRETS: [&str; 3] = ["hush-hush-token", "query-s3cret", "pass%77ord"];

const PROTOCOLS: [OtlpProtocol; 2] = [OtlpProtocol::Grpc, OtlpProtocol::HttpProtobuf];

fn target(protocol: OtlpProtocol, endpoint: &str) -> OtlpTarget {
    let token = Secret::new(format!("Bearer {}", SECRETS[0]));
    OtlpTarget {
        endpoint: Endpoint::from(endpoint),
        protocol,
        headers: [("x-token".to_owned(), token)].into(),
        compression: OtlpCompression::None,
        timeout: Duration::from_secs(60),
        is_default: false,
        block: "otlp",
    }
}

/// What the official messages make of a request.
fn decoded(request: Bytes) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest::decode(request).expect("legal protobuf")
}

fn resource() -> Resource {
    Resource::builder_empty().with_service_name("shop").build()
}

fn exporter(target: &OtlpTarget) -> OtlpExporter {
    with_tls(target, &TlsFiles::default())
}

fn with_tls(target: &OtlpTarget, files: &TlsFiles) -> OtlpExporter {
    OtlpExporter::new("otlp", target, files, &resource()).expect("an exporter")
}

async fn send_one(target: &OtlpTarget) -> Delivery {
    send(&mut exporter(target), &[span("one")]).await
}

/// Exports, and checks that nothing in the answer gives a secret away.
async fn send(exporter: &mut OtlpExporter, batch: &[SpanData]) -> Delivery {
    let delivery = exporter.export(batch).await;
    let text = format!("{delivery:?} {exporter:?}");
    for secret in SECRETS {
        assert!(!text.contains(secret), "{text}");
    }
    if let Some(cause) = cause(&delivery) {
        assert!(cause.message.len() <= 1024 && !cause.message.contains(char::is_control), "{text}");
    }
    delivery
}

fn cause(delivery: &Delivery) -> Option<&Failure> {
    match delivery {
        Delivery::Accepted { .. } => None,
        Delivery::Partly { cause, .. } | Delivery::TryAgain { cause, .. } | Delivery::Refused { cause } => {
            Some(cause)
        }
    }
}

fn refused(delivery: Delivery) -> Failure {
    match delivery {
        Delivery::Refused { cause } => cause,
        other => panic!("not refused: {other:?}"),
    }
}

fn try_again(delivery: Delivery) -> (Option<Duration>, Failure) {
    match delivery {
        Delivery::TryAgain { after, cause } => (after, cause),
        other => panic!("not to be tried again: {other:?}"),
    }
}

fn partial(rejected_spans: i64, message: &str) -> ExportTraceServiceResponse {
    let error_message = message.to_owned();
    let part = ExportTracePartialSuccess { rejected_spans, error_message };
    ExportTraceServiceResponse { partial_success: Some(part) }
}

fn accepted(rejected: u64, warning: Option<&str>) -> Delivery {
    Delivery::Accepted { rejected, warning: warning.map(str::to_owned) }
}
