//! Zipkin's published schema of version 2, `Span` and what is in it.

use serde_json::{Map, Value};

/// Panics where `span` is none by the schema.
pub(super) fn check(span: &Value) {
    let span = object(span, "span");
    only(
        span,
        &[
            "traceId",
            "id",
            "parentId",
            "name",
            "kind",
            "timestamp",
            "duration",
            "debug",
            "shared",
            "localEndpoint",
            "remoteEndpoint",
            "annotations",
            "tags",
        ],
    );
    assert!(is_id(&span["traceId"], &[16, 32]), "{span:?}");
    assert!(is_id(&span["id"], &[16]), "{span:?}");
    assert!(span.get("parentId").is_none_or(|id| is_id(id, &[16])), "{span:?}");
    assert!(
        span.get("name").is_none_or(|name| name.as_str().is_some_and(|name| !name.is_empty())),
        "{span:?}"
    );
    let kinds = ["CLIENT", "SERVER", "PRODUCER", "CONSUMER"];
    let is_kind = |kind: &Value| kind.as_str().is_some_and(|kind| kinds.contains(&kind));
    assert!(span.get("kind").is_none_or(is_kind), "{span:?}");
    for positive in ["timestamp", "duration"] {
        assert!(
            span.get(positive).is_none_or(|number| number.as_u64().is_some_and(|number| number > 0)),
            "{span:?}"
        );
    }
    for flag in ["debug", "shared"] {
        assert!(span.get(flag).is_none_or(Value::is_boolean), "{span:?}");
    }
    ["localEndpoint", "remoteEndpoint"].into_iter().filter_map(|end| span.get(end)).for_each(endpoint);
    let annotations = span.get("annotations").map(|all| all.as_array().expect("a list"));
    annotations.into_iter().flatten().for_each(annotation);
    let tags = span.get("tags").map(|tags| object(tags, "tags"));
    assert!(tags.into_iter().flat_map(Map::values).all(Value::is_string), "{span:?}");
}

fn endpoint(end: &Value) {
    let end = object(end, "endpoint");
    only(end, &["serviceName", "ipv4", "ipv6", "port"]);
    assert!(!end.is_empty());
    let text = |name: &str| end.get(name).map(|text| text.as_str().expect("a text"));
    assert!(text("serviceName").is_none_or(|name| !name.is_empty()));
    assert!(text("ipv4").is_none_or(|ip| ip.parse::<std::net::Ipv4Addr>().is_ok()), "{end:?}");
    assert!(text("ipv6").is_none_or(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok()), "{end:?}");
    assert!(end.get("port").is_none_or(|port| port.as_u64().is_some_and(|port| port <= 65535)), "{end:?}");
}

fn annotation(annotation: &Value) {
    let annotation = object(annotation, "annotation");
    only(annotation, &["timestamp", "value"]);
    assert!(annotation["timestamp"].is_u64() && annotation["value"].is_string(), "{annotation:?}");
}

fn object<'v>(value: &'v Value, what: &str) -> &'v Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("{what} is no object: {value}"))
}

fn only(object: &Map<String, Value>, known: &[&str]) {
    let unknown: Vec<&String> = object.keys().filter(|key| !known.contains(&key.as_str())).collect();
    assert!(unknown.is_empty(), "unknown keys {unknown:?}");
}

fn is_id(value: &Value, lengths: &[usize]) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    value.as_str().is_some_and(|id| {
        lengths.contains(&id.len()) && id.bytes().all(is_digit) && id.bytes().any(|byte| byte != b'0')
    })
}
