//! Collects every mistake of one attribute and words the recurring ones.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};

/// The mistakes found so far; all of them are reported in one build.
#[derive(Default)]
pub(crate) struct Diagnostics(Option<syn::Error>);

impl Diagnostics {
    pub(crate) fn push(&mut self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The value of a step that may fail; its mistake is kept for later.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    pub(crate) fn into_result(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    #[cfg(test)]
    pub(crate) fn messages(self) -> Vec<String> {
        self.0.into_iter().flatten().map(|error| error.to_string()).collect()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// Words an unknown word: what it is, what is allowed, what was probably meant.
pub(crate) fn unknown(what: &str, word: &str, place: &str, allowed: &[&str]) -> String {
    let mut message = format!("unknown {what} `{word}`{place}; allowed: {}", backticked(allowed));
    if let Some(near) = nearest(word, allowed) {
        message += &format!("; did you mean `{near}`?");
    }
    message
}

pub(crate) fn backticked(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The allowed word that a misspelt one is closest to, if one is close at all.
fn nearest<'a>(word: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    allowed
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether a word is one or two slips away from another.
pub(crate) fn is_misspelt(word: &str, meant: &str) -> bool {
    (1..=2).contains(&distance(word, meant))
}

/// Edits (insert, delete, replace, swap of neighbours) between two words.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut cost = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(rows[i - 2][j - 2] + 1);
            }
            row.push(cost);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::{is_misspelt, nearest, unknown};

    #[test]
    fn a_misspelt_word_finds_its_neighbour() {
        assert_eq!(nearest("nmae", &["name", "kind"]), Some("name"));
        assert_eq!(nearest("providr", &["provider", "name"]), Some("provider"));
        assert_eq!(nearest("retries", &["name", "kind"]), None);
    }

    #[test]
    fn slips_are_told_from_other_words() {
        for word in ["telemetri", "telemtry", "tellemetry", "telmetery", "Telemetry"] {
            assert!(is_misspelt(word, "telemetry"), "{word}");
        }
        for word in ["telemetry", "geometry", "telegraph", "inline"] {
            assert!(!is_misspelt(word, "telemetry"), "{word}");
        }
    }

    #[test]
    fn the_message_lists_what_is_allowed() {
        assert_eq!(
            unknown("key", "slwo", " in `#[measure]`", &["name", "slow"]),
            "unknown key `slwo` in `#[measure]`; allowed: `name`, `slow`; did you mean `slow`?"
        );
    }
}
