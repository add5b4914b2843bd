//! Keeps secrets out of what leaves the program.

use std::fmt;

/// Longest error message that any signal carries, in bytes.
pub(crate) const MAX_MESSAGE: usize = 1024;

/// A value that prints as `[redacted]`.
///
/// Wrap what must not reach a log, a span or a page; the value itself stays reachable by name.
///
/// ```
/// use telemetry_runtime::Redacted;
///
/// let token = Redacted::new("s3cret");
/// assert_eq!(format!("{token} {token:?}"), "[redacted] [redacted]");
/// assert_eq!(*token.expose(), "s3cret");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Hides `value` from `Debug` and `Display`.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The hidden value.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Gives the hidden value back.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// What stands for a value whose name says that it is a secret.
#[cfg(feature = "_background")]
pub(crate) const REDACTED: &str = "[redacted]";

/// Whether an attribute of that name holds a secret: one of its words says so.
#[cfg(feature = "_background")]
pub(crate) fn is_secret_name(name: &str) -> bool {
    const WORDS: [&str; 7] = ["authorization", "cookie", "password", "passwd", "secret", "token", "apikey"];
    let mut before = "";
    name.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let before = std::mem::replace(&mut before, word);
        let is_key = before.eq_ignore_ascii_case("api") && word.eq_ignore_ascii_case("key");
        is_key || WORDS.iter().any(|secret| word.eq_ignore_ascii_case(secret))
    })
}

/// An error's message as signals may carry it.
///
/// User info and query values of URLs are cut, control characters become spaces, and the text ends after
/// [`MAX_MESSAGE`] bytes. A `Display` that panics or fails yields what it had written.
pub(crate) fn message(error: &dyn fmt::Display) -> String {
    let mut text = Bounded { text: String::new() };
    // A message is not worth a panic or an error of its own.
    drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        fmt::write(&mut text, format_args!("{error}"))
    })));
    let mut text = without_url_secrets(&text.text);
    truncate(&mut text, MAX_MESSAGE);
    text
}

/// Stops collecting a message that will be cut anyway; leaves room for a URL that straddles the limit.
struct Bounded {
    text: String,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        for c in piece.chars() {
            if self.text.len() >= 4 * MAX_MESSAGE {
                return Err(fmt::Error);
            }
            self.text.push(if c.is_control() { ' ' } else { c });
        }
        Ok(())
    }
}

fn truncate(text: &mut String, limit: usize) {
    if text.len() > limit {
        text.truncate(text.floor_char_boundary(limit - '…'.len_utf8()));
        text.push('…');
    }
}

/// Copies `text`, with `user:password@` and the values of `?key=value` cut from every URL in it.
fn without_url_secrets(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, url) = rest.split_at(at + 3);
        clean.push_str(before);
        let end = url.find(|c: char| c.is_whitespace() || "\"'<>`|\\^{}".contains(c)).unwrap_or(url.len());
        let (url, after) = url.split_at(end);
        push_url(&mut clean, url);
        rest = after;
    }
    clean.push_str(rest);
    clean
}

fn push_url(clean: &mut String, url: &str) {
    let authority_end = url.find(['/', '?', '#']).unwrap_or(url.len());
    let (authority, path) = url.split_at(authority_end);
    clean.push_str(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
    let Some((path, query)) = path.split_once('?') else {
        clean.push_str(path);
        return;
    };
    clean.push_str(path);
    let (query, trailer) = split_trailer(query);
    for (index, pair) in query.split('&').enumerate() {
        clean.push(if index == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((key, _)) => {
                clean.push_str(key);
                clean.push_str("=…");
            }
            None => clean.push_str(pair),
        }
    }
    clean.push_str(trailer);
}

/// Punctuation that closes the sentence around a URL is not part of its query.
fn split_trailer(query: &str) -> (&str, &str) {
    query.split_at(query.trim_end_matches([')', ']', ',', '.', ':', ';']).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_user_info_and_query_values() {
        let cases = [
            ("plain text", "plain text"),
            (
                "error sending request for url (http://u:p@host:1/a/b?key=s3cret&x=1)",
                "error sending request for url (http://host:1/a/b?key=…&x=…)",
            ),
            ("https://tok@h", "https://h"),
            ("see https://h/a?b, then https://h/c?d=e.", "see https://h/a?b, then https://h/c?d=…."),
            ("a://b://c?k=v", "a://b://c?k=…"),
            ("postgres://u:p@db/x \"redis://:pw@r/0\"", "postgres://db/x \"redis://r/0\""),
        ];
        for (given, expected) in cases {
            assert_eq!(message(&given), expected);
        }
    }

    #[cfg(feature = "_background")]
    #[test]
    fn names_tell_secrets() {
        let names = [
            "http.request.header.authorization",
            "Set-Cookie",
            "db.password",
            "api_key",
            "x-api-key",
            "token",
        ];
        for name in names {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["gen_ai.usage.input_tokens", "key", "api.version", "secretary", "symbol"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn messages_are_bounded_and_on_one_line() {
        let long = "é".repeat(5000);
        let text = message(&long);
        assert!(text.len() <= MAX_MESSAGE && text.ends_with('…'));
        assert_eq!(message(&"a\nb\x1b[0m"), "a b [0m");
    }

    #[test]
    fn a_display_that_panics_is_survived() {
        struct Bad;
        impl fmt::Display for Bad {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("half")?;
                panic!("no");
            }
        }
        assert_eq!(message(&Bad), "half");
    }
}
