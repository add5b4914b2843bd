//! Servers that are not there, hang, or hang up.

use std::net::SocketAddr;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_sdk::trace::SpanData;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::grpc_server::GrpcServer;
use super::{PROTOCOLS, exporter, refused, send, send_one, target, try_again};
use crate::export::delivery::sample::{span, wait};
use crate::export::delivery::{Delivery, Exporter, Reason};
use crate::export::net::http::test_server::HttpServer;
use crate::settings::{OtlpProtocol, OtlpTarget};

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

fn at(protocol: OtlpProtocol, address: SocketAddr) -> OtlpTarget {
    target(protocol, &format!("http://{address}/v1/traces?key=query-s3cret"))
}

fn serve(protocol: OtlpProtocol, listener: TcpListener) {
    match protocol {
        OtlpProtocol::Grpc => GrpcServer::accepting().serve(listener, None),
        _ => HttpServer::accepting().serve(listener, None),
    }
}

#[test]
fn nobody_listens_and_later_somebody_does() {
    for protocol in PROTOCOLS {
        wait(async {
            let (listener, address) = listen().await;
            drop(listener);
            let mut exporter = exporter(&at(protocol, address));
            for _ in 0..2 {
                let (after, failure) = try_again(send(&mut exporter, &[span("a")]).await);
                assert_eq!((after, failure.reason), (None, Reason::Unreachable), "{failure}");
                assert!(failure.message.contains("refused"), "{failure}");
            }
            serve(protocol, TcpListener::bind(address).await.expect("the port"));
            assert_eq!(send(&mut exporter, &[span("a")]).await, Delivery::ACCEPTED);
        });
    }
}

#[test]
fn an_unknown_host_may_be_tried_again() {
    for protocol in PROTOCOLS {
        let target = target(protocol, "http://nowhere.invalid:4317");
        let (_, failure) = try_again(wait(send_one(&target)));
        assert_eq!(failure.reason, Reason::Connection, "{failure}");
    }
}

#[test]
fn a_silent_server_costs_the_timeout() {
    for protocol in PROTOCOLS {
        wait(async {
            let (listener, address) = listen().await;
            let target = OtlpTarget { timeout: Duration::from_millis(30), ..at(protocol, address) };
            let mut exporter = exporter(&target);
            let (after, failure) = try_again(send(&mut exporter, &[span("a")]).await);
            assert_eq!((after, failure.reason), (None, Reason::Timeout));
            assert_eq!(failure.message, "no answer within 30ms");
            drop(listener);
        });
    }
}

/// The first connection is taken and never answered; those after it are.
#[test]
fn an_attempt_that_is_given_up_does_not_spoil_the_next() {
    for protocol in PROTOCOLS {
        wait(async {
            let (listener, address) = listen().await;
            let mut exporter = exporter(&at(protocol, address));
            let batch = [span("a")];
            let silent = tokio::select! {
                delivery = exporter.export(&batch) => panic!("{delivery:?}"),
                accepted = listener.accept() => accepted.expect("a connection"),
            };
            serve(protocol, listener);
            assert_eq!(send(&mut exporter, &batch).await, Delivery::ACCEPTED);
            drop(silent);
        });
    }
}

#[test]
fn a_server_that_hangs_up_may_be_tried_again() {
    for protocol in PROTOCOLS {
        wait(async {
            let (listener, address) = listen().await;
            let mut exporter = exporter(&at(protocol, address));
            let batch = [span("a")];
            let hang_up = async {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut beginning = [0; 16];
                stream.read_exact(&mut beginning).await.expect("a request");
            };
            let (delivery, ()) = tokio::join!(exporter.export(&batch), hang_up);
            let (after, failure) = try_again(delivery);
            assert_eq!((after, failure.reason), (None, Reason::Connection), "{failure}");
            serve(protocol, listener);
            assert_eq!(send(&mut exporter, &batch).await, Delivery::ACCEPTED);
        });
    }
}

#[test]
fn a_reply_that_is_cut_may_be_tried_again() {
    wait(async {
        let (listener, address) = listen().await;
        let target = at(OtlpProtocol::HttpProtobuf, address);
        let cut = async {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut beginning = [0; 16];
            stream.read_exact(&mut beginning).await.expect("a request");
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc").await.expect("written");
        };
        let (delivery, ()) = tokio::join!(send_one(&target), cut);
        assert_eq!(try_again(delivery).1.reason, Reason::Connection);
    });
}

#[test]
fn a_request_above_the_limit_is_not_sent() {
    let huge = KeyValue::new("huge", "h".repeat(64 << 20));
    let batch = [SpanData { attributes: vec![huge], ..span("a") }];
    for protocol in PROTOCOLS {
        // Nobody listens there, so a request would be something else than refused.
        let mut exporter = exporter(&target(protocol, "http://127.0.0.1:1"));
        let failure = refused(wait(send(&mut exporter, &batch)));
        assert_eq!(failure.reason, Reason::TooLarge);
        assert!(failure.message.contains("67108864"), "{failure}");
    }
}
