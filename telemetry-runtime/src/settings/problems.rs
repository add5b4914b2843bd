//! What is found while settings are read.

use std::collections::BTreeMap;

use super::secret::MASK;
use super::source::Source;
use crate::setup_error::SetupError;

/// Collects mistakes, so that all of them are reported at once, and the sources of what was read.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) errors: Vec<SetupError>,
    pub(super) sources: BTreeMap<String, Source>,
    unset: Vec<Unset>,
}

/// A reference to a variable that is not set; a mistake only if its block is enabled, which is
/// known when everything is read.
#[derive(Debug)]
struct Unset {
    variable: String,
    key: String,
    source: Source,
}

impl Problems {
    pub(super) fn invalid(&mut self, key: &str, value: &str, source: &Source, allowed: &str) {
        self.errors.push(SetupError::InvalidValue {
            key: printable(key),
            value: printable(value),
            source: source.to_string(),
            allowed: allowed.to_owned(),
        });
    }

    pub(super) fn invalid_secret(&mut self, key: &str, source: &Source, allowed: &str) {
        self.invalid(key, MASK, source, allowed);
    }

    pub(super) fn missing(&mut self, key: &str, source: &Source, allowed: &str) {
        self.invalid(key, "nothing", source, allowed);
    }

    pub(super) fn unknown(&mut self, key: &str, source: &Source, nearest: Option<String>) {
        self.errors.push(SetupError::UnknownKey { key: printable(key), source: source.to_string(), nearest });
    }

    pub(super) fn twice(&mut self, first: &str, second: &str, source: &Source) {
        self.errors.push(SetupError::DuplicateSpelling {
            first: printable(first),
            second: printable(second),
            source: source.to_string(),
        });
    }

    pub(super) fn unset(&mut self, variable: &str, key: &str, source: &Source) {
        self.unset.push(Unset { variable: variable.to_owned(), key: key.to_owned(), source: source.clone() });
    }

    pub(super) fn is_unset(&self, key: &str) -> bool {
        self.unset.iter().any(|unset| unset.key == key)
    }

    /// Drops the unset variables at and below a key: the block is disabled, or the value came
    /// from elsewhere.
    pub(super) fn forgive(&mut self, key: &str) {
        self.unset.retain(|unset| !is_within(&unset.key, key));
    }

    /// Turns the unset variables that are left into mistakes.
    pub(super) fn blame_unset(&mut self) {
        for Unset { variable, key, source } in std::mem::take(&mut self.unset) {
            self.errors.push(SetupError::UnsetVariable { variable, key, source: source.to_string() });
        }
    }

    pub(super) fn came_from(&mut self, path: &str, source: &Source) {
        self.sources.insert(path.to_owned(), source.clone());
    }

    pub(super) fn is_set(&self, path: &str) -> bool {
        self.sources.contains_key(path)
    }
}

fn is_within(key: &str, block: &str) -> bool {
    key.strip_prefix(block).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// One line that fits a message, whatever stood in the file.
fn printable(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut clean: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        clean.push('…');
    }
    clean
}
