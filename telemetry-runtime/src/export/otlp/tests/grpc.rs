//! What each answer of a gRPC server means.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use ::http::{HeaderMap, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use tokio::net::TcpListener;
use tonic::{Code, Status};

use super::grpc_server::GrpcServer;
use super::{SECRETS, accepted, decoded, partial, refused, resource, send, send_one, target, try_again};
use crate::export::delivery::sample::{full, span, wait};
use crate::export::delivery::{Delivery, Reason};
use crate::export::otlp::encode;
use crate::export::otlp::grpc::retry_info::{Delay, RetryInfo};
use crate::export::otlp::rpc_status::{Any, RpcStatus};
use crate::export::proto::Origin;
use crate::settings::{OtlpCompression, OtlpProtocol, OtlpTarget};

fn at(address: SocketAddr) -> OtlpTarget {
    // The path is of no concern to gRPC.
    target(OtlpProtocol::Grpc, &format!("http://me:{}@{address}/v1/traces?key={}", SECRETS[2], SECRETS[1]))
}

async fn answered(server: GrpcServer) -> Delivery {
    send_one(&at(server.start().await)).await
}

#[test]
fn what_arrives_is_what_was_sent() {
    for (compression, encoding) in [(OtlpCompression::None, None), (OtlpCompression::Gzip, Some("gzip"))] {
        wait(async {
            let server = GrpcServer::accepting();
            let target = OtlpTarget { compression, ..at(server.start().await) };
            let batch = [full(), span("second")];
            let mut exporter = super::exporter(&target);
            assert_eq!(send(&mut exporter, &batch).await, Delivery::ACCEPTED);
            assert_eq!(send(&mut exporter, &batch).await, Delivery::ACCEPTED);
            let seen = server.seen();
            assert_eq!(seen.len(), 2);
            let (metadata, received) = &seen[0];
            assert_eq!(*received, decoded(encode::request(&batch, &Origin::from(&resource()))));
            let header = |name| metadata.get(name).map(|value| value.to_str().expect("text"));
            assert_eq!(header("x-token"), Some("Bearer hush-hush-token"));
            assert_eq!(header("authorization"), Some("Basic bWU6cGFzc3dvcmQ="));
            assert_eq!(header("grpc-encoding"), encoding);
            assert!(header("user-agent").expect("an agent").starts_with("telemetry-runtime-otlp-rust/"));
        });
    }
}

#[test]
fn each_code_has_its_rule() {
    use Code::{Aborted, Cancelled, DataLoss, DeadlineExceeded, OutOfRange, Unavailable};
    let again = [Cancelled, DeadlineExceeded, Aborted, OutOfRange, Unavailable, DataLoss];
    for code in (1..=16).map(Code::from_i32) {
        let status = move || Err(Status::new(code, format!("no\n{} https://u:p@h/?a=b", SECRETS[0])));
        let delivery = wait(answered(GrpcServer::answering(status)));
        let failure = if again.contains(&code) {
            let (after, failure) = try_again(delivery);
            assert_eq!(after, None);
            failure
        } else {
            refused(delivery)
        };
        assert_eq!(failure.reason, Reason::Status);
        assert_eq!(failure.message, format!("gRPC status {code:?}: no *** https://h/?a=…"));
    }
}

fn with_retry_info(code: Code, delay: Option<Delay>) -> Status {
    let value = RetryInfo { retry_delay: delay }.encode_to_vec();
    let other = Any { type_url: "type.googleapis.com/google.rpc.Help".to_owned(), value: vec![255] };
    let info = Any { type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(), value };
    let status = RpcStatus { code: code as i32, message: String::new(), details: vec![other, info] };
    Status::with_details(code, "slow down", status.encode_to_vec().into())
}

