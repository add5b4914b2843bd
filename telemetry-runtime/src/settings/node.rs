//! A document as a tree whose scalars keep their text.

use super::source::Source;

/// A value with the place it came from; environment variables become nodes too, so that both
/// are read by the same code.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) source: Source,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Null,
    Text(Text),
    List(Vec<Node>),
    Map(Vec<(Name, Node)>),
}

/// The key of a mapping.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) source: Source,
}

#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) value: String,
    /// What errors may show of it: without what a secret variable brought in.
    pub(super) shown: String,
    /// A variable it refers to that is not set.
    pub(super) unset: Option<String>,
}

impl Text {
    pub(super) fn plain(value: impl Into<String>) -> Self {
        let value = value.into();
        Self { shown: value.clone(), value, unset: None }
    }
}

impl Node {
    pub(super) fn text(value: impl Into<String>, source: Source) -> Self {
        Self { kind: Kind::Text(Text::plain(value)), source }
    }

    /// Empty is unset: the value below it in precedence stays.
    pub(super) fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::Null => true,
            Kind::Text(text) => text.unset.is_none() && text.value.is_empty(),
            Kind::List(_) | Kind::Map(_) => false,
        }
    }

    /// The value of a key, if this is a mapping that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// What an error shows as the value.
    pub(super) fn shown(&self) -> String {
        match &self.kind {
            Kind::Text(text) => text.shown.clone(),
            Kind::Null | Kind::List(_) | Kind::Map(_) => self.what().to_owned(),
        }
    }

    /// What an error shows where a block was expected: a text there may be the secret of a key
    /// that was left out.
    pub(super) fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "null",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}
