//! The published schema of Application Insights: `Envelope`, `ContextTagKeys` and the items that are sent here.

use serde_json::{Map, Value};

/// A text of at most so many characters.
type Text = (&'static str, usize);

/// Required texts, optional texts, required and optional truth values of an item.
struct Item {
    name: &'static str,
    required: &'static [Text],
    optional: &'static [Text],
    truths: &'static [&'static str],
}

const ITEMS: [Item; 4] = [
    Item {
        name: "Request",
        required: &[("id", 128), ("duration", 64), ("responseCode", 1024)],
        optional: &[("source", 1024), ("name", 1024), ("url", 2048)],
        truths: &["success"],
    },
    Item {
        name: "RemoteDependency",
        required: &[("name", 1024), ("duration", 64)],
        optional: &[("id", 128), ("resultCode", 1024), ("data", 8192), ("type", 1024), ("target", 1024)],
        truths: &["success"],
    },
    Item { name: "Exception", required: &[], optional: &[("problemId", 1024)], truths: &[] },
    Item { name: "Message", required: &[("message", 32768)], optional: &[], truths: &[] },
];

const EXCEPTION: Item = Item {
    name: "ExceptionDetails",
    required: &[("typeName", 1024), ("message", 32768)],
    optional: &[("stack", 32768)],
    truths: &["hasFullStack"],
};

const TAGS: [Text; 8] = [
    ("ai.application.ver", 1024),
    ("ai.cloud.role", 256),
    ("ai.cloud.roleInstance", 256),
    ("ai.internal.sdkVersion", 64),
    ("ai.location.ip", 45),
    ("ai.operation.id", 128),
    ("ai.operation.name", 1024),
    ("ai.operation.parentId", 128),
];

/// Panics where `envelope` is none by the schema.
pub(super) fn check(envelope: &Value) {
    let envelope = object(envelope);
    only(envelope, &["ver", "name", "time", "sampleRate", "seq", "iKey", "flags", "tags", "data"]);
    text(envelope, ("iKey", 40));
    let time = text(envelope, ("time", 64));
    let digits = time.replace(|c: char| c.is_ascii_digit(), "0");
    assert!(digits.starts_with("0000-00-00T00:00:00") && digits.ends_with('Z'), "{time}");
    for (tag, value) in object(&envelope["tags"]) {
        let longest =
            TAGS.iter().find(|(known, _)| known == tag).unwrap_or_else(|| panic!("unknown tag {tag}")).1;
        let length = value.as_str().expect("a text").chars().count();
        assert!((1..=longest).contains(&length), "{tag}: {value}");
    }
    let data = object(&envelope["data"]);
    only(data, &["baseType", "baseData"]);
    let name = text(envelope, ("name", 1024)).strip_prefix("Microsoft.ApplicationInsights.").expect("a name");
    assert_eq!(data["baseType"], format!("{name}Data"));
    let item = ITEMS.iter().find(|item| item.name == name).unwrap_or_else(|| panic!("unknown item {name}"));
    check_item(object(&data["baseData"]), item);
}

fn check_item(data: &Map<String, Value>, item: &Item) {
    let is_exception = item.name == "Exception";
    let mut known = vec!["ver", "properties", "measurements"];
    known.extend(is_exception.then_some("exceptions"));
    fields(data, item, &known);
    assert_eq!(data["ver"], 2);
    for (name, value) in data.get("properties").map(object).into_iter().flatten() {
        assert!((1..=150).contains(&name.chars().count()), "{name}");
        assert!(value.as_str().is_some_and(|text| text.chars().count() <= 8192), "{name}");
    }
    if let Some(duration) = data.get("duration") {
        is_time_span(duration.as_str().expect("a text"));
    }
    if is_exception {
        let exceptions = data["exceptions"].as_array().expect("a list");
        assert!(!exceptions.is_empty());
        exceptions.iter().for_each(|details| fields(object(details), &EXCEPTION, &[]));
    }
}

fn fields(data: &Map<String, Value>, item: &Item, others: &[&str]) {
    let texts = item.required.iter().chain(item.optional);
    let mut known: Vec<&str> = texts.map(|(name, _)| *name).collect();
    known.extend(item.truths.iter().chain(others));
    only(data, &known);
    item.required.iter().for_each(|field| _ = text(data, *field));
    item.optional
        .iter()
        .filter(|(name, _)| data.contains_key(*name))
        .for_each(|field| _ = text(data, *field));
    assert!(item.truths.iter().all(|name| data[*name].is_boolean()), "{data:?}");
}

/// `d.hh:mm:ss.fffffff`
fn is_time_span(text: &str) {
    let (days, rest) = text.split_once('.').expect("days");
    assert!(days.parse::<u64>().is_ok(), "{text}");
    assert_eq!(rest.replace(|c: char| c.is_ascii_digit(), "0"), "00:00:00.0000000", "{text}");
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}"))
}

fn only(object: &Map<String, Value>, known: &[&str]) {
    let unknown: Vec<&String> = object.keys().filter(|key| !known.contains(&key.as_str())).collect();
    assert!(unknown.is_empty(), "unknown keys {unknown:?}");
}

fn text(object: &Map<String, Value>, (name, longest): Text) -> &str {
    let text = object[name].as_str().unwrap_or_else(|| panic!("{name} is no text"));
    assert!((1..=longest).contains(&text.chars().count()), "{name}: {text}");
    text
}
