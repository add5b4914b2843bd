//! What StatsD calls a series.

use crate::metrics::Labels;

/// How the server wants series to be named.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) prefix: String,
    /// Labels are tags; without tags their values are parts of the name.
    pub(super) has_tags: bool,
}

/// What StatsD calls a series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity {
    pub(super) name: String,
    /// `|#key:value,key:value`, empty without labels.
    pub(super) tags: String,
}

impl Style {
    pub(super) fn identity<'a>(
        &self,
        name: &str,
        suffix: &str,
        labels: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Identity {
        let mut name = format!("{}{name}{suffix}", self.prefix);
        let mut tags = String::new();
        for (key, value) in labels {
            if self.has_tags {
                tags.push_str(if tags.is_empty() { "|#" } else { "," });
                tags.push_str(key);
                tags.push(':');
                tags.extend(value.chars().map(in_tag));
            } else {
                name.push('.');
                push_part(&mut name, value);
            }
        }
        Identity { name, tags }
    }
}

/// The default labels that a series does not have itself, then its own.
pub(super) fn all<'a>(
    defaults: &'a Labels,
    own: &'a Labels,
) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    defaults.iter().filter(|(key, _)| own.get(key).is_none()).chain(own.iter())
}

/// Nothing that would end a name.
pub(super) fn prefix(raw: &str) -> String {
    raw.chars()
        .map(|c| if matches!(c, ':' | '|' | '@' | '#' | '/') || c.is_whitespace() { '_' } else { c })
        .collect()
}

/// A value as a part of a name: the dot stands between parts, and an empty one would be no part.
fn push_part(name: &mut String, value: &str) {
    if value.is_empty() {
        name.push('_');
    }
    name.extend(value.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }));
}

/// What tags must not hold.
fn in_tag(c: char) -> char {
    if matches!(c, '|' | ',' | '#' | '@') || c.is_control() || c.is_whitespace() { '_' } else { c }
}
