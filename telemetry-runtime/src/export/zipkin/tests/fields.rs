//! Each field of a span, as it arrives.

use opentelemetry::trace::{Event, SpanKind, Status};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents};
use serde_json::{Value, json};

use super::{received, schema};
use crate::export::delivery::sample::{at, child, full, span, wait};

fn one(span: SpanData) -> Value {
    let all = wait(received(&[span]));
    assert_eq!(all.len(), 1);
    schema::check(&all[0]);
    all[0].clone()
}

#[test]
fn a_span_with_something_in_every_field() {
    let span = one(full());
    assert_eq!(span["traceId"], "00000000000000000000000000112233");
    assert_eq!((&span["id"], &span["parentId"]), (&json!("0000000000004455"), &json!("0000000000006677")));
    assert_eq!((&span["name"], &span["kind"]), (&json!("full"), &json!("CLIENT")));
    assert_eq!((&span["timestamp"], &span["duration"]), (&json!(1_700_000_000_000_000_u64), &json!(1500)));
    assert_eq!(span["localEndpoint"], json!({ "serviceName": "Shop" }));
    let value = r#""exception": {"handled":false,"otel.dropped_attributes_count":3}"#;
    assert_eq!(span["annotations"], json!([{ "timestamp": 1_700_000_000_000_000_u64, "value": value }]));
    assert_eq!(
        span["tags"],
        json!({
            "text": "value", "owned": "value", "flag": "true", "whole": "42", "real": "0.5",
            "texts": r#"["a","b"]"#, "flags": "[true,false]", "wholes": "[1,2]", "reals": "[1.5,2.5]",
            "scope": "attribute", "team": "blue", "service.namespace": "trade",
            "otel.scope.name": "library", "otel.scope.version": "1.2.3",
            "otel.library.name": "library", "otel.library.version": "1.2.3",
            "otel.dropped_attributes_count": "2", "otel.dropped_events_count": "4",
            "otel.dropped_links_count": "6",
            "otel.status_code": "ERROR", "error": "it broke",
        })
    );
}

#[test]
fn what_is_empty_is_left_out() {
    let scope = InstrumentationScope::builder("").build();
    let bare = one(SpanData { instrumentation_scope: scope, end_time: at(0), ..span("bare") });
    let keys: Vec<&String> = bare.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["duration", "id", "localEndpoint", "name", "tags", "timestamp", "traceId"]);
    assert_eq!(bare["duration"], 1, "zero would mean unknown");
    assert_eq!(bare["tags"], json!({ "service.namespace": "trade", "team": "blue" }), "of the resource");
    let events = vec![Event::with_name("bare")];
    let mut with_event = SpanData { ..span("event") };
    with_event.events = SpanEvents::default();
    with_event.events.events = events;
    assert_eq!(one(with_event)["annotations"][0]["value"], "bare");
}

#[test]
fn every_kind_has_its_word() {
    for (kind, word) in [
        (SpanKind::Client, json!("CLIENT")),
        (SpanKind::Server, json!("SERVER")),
        (SpanKind::Producer, json!("PRODUCER")),
        (SpanKind::Consumer, json!("CONSUMER")),
        (SpanKind::Internal, Value::Null),
    ] {
        let span = one(SpanData { span_kind: kind, ..child("kind", 1, 2, 3) });
        assert_eq!(span.get("kind").cloned().unwrap_or_default(), word);
    }
}

#[test]
fn only_a_failed_span_has_an_error() {
    let claims = |status| {
        let attributes = vec![KeyValue::new("error", false), KeyValue::new("team", "red")];
        one(SpanData { status, attributes, ..span("status") })["tags"].clone()
    };
    let tags = claims(Status::Unset);
    assert_eq!((tags.get("error"), tags.get("otel.status_code"), &tags["team"]), (None, None, &json!("red")));
    let tags = claims(Status::Ok);
    assert_eq!((tags.get("error"), &tags["otel.status_code"]), (None, &json!("OK")));
    let tags = claims(Status::error(""));
    assert_eq!((&tags["error"], &tags["otel.status_code"]), (&json!(""), &json!("ERROR")));
}

#[test]
fn the_other_end_by_its_best_name() {
    let cases = [
        (vec![("db.name", "orders")], json!({ "serviceName": "orders" })),
        (vec![("db.name", "x"), ("peer.service", "bank")], json!({ "serviceName": "bank" })),
        (
            vec![("server.address", "db"), ("server.port", "5432")],
            json!({ "serviceName": "db", "port": 5432 }),
        ),
        (vec![("server.address", "db"), ("server.port", "no")], json!({ "serviceName": "db" })),
        (
            vec![("network.peer.address", "10.0.0.7"), ("network.peer.port", "80")],
            json!({ "ipv4": "10.0.0.7", "port": 80 }),
        ),
        (vec![("net.sock.peer.addr", "2001:db8::1")], json!({ "ipv6": "2001:db8::1" })),
        (vec![("net.sock.peer.addr", "::ffff:10.0.0.7")], json!({ "ipv4": "10.0.0.7" })),
        (vec![("peer.address", "10.0.0.7:80")], json!({ "ipv4": "10.0.0.7", "port": 80 })),
        (vec![("peer.address", "[2001:db8::1]:80")], json!({ "ipv6": "2001:db8::1", "port": 80 })),
        (vec![("peer.service", ""), ("other", "x")], Value::Null),
    ];
    for (attributes, expected) in cases {
        let attributes: Vec<_> = attributes.into_iter().map(|(key, text)| KeyValue::new(key, text)).collect();
        let span = |kind| SpanData { span_kind: kind, attributes: attributes.clone(), ..span("call") };
        for kind in [SpanKind::Client, SpanKind::Producer] {
            assert_eq!(one(span(kind)).get("remoteEndpoint").cloned().unwrap_or_default(), expected);
        }
        assert_eq!(one(span(SpanKind::Server)).get("remoteEndpoint"), None);
    }
}
