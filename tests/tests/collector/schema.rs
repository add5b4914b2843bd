//! The schema of a line, beside lines.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;

use crate::{
    file::outer,
    support::{SOON, alone, collecting, collector, persisted},
};

/// What is wrong with a value, if anything is: the words of JSON Schema that ours uses.
fn mistake(schema: &Value, value: &Value, at: &str) -> Option<String> {
    let wanted = schema["type"].as_str().expect("a type");
    let is_of_type = match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("{at}: the type {other}"),
    };
    if !is_of_type {
        return Some(format!("{at}: {value} is no {wanted}"));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return Some(format!("{at}: {value} is none of {allowed:?}"));
    }
    if let Some(items) = value.as_array() {
        return items.iter().find_map(|item| mistake(&schema["items"], item, at));
    }
    let fields = value.as_object()?;
    let required = schema["required"].as_array().into_iter().flatten();
    let missing = required.filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
    if let Some(missing) = missing {
        return Some(format!("{at}: no {missing}"));
    }
    fields.iter().find_map(|(name, value)| {
        let inner = match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Value::Null, Value::Object(_)) => &schema["additionalProperties"],
            (Value::Null, _) => return Some(format!("{at}: {name} is not known")),
            (inner, _) => inner,
        };
        mistake(inner, value, &format!("{at}.{name}"))
    })
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/event.schema.json")).expect("JSON")
}

/// Lines that say everything that lines can say.
fn lines() -> Vec<Value> {
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let mut config = persisted(&path);
    (config.backtraces, config.calls) = (true, true);
    let telemetry = collecting(config);
    let events = collector(&telemetry);
    events.add_performance_event("api_call", Duration::from_millis(5), "provider1");
    events.add_metric_event("cpu", 0.5, &[("host", "server1")]);
    events.add_error_event(&outer(), "provider1", "fetch");
    telemetry_runtime::Operation::new("schema", "call").run(|| ());
    telemetry.flush(SOON).expect("in time");
    let text = std::fs::read_to_string(&path).expect("it is there");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The names of an object's fields; none of what is no object.
fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flat_map(|fields| fields.keys().cloned()).collect()
}

#[test]
fn lines_are_as_the_schema_says_and_the_schema_says_no_more() {
    let _alone = alone();
    let schema = schema();
    let lines = lines();
    for line in &lines {
        assert_eq!(mistake(&schema, line, "event"), None, "{line}");
    }
    let known = names(&schema["properties"]);
    let seen: BTreeSet<String> = lines.iter().flat_map(names).collect();
    assert_eq!(seen, known);
    let known = names(&schema["properties"]["error"]["properties"]);
    let seen: BTreeSet<String> = lines.iter().flat_map(|line| names(&line["error"])).collect();
    assert_eq!(seen, known);
}

#[test]
fn the_reader_of_schemas_finds_mistakes() {
    let schema = schema();
    for (line, part) in [
        (r#"{"type":"metric","severity":"info","operation":"m"}"#, "no time_unix_us"),
        (r#"{"time_unix_us":1,"type":"other","severity":"info","operation":"m"}"#, "none of"),
        (r#"{"time_unix_us":1.5,"type":"metric","severity":"info","operation":"m"}"#, "no integer"),
        (r#"{"time_unix_us":1,"type":"metric","severity":"info","operation":"m","x":1}"#, "x is not known"),
    ] {
        let found = mistake(&schema, &serde_json::from_str(line).expect("JSON"), "event");
        assert!(found.as_ref().is_some_and(|found| found.contains(part)), "{line}: {found:?}");
    }
}
