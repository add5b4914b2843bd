//! `docs/settings.schema.json`: the settings as JSON Schema 2020-12, for editors.

use std::ops::Bound;

use serde_json::{Map, Value, json};
use telemetry_runtime::{
    Settings,
    settings::{SettingBlock, SettingForm, SettingKey},
};
use telemetry_tests::generated;

use crate::examples::{self, Example, last, name};

/// The settings as a schema.
pub(crate) fn schema() -> Value {
    let keys = Settings::keys();
    let example = |example: Example<'_>| (example.key.path.clone(), yaml(&example.value));
    let examples = examples::all(&keys).into_iter().map(example).collect();
    let mut schema = object(&keys, &examples);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of telemetry",
        "$defs": forms(),
    });
    merge(&mut schema, head);
    schema
}

/// Forms that many settings have. Each may also be nothing, or refer to a variable.
fn forms() -> Value {
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let number = |kind: &str, pattern: &str| or_unset(vec![json!({ "type": kind }), text(pattern)]);
    json!({
        "unset": { "anyOf": [{ "enum": [null, ""] }, text("\\$\\{[^}]+\\}")] },
        "boolean": or_unset(vec![
            json!({ "type": "boolean" }),
            json!({ "enum": [0, 1] }),
            text("^\\s*([Tt]rue|[Ff]alse|[Yy]es|[Nn]o|[Oo]n|[Oo]ff|1|0)\\s*$"),
        ]),
        "integer": number("integer", "^\\s*\\+?[0-9]+\\s*$"),
        "number": number("number", "^\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"),
        "duration": number("number", "^\\s*[0-9.]+\\s*(ns|us|µs|ms|s|m|h)?\\s*$"),
        "size": number("integer", "^\\s*[0-9]+\\s*([KkMmGg][Ii]?)?[Bb]?\\s*$"),
        "sampler": number("number", "^\\s*(always_on|always_off|root|[0-9.]+)\\s*$"),
        "address": number("integer", ":?[0-9]+\\s*$"),
        "text": or_unset(vec![json!({ "type": ["string", "number", "boolean"] })]),
    })
}

/// One of these, or nothing.
fn or_unset(forms: Vec<Value>) -> Value {
    let unset = json!({ "$ref": "#/$defs/unset" });
    json!({ "anyOf": forms.into_iter().chain([unset]).collect::<Vec<_>>() })
}

/// Examples by the path of their key.
type Examples = Map<String, Value>;

fn merge(schema: &mut Value, more: Value) {
    if let (Value::Object(schema), Value::Object(more)) = (schema, more) {
        schema.extend(more);
    }
}

/// What YAML means by a text.
pub(crate) fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn object(keys: &[SettingKey], examples: &Examples) -> Value {
    let mut properties = Map::new();
    for key in keys {
        let mut property = of_form(key, &key.form, examples);
        merge(&mut property, json!({ "description": key.meaning }));
        if let Some(default) = &key.default {
            merge(&mut property, json!({ "default": yaml(default) }));
        }
        if let Some(example) = examples.get(&key.path) {
            merge(&mut property, json!({ "examples": [example] }));
        }
        for alias in &key.aliases {
            let mut alias_property = property.clone();
            merge(&mut alias_property, json!({ "description": format!("Another name of `{}`.", name(key)) }));
            properties.insert(last(alias).to_owned(), alias_property);
        }
        properties.insert(name(key).to_owned(), property);
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn block(block: &SettingBlock, examples: &Examples) -> Value {
    let mut schema = object(&block.keys, examples);
    let needs: Vec<&str> = block.keys.iter().filter(|key| key.is_required).map(name).collect();
    if needs.is_empty() {
        return or_unset(vec![schema]);
    }
    merge(&mut schema, json!({ "required": needs }));
    schema
}

fn of_form(key: &SettingKey, form: &SettingForm, examples: &Examples) -> Value {
    let named = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    let limited = |name: &str| {
        let mut schema = named(name);
        merge(&mut schema, limits(key));
        schema
    };
    match form {
        SettingForm::Boolean => named("boolean"),
        SettingForm::Integer => limited("integer"),
        SettingForm::Number => limited("number"),
        SettingForm::Duration => limited("duration"),
        SettingForm::Size => limited("size"),
        SettingForm::Sampler => named("sampler"),
        SettingForm::Address => named("address"),
        SettingForm::Text | SettingForm::Secret | SettingForm::Path | SettingForm::Url => named("text"),
        SettingForm::Choice(words) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            // YAML 1.1 reads this one as a boolean.
            let off = words.contains(&"off").then(|| json!({ "const": false }));
            or_unset([json!({ "enum": words })].into_iter().chain(off).collect())
        }
        SettingForm::List(item) => {
            or_unset(vec![json!({ "type": "array", "items": of_form(key, item, examples) })])
        }
        SettingForm::Map(item) => {
            or_unset(vec![json!({ "type": "object", "additionalProperties": of_form(key, item, examples) })])
        }
        SettingForm::Block(inner) => block(inner, examples),
        other => panic!("the schema has no words for {other:?}"),
    }
}

/// The limits of a number; they say nothing of texts such as `500ms`.
fn limits(key: &SettingKey) -> Value {
    let (least, most) = key.range;
    let mut limits = match least {
        Bound::Included(least) => json!({ "minimum": least }),
        Bound::Excluded(least) => json!({ "exclusiveMinimum": least }),
        Bound::Unbounded => json!({}),
    };
    if let Bound::Included(most) = most {
        merge(&mut limits, json!({ "maximum": most }));
    }
    limits
}

#[test]
fn the_schema_is_what_the_settings_say() {
    let text = serde_json::to_string_pretty(&schema()).expect("JSON");
    generated("docs/settings.schema.json", &format!("{text}\n"));
}
