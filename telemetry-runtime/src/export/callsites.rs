//! What callsites of `tracing` say of their spans and events.

use std::borrow::Cow;

use opentelemetry::{
    Key, KeyValue, StringValue, Value,
    trace::{SpanKind, Status},
};
use tracing::Metadata;

use super::{additions::Additions, said};

/// Fields that say something of the span itself; libraries of the `tracing` family know them.
const NAME: &str = "otel.name";
const KIND: &str = "otel.kind";

/// The values of a callsite's fields with their names.
///
/// Places beyond the names are those of what caused an error, which is a value too.
pub(super) fn named(
    metadata: &'static Metadata<'static>,
    values: Vec<(usize, Value)>,
) -> impl Iterator<Item = KeyValue> {
    let names = metadata.fields();
    values.into_iter().filter_map(move |(place, value)| {
        let name = |place: usize| names.iter().nth(place).map(|field| field.name());
        let key = match name(place) {
            Some(name) => Key::from_static_str(name),
            None => Key::from(format!("{}.chain", name(place.checked_sub(names.len())?)?)),
        };
        Some(KeyValue::new(key, value))
    })
}

/// Where the callsite stands.
pub(super) fn location(metadata: &'static Metadata<'static>) -> Vec<KeyValue> {
    let text = |key, value: Option<&'static str>| value.map(|value| KeyValue::new(key, value));
    let line = metadata.line().map(|line| KeyValue::new("code.line.number", i64::from(line)));
    [
        text("code.file.path", metadata.file()),
        line,
        text("code.module.name", metadata.module_path()),
        text("target", Some(metadata.target())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a span's own fields say of it, taken out of its attributes.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) name: Cow<'static, str>,
    pub(super) kind: SpanKind,
    /// None leaves it as it ended.
    pub(super) status: Option<Status>,
}

pub(super) fn said(metadata: &'static Metadata<'static>, added: &mut Additions) -> Said {
    let name = said::take(added, NAME).map_or(Cow::Borrowed(metadata.name()), Cow::Owned);
    let kind = said::take(added, KIND).map_or(SpanKind::Internal, |word| kind(&word));
    Said { name, kind, status: said::status(added) }
}

/// Words that are none stand for the default.
fn kind(word: &str) -> SpanKind {
    let kinds = [SpanKind::Server, SpanKind::Client, SpanKind::Producer, SpanKind::Consumer];
    let is = |kind: &SpanKind| word.eq_ignore_ascii_case(&format!("{kind:?}"));
    kinds.into_iter().find(is).unwrap_or(SpanKind::Internal)
}

/// The name and the attributes of an event.
///
/// An error without words of its own is an `exception`, as `#[instrument(err)]` of `tracing` tells it.
pub(super) fn event(
    metadata: &'static Metadata<'static>,
    values: Vec<(usize, Value)>,
) -> (Cow<'static, str>, Vec<KeyValue>) {
    let mut fields: Vec<KeyValue> = named(metadata, values).collect();
    let mut target = Value::String(StringValue::from(metadata.target()));
    let mut name = None;
    fields.retain(|field| match field.key.as_str() {
        "message" => {
            name = Some(field.value.as_str().into_owned());
            false
        }
        // Records of the `log` crate come through one callsite a level.
        "log.target" => {
            target = field.value.clone();
            false
        }
        key => !key.starts_with("log."),
    });
    let mut attributes =
        vec![KeyValue::new("level", metadata.level().as_str()), KeyValue::new("target", target)];
    if name.is_none()
        && let Some(error) = fields.iter_mut().find(|field| field.key.as_str() == "error")
    {
        error.key = Key::from_static_str("exception.message");
        name = Some("exception".to_owned());
    }
    attributes.append(&mut fields);
    (name.map_or(Cow::Borrowed(metadata.name()), Cow::Owned), attributes)
}
