//! What each answer of an HTTP server means.

use std::io::Read;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use ::http::Response;
use bytes::Bytes;
use flate2::read::GzDecoder;
use http_body_util::Full;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::{SECRETS, accepted, decoded, partial, refused, resource, send, send_one, target, try_again};
use crate::export::delivery::sample::{full, span, wait};
use crate::export::delivery::{Delivery, Reason};
use crate::export::net::http::test_server::HttpServer;
use crate::export::otlp::encode;
use crate::export::otlp::rpc_status::RpcStatus;
use crate::export::proto::Origin;
use crate::settings::{OtlpCompression, OtlpProtocol, OtlpTarget, Secret};

const PROTOBUF: &str = "application/x-protobuf";

fn at(address: SocketAddr) -> OtlpTarget {
    let url = format!("http://me:{}@{address}/v1/traces?key={}", SECRETS[2], SECRETS[1]);
    target(OtlpProtocol::HttpProtobuf, &url)
}

async fn answered(server: HttpServer) -> Delivery {
    send_one(&at(server.start().await)).await
}

fn response(status: u16, content_type: &str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let builder = Response::builder().status(status).header("content-type", content_type);
    builder.body(Full::new(body.into())).expect("a response")
}

#[test]
fn what_arrives_is_what_was_sent() {
    for compression in [OtlpCompression::None, OtlpCompression::Gzip] {
        wait(async {
            let server = HttpServer::accepting();
            let target = OtlpTarget { compression, ..at(server.start().await) };
            let batch = [full(), span("second")];
            let mut exporter = super::exporter(&target);
            assert_eq!(send(&mut exporter, &batch).await, Delivery::ACCEPTED);
            assert_eq!(send(&mut exporter, &batch).await, Delivery::ACCEPTED);
            let seen = server.seen();
            assert_eq!(seen.len(), 2);
            let (parts, body) = &seen[0];
            assert_eq!(parts.method, "POST");
            assert_eq!(parts.uri, "/v1/traces?key=query-s3cret");
            let header = |name| parts.headers.get(name).map(|value| value.to_str().expect("text"));
            assert_eq!(header("content-type"), Some(PROTOBUF));
            assert_eq!(header("x-token"), Some("Bearer hush-hush-token"));
            assert_eq!(header("authorization"), Some("Basic bWU6cGFzc3dvcmQ="));
            assert!(header("user-agent").expect("an agent").starts_with("telemetry-runtime-otlp-rust/"));
            let mut plain = body.to_vec();
            if compression == OtlpCompression::Gzip {
                assert_eq!(header("content-encoding"), Some("gzip"));
                plain = Vec::new();
                GzDecoder::new(&body[..]).read_to_end(&mut plain).expect("gzip");
                assert!(body.len() < plain.len());
            }
            let received = ExportTraceServiceRequest::decode(&plain[..]).expect("a request");
            assert_eq!(received, decoded(encode::request(&batch, &Origin::from(&resource()))));
        });
    }
}

#[test]
fn headers_of_the_settings_win_except_for_the_format() {
    wait(async {
        let server = HttpServer::accepting();
        let mut target = at(server.start().await);
        let own = [("authorization", "mine"), ("User-Agent", "shop/1"), ("content-type", "text/html")];
        target.headers = own.map(|(name, value)| (name.to_owned(), Secret::new(value))).into();
        assert_eq!(send_one(&target).await, Delivery::ACCEPTED);
        let (parts, _) = &server.seen()[0];
        assert_eq!(parts.headers["authorization"], "mine");
        assert_eq!(parts.headers["user-agent"], "shop/1");
        assert_eq!(parts.headers["content-type"], PROTOBUF);
        assert_eq!(parts.headers.get_all("content-type").iter().count(), 1);
    });
}

#[test]
fn each_status_has_its_rule() {
    let again = [429, 502, 503, 504];
    for status in [301, 307, 400, 401, 403, 404, 408, 413, 429, 500, 501, 502, 503, 504, 505] {
        let said = format!("no\r\n{} https://u:p@h/?a=b", SECRETS[0]);
        let server = HttpServer::answering(move || response(status, "text/plain", said.clone()));
        let delivery = wait(answered(server));
        let failure = if again.contains(&status) {
            let (after, failure) = try_again(delivery);
            assert_eq!(after, None);
            failure
        } else {
            refused(delivery)
        };
        assert_eq!(failure.reason, Reason::Status);
        assert!(failure.message.starts_with(&format!("HTTP status {status} ")), "{failure}");
        assert!(failure.message.ends_with(": no  *** https://h/?a=…"), "{failure}");
    }
}