#[test]
fn retry_info_permits_and_delays() {
    let cases = [
        (Some(Delay { seconds: 3, nanos: 500_000_000 }), Some(Duration::from_millis(3500))),
        (Some(Delay { seconds: i64::MAX, nanos: i32::MAX }), Some(Duration::from_secs(3600))),
        (Some(Delay { seconds: -1, nanos: 0 }), None),
        (Some(Delay { seconds: 1, nanos: -1 }), None),
        (Some(Delay { seconds: 0, nanos: 0 }), None),
        (None, None),
    ];
    for (delay, expected) in cases {
        for code in [Code::ResourceExhausted, Code::Unavailable] {
            let status = move || Err(with_retry_info(code, delay));
            let (after, failure) = try_again(wait(answered(GrpcServer::answering(status))));
            assert_eq!((after, failure.reason), (expected, Reason::Status));
        }
        let status = move || Err(with_retry_info(Code::InvalidArgument, delay));
        refused(wait(answered(GrpcServer::answering(status))));
    }
    let garbage =
        || Err(Status::with_details(Code::ResourceExhausted, "no", Bytes::from_static(b"\xff\x00")));
    refused(wait(answered(GrpcServer::answering(garbage))));
}

#[test]
fn partial_success_is_an_answer() {
    let cases = [
        (1, "too old", accepted(1, Some("too old"))),
        (0, "upgrade\nsoon, hush-hush-token", accepted(0, Some("upgrade soon, ***"))),
        (0, "", accepted(0, None)),
        (1, " ", accepted(1, None)),
        (99, "", accepted(1, None)),
        (-5, "", accepted(0, None)),
    ];
    for (rejected, message, expected) in cases {
        let server = GrpcServer::answering(move || Ok(partial(rejected, message)));
        assert_eq!(wait(answered(server)), expected);
    }
}

#[test]
fn a_reply_above_the_limit_is_refused() {
    let server = GrpcServer::answering(|| Ok(partial(0, &"x".repeat(5 << 20))));
    let failure = refused(wait(answered(server)));
    assert_eq!(failure.reason, Reason::TooLarge);
}

#[test]
fn a_long_explanation_is_cut() {
    // As long as HTTP/2 lets a trailer be.
    let status = || Err(Status::new(Code::InvalidArgument, "y".repeat(4000)));
    let failure = refused(wait(answered(GrpcServer::answering(status))));
    assert!(failure.message.len() < 600 && failure.message.ends_with('…'), "{failure}");
}

/// Answers with this status, body and trailers, as no gRPC library would.
async fn raw(status: StatusCode, body: &'static [u8], trailers: Option<&'static str>) -> Delivery {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let service = service_fn(move |request: ::http::Request<hyper::body::Incoming>| async move {
            drop(request.into_body().collect().await);
            let trailers = trailers.map(|status| {
                Ok(HeaderMap::from_iter([(
                    "grpc-status".parse().expect("name"),
                    status.parse().expect("value"),
                )]))
            });
            let body = Full::new(Bytes::from_static(body)).with_trailers(async move { trailers });
            let response = Response::builder().status(status).header("content-type", "application/grpc");
            Ok::<_, Infallible>(response.body(body).expect("a response"))
        });
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        drop(server.serve_connection(TokioIo::new(stream), service).await);
    });
    send_one(&at(address)).await
}

#[test]
fn a_reply_without_its_status_is_a_broken_connection() {
    let (after, failure) = try_again(wait(raw(StatusCode::OK, b"\0\0\0\0\0", None)));
    assert_eq!((after, failure.reason), (None, Reason::Connection));
}

#[test]
fn a_garbled_reply_still_means_success() {
    let delivery = wait(raw(StatusCode::OK, b"\0\0\0\0\x03\xff\xff\xff", Some("0")));
    let Delivery::Accepted { rejected: 0, warning: Some(warning) } = delivery else { panic!("{delivery:?}") };
    assert!(warning.contains("cannot be decoded"), "{warning}");
}

#[test]
fn a_proxy_in_between_answers_in_http() {
    let (_, failure) = try_again(wait(raw(StatusCode::SERVICE_UNAVAILABLE, b"", None)));
    assert!(failure.message.contains("503"), "{failure}");
    refused(wait(raw(StatusCode::UNAUTHORIZED, b"", None)));
    refused(wait(raw(StatusCode::INTERNAL_SERVER_ERROR, b"", None)));
}
