//! The name of a kind of error, as labels carry it.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

/// Low-cardinality name of an error.
///
/// Either the text that [`ErrorType`](crate::ErrorType) gave, or a type's name of which only the first and last
/// segment are shown: `reqwest::Error`, not `reqwest::error::Error<T>`.
///
/// ```
/// use telemetry_runtime::ErrorLabel;
///
/// assert_eq!(ErrorLabel::new("rate_limited").as_str(), "rate_limited");
/// assert_eq!(ErrorLabel::type_name_of::<std::io::Error>().as_str(), "std::Error");
/// ```
#[derive(Clone, Copy)]
pub struct ErrorLabel {
    text: &'static str,
    source: Source,
}

/// Where a label's text comes from.
///
/// As wide as a word: a byte and what is left of its word are copied in pieces, which wait for each other wherever an
/// outcome is handed on.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Source {
    Given,
    TypeName,
}

impl ErrorLabel {
    /// A label shown as it is.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, source: Source::Given }
    }

    /// The name of `T`, shortened when it is read.
    #[must_use]
    pub fn type_name_of<T: ?Sized>() -> Self {
        Self { text: std::any::type_name::<T>(), source: Source::TypeName }
    }

    /// The label's text.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        if self.source == Source::TypeName { shortened(self.text) } else { self.text }
    }

    /// Equal at once if both come from the same place, without reading the text.
    pub(crate) fn is_same_place(&self, other: &Self) -> bool {
        std::ptr::eq(self.text, other.text) && self.source == other.source
    }
}

impl From<&'static str> for ErrorLabel {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl PartialEq for ErrorLabel {
    fn eq(&self, other: &Self) -> bool {
        self.is_same_place(other) || self.as_str() == other.as_str()
    }
}

impl Eq for ErrorLabel {}

impl PartialEq<str> for ErrorLabel {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl fmt::Display for ErrorLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ErrorLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// The short form of a type's name, made once a type.
fn shortened(name: &'static str) -> &'static str {
    static SHORT: Mutex<Option<HashMap<&'static str, &'static str>>> = Mutex::new(None);
    let mut short = SHORT.lock().unwrap_or_else(PoisonError::into_inner);
    short.get_or_insert_default().entry(name).or_insert_with(|| match shorten(name) {
        Cow::Borrowed(text) => text,
        // Bounded by the number of error types in the program.
        Cow::Owned(text) => Box::leak(text.into_boxed_str()),
    })
}

/// `&mut a::b::C<d::E>` becomes `a::C`.
fn shorten(name: &str) -> Cow<'_, str> {
    let name = name.trim_start_matches(['&', '*', '(', '[']);
    let name =
        ["mut ", "const ", "dyn "].iter().fold(name, |name, word| name.strip_prefix(word).unwrap_or(name));
    let name = name.split(['<', ' ', '+', ')', ']', ',', ';']).next().unwrap_or(name);
    match (name.split_once("::"), name.rsplit_once("::")) {
        (Some((_, rest)), Some(_)) if !rest.contains("::") => Cow::Borrowed(name),
        (Some((first, _)), Some((_, last))) => Cow::Owned(format!("{first}::{last}")),
        _ if name.is_empty() => Cow::Borrowed("_OTHER"),
        _ => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_keep_their_first_and_last_segment() {
        let cases = [
            ("reqwest::error::Error", "reqwest::Error"),
            ("reqwest::Error", "reqwest::Error"),
            ("alloc::boxed::Box<dyn core::error::Error>", "alloc::Box"),
            ("&str", "str"),
            ("&mut a::b::C<d::E>", "a::C"),
            ("u32", "u32"),
            ("(a::b::C, d::E)", "a::C"),
            ("dyn core::error::Error + core::marker::Send", "core::Error"),
            ("()", "_OTHER"),
        ];
        for (name, expected) in cases {
            assert_eq!(shorten(name), expected);
        }
    }

    #[test]
    fn labels_compare_by_text() {
        assert_eq!(ErrorLabel::new("timeout"), ErrorLabel::new(String::from("timeout").leak()));
        assert_eq!(ErrorLabel::type_name_of::<std::num::ParseIntError>().as_str(), "core::ParseIntError");
    }
}
