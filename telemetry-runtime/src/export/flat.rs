//! A span in formats that know only names and texts beside their own fields.

use std::{borrow::Cow, collections::BTreeMap};

use opentelemetry::KeyValue;
use opentelemetry_sdk::{Resource, trace::SpanData};

use super::values;

/// Names and texts, in the order of the names.
pub(super) type Tags<'a> = BTreeMap<&'a str, Cow<'a, str>>;

/// What the resource says beside the service's name and the toolkit's, which such formats have fields for.
pub(super) fn resource(given: &Resource) -> Vec<(String, String)> {
    let is_wanted = |name: &str| name != "service.name" && !name.starts_with("telemetry.sdk.");
    let texts = given.iter().filter(|(name, _)| is_wanted(name.as_str()));
    texts.map(|(name, value)| (name.to_string(), values::text(value).into_owned())).collect()
}

/// All of a span that has no field of its own; what the span says of a name counts more than its scope and resource.
pub(super) fn tags<'a>(resource: &'a [(String, String)], span: &'a SpanData) -> Tags<'a> {
    let mut tags: Tags<'a> = resource.iter().map(|(name, text)| (&**name, text.into())).collect();
    let scope = &span.instrumentation_scope;
    tags.extend(scope.attributes().map(|KeyValue { key, value, .. }| (key.as_str(), values::text(value))));
    for (name, text) in [
        ("otel.scope.name", Some(scope.name())),
        ("otel.scope.version", scope.version()),
        // Old names that the specification still asks for.
        ("otel.library.name", Some(scope.name())),
        ("otel.library.version", scope.version()),
    ] {
        tags.extend(text.filter(|text| !text.is_empty()).map(|text| (name, text.into())));
    }
    tags.extend(attributes(&span.attributes));
    for (name, count) in [
        (DROPPED_ATTRIBUTES, span.dropped_attributes_count),
        ("otel.dropped_events_count", span.events.dropped_count),
        ("otel.dropped_links_count", span.links.dropped_count),
    ] {
        tags.extend((count > 0).then(|| (name, count.to_string().into())));
    }
    tags
}

/// How the specification calls the number of attributes that are missing.
pub(super) const DROPPED_ATTRIBUTES: &str = "otel.dropped_attributes_count";

/// Attributes as texts.
pub(super) fn attributes(given: &[KeyValue]) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    given.iter().map(|KeyValue { key, value, .. }| (key.as_str(), values::text(value)))
}

/// The text of an attribute.
pub(super) fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<Cow<'a, str>> {
    let found = attributes.iter().find(|attribute| attribute.key.as_str() == key)?;
    Some(values::text(&found.value)).filter(|text| !text.is_empty())
}
