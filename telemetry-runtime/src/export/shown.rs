//! Text that cannot play tricks on a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// The most characters that one name or value takes up.
const LONGEST: usize = 1024;

/// Escapes what moves the cursor, changes colours or reverses the direction; cuts what is too long.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    let cut = text.char_indices().nth(LONGEST).map(|(at, _)| at);
    let kept = &text[..cut.unwrap_or(text.len())];
    if cut.is_none() && !kept.contains(is_tricky) {
        return Cow::Borrowed(kept);
    }
    let mut shown = String::with_capacity(kept.len() + 8);
    for c in kept.chars() {
        if is_tricky(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if cut.is_some() {
        shown.push('…');
    }
    Cow::Owned(shown)
}

/// The same for JSON, in which such characters stand only inside of strings.
pub(crate) fn json_shown(json: &str) -> Cow<'_, str> {
    if !json.contains(is_tricky) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 8);
    let mut units = [0; 2];
    for c in json.chars() {
        if is_tricky(c) {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Control characters, line separators, and those that change the direction of what follows or do not show.
fn is_tricky(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tricks_become_visible() {
        assert_eq!(shown("plain ü 日本"), "plain ü 日本");
        assert_eq!(shown("a\nb\x1b[31m\x7f\u{9b}\u{202e}"), r"a\nb\u{1b}[31m\u{7f}\u{9b}\u{202e}");
        assert_eq!(json_shown("\"a\x7f\u{202e}\u{e0041}\""), r#""a\u007f\u202e\udb40\udc41""#);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let text = shown(&"é".repeat(5000)).into_owned();
        assert_eq!(text.chars().count(), LONGEST + 1);
        assert!(text.ends_with('…'));
    }
}
