//! Texts of the program inside of YAML.

/// A text in double quotes that every reader of YAML takes for this text.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // What is neither printable nor sure to be taken as it is.
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(all(test, feature = "settings"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_back() {
        for text in
            ["plain", "a: b # c", "\"\\\n\t\r\u{0}\u{7f}\u{85}\u{2028}é😀", "- x", "{{ $labels.a }}", ""]
        {
            let read: String = serde_saphyr::from_str(&quoted(text)).expect(text);
            assert_eq!(read, text);
        }
    }
}
