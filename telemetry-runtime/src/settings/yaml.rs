//! YAML text to a tree.
//!
//! Scalars keep the text they were written with, so that `version: 1.10` stays `1.10`: the parser
//! infers a number, but also says where the scalar stands in the input.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::NonFiniteFloatPolicy;
use serde_saphyr::{Location, MessageFormatter, Options, Spanned, UserMessageFormatter};

use super::node::{Kind, Name, Node, Text};
use super::source::Source;
use crate::setup_error::SetupError;

/// Settings are written by hand; anything larger is the wrong file.
pub(super) const LARGEST: usize = 1 << 20;

/// Parses one document; an empty one gives `Null`.
pub(super) fn parse(text: &str, document: &Arc<str>) -> Result<Node, SetupError> {
    if text.len() > LARGEST {
        return Err(syntax(document, None, "larger than 1 MiB"));
    }
    match serde_saphyr::from_str_with_options::<Option<Spanned<Raw>>>(text, options()) {
        Ok(Some(raw)) => Ok(Convert { text, document }.node(raw)),
        Ok(None) => Ok(Node { kind: Kind::Null, source: Source::Default }),
        Err(error) => Err(syntax(document, error.location(), &UserMessageFormatter.format_message(&error))),
    }
}

/// The limits are far above any settings file and far below what hurts: aliases multiply nodes,
/// and depth is stack.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 24,
            flow_nesting_limit: 24,
            max_documents: 2,
            max_nodes: 20_000,
            max_events: 200_000,
            max_aliases: 1_000,
            max_anchors: 1_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 20_000,
            max_replay_stack_depth: 4,
        },
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        // A snippet would print the lines around a mistake, secrets included.
        with_snippet: false,
    }
}

fn syntax(document: &str, location: Option<Location>, message: &str) -> SetupError {
    let source = match location.filter(|location| location.line() > 0) {
        Some(location) => format!("{document}:{}:{}", location.line(), location.column()),
        None => document.to_owned(),
    };
    SetupError::Syntax { source, message: message.to_owned() }
}

/// A node as the parser reports it.
enum Raw {
    Null,
    /// A quoted scalar, or a plain one that is no number or boolean.
    Text(String),
    /// A scalar that was taken for this number or boolean.
    Inferred(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, a list or a mapping")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Inferred(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Inferred(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Inferred(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Inferred(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

struct Convert<'a> {
    text: &'a str,
    document: &'a Arc<str>,
}

impl Convert<'_> {
    fn node(&self, raw: Spanned<Raw>) -> Node {
        let kind = match raw.value {
            Raw::Null => Kind::Null,
            Raw::Text(text) => Kind::Text(Text::plain(text)),
            Raw::Inferred(value) => Kind::Text(Text::plain(self.written(raw.defined).unwrap_or(value))),
            Raw::List(items) => Kind::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Map(entries) => Kind::Map(entries.into_iter().map(|entry| self.entry(entry)).collect()),
        };
        Node { kind, source: self.source(raw.referenced) }
    }

    fn entry(&self, (key, value): (Spanned<String>, Spanned<Raw>)) -> (Name, Node) {
        (Name { text: key.value, source: self.source(key.referenced) }, self.node(value))
    }

    /// The source text of a plain scalar; a quoted one with a type tag keeps its inferred value.
    fn written(&self, location: Location) -> Option<String> {
        let span = location.span();
        let start = usize::try_from(span.byte_offset()?).ok()?;
        let end = start.checked_add(usize::try_from(span.byte_len()?).ok()?)?;
        let text = self.text.get(start..end)?.trim();
        let is_plain = !text.is_empty() && !text.starts_with(['"', '\'', '!', '&', '*', '|', '>']);
        is_plain.then(|| text.to_owned())
    }

    fn source(&self, location: Location) -> Source {
        Source::Yaml { document: Arc::clone(self.document), line: location.line(), column: location.column() }
    }
}
