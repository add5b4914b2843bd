//! What Zipkin answers, and what that means.

use std::time::Duration;

use ::http::Response;
use bytes::Bytes;
use http_body_util::Full;

use super::{PASSWORD, exporter, resource, with_timeout};
use crate::export::delivery::sample::{span, wait};
use crate::export::delivery::{Delivery, Exporter, Reason};
use crate::export::net::http::test_server::HttpServer;
use crate::export::zipkin::ZipkinExporter;
use crate::settings::{Endpoint, ZipkinSettings};

fn response(status: u16, body: &str) -> Response<Full<Bytes>> {
    let builder = Response::builder().status(status).header("retry-after", "7");
    builder.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).expect("a response")
}

fn answered(server: HttpServer) -> Delivery {
    wait(async move { exporter(server.start().await).export(&[span("one")]).await })
}

#[test]
fn requests_are_what_zipkin_takes() {
    wait(async {
        let server = HttpServer::answering(|| response(202, ""));
        let mut exporter = exporter(server.start().await);
        for _ in 0..2 {
            assert_eq!(exporter.export(&[span("a"), span("b")]).await, Delivery::ACCEPTED);
        }
        let (parts, body) = &server.seen()[1];
        assert_eq!((parts.method.as_str(), parts.uri.path()), ("POST", "/api/v2/spans"));
        assert_eq!(parts.headers["content-type"], "application/json");
        assert_eq!(parts.headers["authorization"], "Basic bWU6cGFzcy1zM2NyZXQ=");
        assert!(
            parts.headers["user-agent"].to_str().expect("text").starts_with("telemetry-runtime-zipkin-rust/")
        );
        assert_eq!(serde_json::from_slice::<Vec<serde_json::Value>>(body).expect("a list").len(), 2);
    });
}

#[test]
fn each_status_has_its_rule() {
    for status in [301, 400, 401, 403, 404, 413, 429, 500, 501, 502, 503, 504] {
        let words = format!("no, {PASSWORD}");
        let delivery = answered(HttpServer::answering(move || response(status, &words)));
        let cause = match delivery {
            Delivery::TryAgain { after, cause } => {
                assert!([429, 502, 503, 504].contains(&status), "{status} is retried");
                assert_eq!(after, Some(Duration::from_secs(7)));
                cause
            }
            Delivery::Refused { cause } => {
                assert!(![429, 502, 503, 504].contains(&status), "{status} is not retried");
                cause
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(cause.reason, Reason::Status);
        assert!(cause.message.starts_with(&format!("HTTP status {status} ")), "{cause}");
        assert!(cause.message.ends_with(": no, ***"), "{cause}");
    }
}

#[test]
fn nobody_listens_or_answers() {
    wait(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut exporter = with_timeout(address, Duration::from_millis(50));
        let reason = |delivery| match delivery {
            Delivery::TryAgain { cause, .. } => cause.reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            reason(exporter.export(&[span("a")]).await),
            Reason::Timeout,
            "the listener accepts nothing"
        );
        drop(listener);
        let mut exporter = with_timeout(address, Duration::from_secs(60));
        assert_eq!(reason(exporter.export(&[span("a")]).await), Reason::Unreachable);
    });
}

#[test]
fn a_request_above_the_limit_is_not_sent() {
    wait(async {
        let server = HttpServer::accepting();
        let body = Bytes::from(vec![b' '; (64 << 20) + 1]);
        let delivery = exporter(server.start().await).send(body).await;
        let Delivery::Refused { cause } = delivery else { panic!("{delivery:?}") };
        assert_eq!((cause.reason, server.seen().len()), (Reason::TooLarge, 0));
    });
}

#[test]
fn a_bad_endpoint_is_named_without_its_password() {
    let endpoint = Endpoint::from(&*format!("ftp://me:{PASSWORD}@host/"));
    let settings = ZipkinSettings { endpoint, ..ZipkinSettings::default() };
    let error = ZipkinExporter::new("zipkin", &settings, &resource()).err().expect("refused").to_string();
    assert!(error.contains("zipkin.endpoint") && !error.contains(PASSWORD), "{error}");
}
