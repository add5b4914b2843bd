//! Each field of an envelope, as it arrives.

use opentelemetry::KeyValue;
use opentelemetry::trace::{Event, SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};

use super::{KEY, received, schema};
use crate::export::delivery::sample::{at, child, full, span, wait};

fn one(span: SpanData) -> Value {
    wait(received(&[span])).remove(0)
}

fn texts(pairs: &[(&'static str, &'static str)]) -> Vec<KeyValue> {
    pairs.iter().map(|(key, text)| KeyValue::new(*key, *text)).collect()
}

#[test]
fn a_request() {
    let attributes = texts(&[
        ("http.response.status_code", "503"),
        ("url.scheme", "https"),
        ("url.path", "/orders/7"),
        ("server.address", "shop.example"),
        ("server.port", "8443"),
        ("client.address", "10.0.0.9"),
    ]);
    let status = Status::error("no stock");
    let request = child("GET /orders/{id}", 1, 2, 3);
    let envelope = one(SpanData { span_kind: SpanKind::Server, attributes, status, ..request });
    assert_eq!(envelope["name"], "Microsoft.ApplicationInsights.Request");
    assert_eq!((&envelope["iKey"], &envelope["time"]), (&json!(KEY), &json!("2023-11-14T22:13:20.000000Z")));
    assert_eq!(
        envelope["tags"],
        json!({
            "ai.operation.id": "00000000000000000000000000000001", "ai.operation.parentId": "0000000000000003",
            "ai.operation.name": "GET /orders/{id}", "ai.cloud.role": "trade.shop",
            "ai.cloud.roleInstance": "pod-7", "ai.application.ver": "1.2.3", "ai.location.ip": "10.0.0.9",
            "ai.internal.sdkVersion": concat!("rust:telemetry-runtime-", env!("CARGO_PKG_VERSION")),
        })
    );
    let mut data = envelope["data"]["baseData"].clone();
    let properties = data.as_object_mut().expect("an object").remove("properties").expect("some");
    assert_eq!(
        data,
        json!({
            "ver": 2, "id": "0000000000000002", "name": "GET /orders/{id}", "duration": "0.00:00:00.0015000",
            "responseCode": "503", "success": false, "url": "https://shop.example:8443/orders/7",
        })
    );
    assert_eq!((&properties["team"], &properties["url.path"]), (&json!("blue"), &json!("/orders/7")));
}

