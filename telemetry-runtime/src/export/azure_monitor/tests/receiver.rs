//! What the service answers, and what that means.

use std::sync::Mutex;
use std::time::Duration;

use ::http::Response;
use bytes::Bytes;
use http_body_util::Full;
use opentelemetry::trace::Event;
use opentelemetry_sdk::trace::SpanData;
use serde_json::json;

use super::{KEY, envelopes, exporter, with_text};
use crate::export::delivery::sample::{child, span, wait};
use crate::export::delivery::{Delivery, Exporter, Reason};
use crate::export::net::http::test_server::HttpServer;

fn response(status: u16, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("retry-after", "7")
        .body(Full::new(body.into()))
        .expect("a response")
}

fn answered(server: HttpServer) -> Delivery {
    wait(async move { exporter(server.start().await).export(&[span("one")]).await })
}

#[test]
fn requests_are_what_the_service_takes() {
    wait(async {
        let server =
            HttpServer::answering(|| response(200, r#"{"itemsReceived":1,"itemsAccepted":1,"errors":[]}"#));
        assert_eq!(exporter(server.start().await).export(&[span("a")]).await, Delivery::ACCEPTED);
        let (parts, body) = &server.seen()[0];
        assert_eq!((parts.method.as_str(), parts.uri.path()), ("POST", "/v2.1/track"));
        assert_eq!(parts.headers["content-type"], "application/json");
        assert_eq!(parts.headers["content-encoding"], "gzip");
        assert_eq!(envelopes(body).len(), 1);
    });
}

#[test]
fn each_status_has_its_rule() {
    for status in [307, 400, 401, 402, 403, 404, 408, 413, 429, 439, 500, 502, 503, 504] {
        let body =
            json!({ "errors": [{ "index": 0, "statusCode": status, "message": format!("no {KEY}") }] });
        let delivery = answered(HttpServer::answering(move || response(status, body.to_string())));
        let (is_retried, cause) = match delivery {
            Delivery::TryAgain { after, cause } => {
                assert_eq!(after, Some(Duration::from_secs(7)));
                (true, cause)
            }
            Delivery::Refused { cause } => (false, cause),
            other => panic!("{other:?}"),
        };
        assert_eq!(is_retried, [408, 429, 500, 502, 503, 504].contains(&status), "{status}");
        assert_eq!(cause.reason, Reason::Status);
        assert!(cause.message.ends_with("no ***"), "{cause}");
        assert_eq!(cause.message.contains("quota"), [402, 439].contains(&status), "{cause}");
    }
}

#[test]
fn only_what_did_not_arrive_is_sent_again() {
    // Of `kept` everything arrives, `refused` never does, and of `late` only the event is missing at first.
    let answers = Mutex::new(
        vec![
            (
                206,
                json!({ "itemsReceived": 4, "itemsAccepted": 2, "errors": [
            { "index": 1, "statusCode": 400, "message": format!("109: field of {KEY} is missing") },
            { "index": 3, "statusCode": 503, "message": "later" },
        ] }),
            ),
            (503, json!({})),
            (200, json!({ "itemsReceived": 1, "itemsAccepted": 1, "errors": [] })),
        ]
        .into_iter(),
    );
    let server = HttpServer::answering(move || {
        let (status, body) = answers.lock().expect("answers").next().expect("no more requests");
        response(status, body.to_string())
    });
    let mut late = child("late", 1, 3, 0);
    late.events.events = vec![Event::with_name("cache miss")];
    let batch: [SpanData; 3] = [child("kept", 1, 1, 0), child("refused", 1, 2, 0), late];
    wait(async {
        let mut exporter = exporter(server.start().await);
        let first = exporter.export(&batch).await;
        let Delivery::Partly { rejected: 1, again, cause } = first else { panic!("{first:?}") };
        assert_eq!(again, [2]);
        assert_eq!(cause.message, "item status 400: 109: field of *** is missing");
        assert!(matches!(exporter.export(&batch[2..]).await, Delivery::TryAgain { .. }));
        assert_eq!(exporter.export(&batch[2..]).await, Delivery::ACCEPTED);
        let sent: Vec<Vec<_>> = server.seen().iter().map(|(_, body)| envelopes(body)).collect();
        assert_eq!(sent.iter().map(Vec::len).collect::<Vec<_>>(), [4, 1, 1]);
        assert_eq!(sent[2][0]["data"]["baseData"]["message"], "cache miss");
    });
}

#[test]
fn a_garbled_reply_still_means_success() {
    for (body, is_warned) in [("<h1>It works", true), ("", false), ("{}", false)] {
        let delivery = answered(HttpServer::answering(move || response(200, body)));
        let Delivery::Accepted { rejected: 0, warning } = delivery else { panic!("{delivery:?}") };
        assert_eq!(warning.is_some(), is_warned, "{body}");
    }
}

#[test]
fn a_bad_connection_string_is_named_unseen() {
    for text in [KEY.to_owned(), format!("InstrumentationKey={KEY};IngestionEndpoint=ftp://{KEY}/")] {
        let error = with_text(&text).err().expect("refused").to_string();
        assert!(error.contains("azure_monitor.connection_string") && !error.contains(KEY), "{error}");
    }
}