#[test]
fn the_words_of_a_protobuf_status_are_quoted() {
    let status = RpcStatus { code: 3, message: "span too old".to_owned(), details: Vec::new() };
    let body = status.encode_to_vec();
    let server = HttpServer::answering(move || response(400, PROTOBUF, body.clone()));
    assert_eq!(refused(wait(answered(server))).message, "HTTP status 400 Bad Request: span too old");
    let server = HttpServer::answering(|| response(400, PROTOBUF, &b"\xff\xff"[..]));
    assert_eq!(refused(wait(answered(server))).message, "HTTP status 400 Bad Request");
    let server = HttpServer::answering(|| response(400, "text/plain", "z".repeat(9 << 20)));
    assert!(refused(wait(answered(server))).message.len() < 600);
}

#[test]
fn retry_after_is_heard() {
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(7200));
    let past = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(7200));
    let cases = [
        ("3".to_owned(), Some(Duration::from_secs(3))),
        ("-3".to_owned(), None),
        ("0".to_owned(), None),
        ("99999999999999999999".to_owned(), Some(Duration::from_secs(3600))),
        (soon, Some(Duration::from_secs(3600))),
        (past, None),
    ];
    for (value, expected) in cases {
        for status in [429, 503] {
            let value = value.clone();
            let server = HttpServer::answering(move || {
                let mut response = response(status, "text/plain", "");
                response.headers_mut().insert("retry-after", value.parse().expect("a value"));
                response
            });
            assert_eq!(try_again(wait(answered(server))).0, expected);
        }
    }
}

#[test]
fn a_refusal_stays_one_whatever_it_says_about_later() {
    let server = HttpServer::answering(|| {
        let mut response = response(400, "text/plain", "");
        response.headers_mut().insert("retry-after", "3".parse().expect("a value"));
        response
    });
    refused(wait(answered(server)));
}

#[test]
fn partial_success_is_an_answer() {
    let cases = [
        (1, "too old", accepted(1, Some("too old"))),
        (0, "upgrade soon, hush-hush-token", accepted(0, Some("upgrade soon, ***"))),
        (99, "", accepted(1, None)),
        (-5, "", accepted(0, None)),
    ];
    for (rejected, message, expected) in cases {
        let body = partial(rejected, message).encode_to_vec();
        let server = HttpServer::answering(move || response(200, PROTOBUF, body.clone()));
        assert_eq!(wait(answered(server)), expected);
    }
}

#[test]
fn a_garbled_reply_still_means_success() {
    for (content_type, body, expected) in [
        (PROTOBUF, &b"\xff\xff\xff"[..], "cannot be decoded"),
        ("text/html; charset=utf-8", &b"<h1>It works"[..], "not protobuf but `text/html`"),
    ] {
        let server = HttpServer::answering(move || response(200, content_type, body));
        let delivery = wait(answered(server));
        let Delivery::Accepted { rejected: 0, warning: Some(warning) } = delivery else {
            panic!("{delivery:?}")
        };
        assert!(warning.contains(expected), "{warning}");
    }
    let server = HttpServer::answering(|| response(202, "text/plain", ""));
    assert_eq!(wait(answered(server)), Delivery::ACCEPTED);
}

#[test]
fn a_reply_above_the_limit_is_refused() {
    let server = HttpServer::answering(|| response(200, PROTOBUF, vec![0; (4 << 20) + 1]));
    assert_eq!(refused(wait(answered(server))).reason, Reason::TooLarge);
}

#[test]
fn a_redirect_is_not_followed() {
    wait(async {
        let elsewhere = HttpServer::accepting();
        let location = format!("http://{}/v1/traces?sig=query-s3cret", elsewhere.start().await);
        let server = HttpServer::answering(move || {
            let mut response = response(307, "text/plain", "");
            response.headers_mut().insert("location", location.parse().expect("a value"));
            response
        });
        let failure = refused(answered(server).await);
        assert!(failure.message.contains("redirect"), "{failure}");
        assert!(elsewhere.seen().is_empty());
    });
}