#[test]
fn a_dependency_with_something_in_every_field() {
    let all = wait(received(&[full()]));
    let [dependency, exception] = &all[..] else { panic!("{all:?}") };
    assert_eq!(dependency["data"]["baseType"], "RemoteDependencyData");
    assert_eq!(dependency["tags"]["ai.operation.parentId"], "0000000000006677");
    let data = &dependency["data"]["baseData"];
    assert_eq!((&data["success"], &data["duration"]), (&json!(false), &json!("0.00:00:00.0015000")));
    let properties = &data["properties"];
    assert_eq!((&properties["texts"], &properties["real"]), (&json!(r#"["a","b"]"#), &json!("0.5")));
    assert_eq!(properties["otel.dropped_links_count"], "6");
    let links: Value = serde_json::from_str(properties["_MS.links"].as_str().expect("a text")).expect("JSON");
    assert_eq!(
        links,
        json!([{ "operation_Id": "00000000000000000000000000000007", "id": "0000000000000008" }])
    );

    assert_eq!(exception["name"], "Microsoft.ApplicationInsights.Exception");
    assert_eq!(exception["tags"]["ai.operation.parentId"], "0000000000004455", "below its span");
    assert_eq!(
        exception["data"]["baseData"],
        json!({
            "ver": 2,
            "exceptions": [{ "typeName": "error", "message": "error", "hasFullStack": false }],
            "properties": { "handled": "false", "otel.dropped_attributes_count": "3" },
        })
    );
}

#[test]
fn what_happened_within() {
    let fields = [("exception.type", "io"), ("exception.message", "gone"), ("exception.stacktrace", "at a")];
    let exception = Event::new("exception", at(1), texts(&fields), 0);
    let note = Event::new("cache miss", at(2), texts(&[("key", "k")]), 0);
    let mut root = span("root");
    root.events.events = vec![exception, note, Event::with_name("")];
    let all = wait(received(&[root]));
    let [itself, exception, note, nameless] = &all[..] else { panic!("{all:?}") };
    assert_eq!(itself["tags"].get("ai.operation.parentId"), None, "a root has none");
    assert_eq!(
        exception["data"]["baseData"]["exceptions"],
        json!([{ "typeName": "io", "message": "gone", "hasFullStack": true, "stack": "at a" }])
    );
    assert_eq!(note["data"]["baseType"], "MessageData");
    assert_eq!(
        note["data"]["baseData"],
        json!({ "ver": 2, "message": "cache miss", "properties": { "key": "k" } })
    );
    assert_eq!(nameless["data"]["baseData"], json!({ "ver": 2, "message": "event" }));
}

#[test]
fn kinds_and_types() {
    let cases = [
        (SpanKind::Server, texts(&[]), "RequestData", Value::Null, Value::Null),
        (SpanKind::Consumer, texts(&[]), "RequestData", Value::Null, Value::Null),
        (
            SpanKind::Internal,
            texts(&[("db.system.name", "x")]),
            "RemoteDependencyData",
            json!("InProc"),
            Value::Null,
        ),
        (
            SpanKind::Client,
            texts(&[("db.system.name", "postgresql"), ("peer.service", "orders"), ("server.address", "x")]),
            "RemoteDependencyData",
            json!("postgresql"),
            json!("orders"),
        ),
        (
            SpanKind::Producer,
            texts(&[("messaging.system", "kafka"), ("server.address", "k1"), ("server.port", "9092")]),
            "RemoteDependencyData",
            json!("kafka"),
            json!("k1:9092"),
        ),
        (
            SpanKind::Client,
            texts(&[("http.request.method", "GET"), ("network.peer.address", "10.0.0.7")]),
            "RemoteDependencyData",
            json!("HTTP"),
            json!("10.0.0.7"),
        ),
    ];
    for (span_kind, attributes, base_type, kind, target) in cases {
        let envelope = one(SpanData { span_kind, attributes, ..span("any") });
        assert_eq!(envelope["data"]["baseType"], base_type);
        let data = &envelope["data"]["baseData"];
        assert_eq!(
            (data.get("type").cloned().unwrap_or_default(), data["success"].clone()),
            (kind, json!(true))
        );
        assert_eq!(data.get("target").cloned().unwrap_or_default(), target);
        let is_request = base_type == "RequestData";
        assert_eq!(data.get("responseCode"), is_request.then_some(&json!("0")));
    }
}

#[test]
fn durations_of_every_length() {
    for (micros, expected) in [
        (0, "0.00:00:00.0000000"),
        (1, "0.00:00:00.0000010"),
        (59_999_999, "0.00:00:59.9999990"),
        (3_661_000_000, "0.01:01:01.0000000"),
        (90_061_500_000, "1.01:01:01.5000000"),
    ] {
        let envelope = one(SpanData { end_time: at(micros * 1000), ..span("long") });
        assert_eq!(envelope["data"]["baseData"]["duration"], expected);
    }
}

#[test]
fn what_is_too_long_is_cut_between_characters() {
    let long = "é".repeat(40_000);
    let key = "k".repeat(200);
    let attributes =
        vec![KeyValue::new(key, long.clone()), KeyValue::new("_MS.own", "x"), KeyValue::new("", "x")];
    let mut span = SpanData { name: long.clone().into(), attributes, ..span("") };
    let texts = ["exception.type", "exception.message", "exception.stacktrace"];
    let texts = texts.into_iter().map(|key| KeyValue::new(key, long.clone())).collect();
    span.events.events = vec![Event::new("exception", at(0), texts, 0), Event::with_name(long)];
    for kind in [SpanKind::Server, SpanKind::Client] {
        let all = wait(received(&[SpanData { span_kind: kind, ..span.clone() }]));
        assert_eq!(all.len(), 3);
        all.iter().for_each(schema::check);
        let properties = all[0]["data"]["baseData"]["properties"].as_object().expect("some");
        assert!(
            properties.keys().all(|key| !key.is_empty() && !key.starts_with("_MS.")),
            "{:?}",
            properties.keys()
        );
        assert_eq!(
            properties["k".repeat(150).as_str()].as_str().map(|text| text.chars().count()),
            Some(4096)
        );
    }
}
