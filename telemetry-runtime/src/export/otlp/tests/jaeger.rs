//! Jaeger takes OTLP under a name and an address of its own.

use super::grpc_server::GrpcServer;
use super::{SECRETS, resource, with_tls};
use crate::export::delivery::sample::{full, span, wait};
use crate::export::delivery::{Delivery, Exporter};
use crate::export::net::TlsFiles;
use crate::export::otlp::OtlpExporter;
use crate::settings::{Endpoint, ExporterProvider, ExporterSettings, JaegerSettings, OtlpProtocol};

fn settings(endpoint: &str) -> JaegerSettings {
    let mut exporter = ExporterSettings::new(ExporterProvider::Jaeger);
    exporter.jaeger.endpoint = Endpoint::from(endpoint);
    exporter.jaeger
}

#[test]
fn spans_arrive() {
    wait(async {
        let server = GrpcServer::accepting();
        let target = settings(&format!("http://{}", server.start().await)).traces_target();
        let mut exporter = with_tls(&target, &TlsFiles::default());
        assert_eq!(exporter.export(&[full(), span("second")]).await, Delivery::ACCEPTED);
        let seen = server.seen();
        let spans = &seen[0].1.resource_spans[0].scope_spans;
        let names: Vec<_> = spans.iter().flat_map(|scope| &scope.spans).map(|span| &*span.name).collect();
        assert_eq!(names, ["full", "second"]);
    });
}

#[test]
fn the_port_decides_on_the_protocol() {
    let target = settings("http://jaeger:4318").traces_target();
    assert_eq!(target.protocol, OtlpProtocol::HttpProtobuf);
    assert_eq!(target.endpoint.as_str(), "http://jaeger:4318/v1/traces");
    let target = settings("http://jaeger:4317").traces_target();
    assert_eq!((target.protocol, target.is_default), (OtlpProtocol::Grpc, false));
}

#[test]
fn a_bad_endpoint_is_named_as_it_was_written() {
    let target = settings(&format!("ftp://me:{}@host/", SECRETS[0])).traces_target();
    let error = OtlpExporter::new("jaeger", &target, &TlsFiles::default(), &resource()).expect_err("refused");
    let error = error.to_string();
    assert!(error.contains("jaeger.endpoint") && !error.contains(SECRETS[0]), "{error}");
}
