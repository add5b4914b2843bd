//! OTLP over HTTP in its JSON form.

use std::net::SocketAddr;

use ::http::Response;
use bytes::Bytes;
use http_body_util::Full;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;

use super::{accepted, refused, resource, send, send_one, target, try_again};
use crate::export::delivery::Delivery;
use crate::export::delivery::sample::{full, span, wait};
use crate::export::net::http::test_server::HttpServer;
use crate::export::proto::{Origin, request};
use crate::settings::{OtlpProtocol, OtlpTarget};

const JSON: &str = "application/json";

fn at(address: SocketAddr) -> OtlpTarget {
    target(OtlpProtocol::HttpJson, &format!("http://{address}/v1/traces"))
}

fn answered(status: u16, content_type: &'static str, body: &'static str) -> Delivery {
    let server = HttpServer::answering(move || {
        let builder = Response::builder().status(status).header("content-type", content_type);
        builder.body(Full::new(Bytes::from(body))).expect("a response")
    });
    wait(async { send_one(&at(server.start().await)).await })
}

#[test]
fn what_arrives_is_what_was_sent() {
    wait(async {
        let server = HttpServer::accepting();
        let target = at(server.start().await);
        let batch = [full(), span("second")];
        assert_eq!(send(&mut super::exporter(&target), &batch).await, Delivery::ACCEPTED);
        let (parts, body) = server.seen().remove(0);
        assert_eq!(
            (parts.uri.path(), &parts.headers["content-type"]),
            ("/v1/traces", &JSON.parse().expect("a value"))
        );
        let received: ExportTraceServiceRequest = serde_json::from_slice(&body).expect("a request");
        assert_eq!(received, request(&batch, &Origin::from(&resource())));
    });
}

#[test]
fn partial_success_is_an_answer() {
    for (body, expected) in [
        (
            r#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}"#,
            accepted(1, Some("too old")),
        ),
        (r#"{"partialSuccess":{"rejectedSpans":1}}"#, accepted(1, None)),
        (r#"{"partialSuccess":{"rejectedSpans":"many"}}"#, accepted(0, None)),
        (r#"{"partialSuccess":null,"more":1}"#, accepted(0, None)),
        ("{}", accepted(0, None)),
        ("", accepted(0, None)),
    ] {
        assert_eq!(answered(200, JSON, body), expected, "{body}");
    }
}

#[test]
fn a_garbled_reply_still_means_success() {
    for (content_type, body, expected) in [
        (JSON, "[1]", "cannot be decoded"),
        (JSON, "{", "cannot be decoded"),
        ("text/html", "<h1>", "not JSON but `text/html`"),
    ] {
        let delivery = answered(200, content_type, body);
        let Delivery::Accepted { rejected: 0, warning: Some(warning) } = delivery else {
            panic!("{delivery:?}")
        };
        assert!(warning.contains(expected), "{warning}");
    }
}

#[test]
fn the_words_of_a_status_are_quoted() {
    let delivery = answered(400, JSON, r#"{"code":3,"message":"span too old"}"#);
    assert_eq!(refused(delivery).message, "HTTP status 400 Bad Request: span too old");
    assert_eq!(refused(answered(400, JSON, "[]")).message, "HTTP status 400 Bad Request");
    let busy = try_again(answered(503, "text/plain", "busy")).1;
    assert_eq!(busy.message, "HTTP status 503 Service Unavailable: busy");
}
