//! Texts of the program inside of expressions.

/// `name="value"` for the braces of a selector.
pub(super) fn matcher(name: &str, value: &str) -> String {
    format!("{name}=\"{}\"", escaped(value))
}

/// What stands between the quotes of a text.
///
/// Grafana looks for variables, `$x` and `[[x]]`, before Prometheus reads the text, so their signs are written as codes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '$' | '[' | ']' | '{' | '}' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// The matcher of a bucket, whose bound the two formats write differently if it is whole.
pub(super) fn bucket(bound: f64) -> String {
    match bound.fract() == 0.0 {
        true => format!("le=~\"{bound}(\\\\.0)?\""),
        false => matcher("le", &bound.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_quotes_nor_be_variables() {
        let hostile = "a\"b\\c\n$x ${y} [[z]] {{w}}\u{7}é";
        let expected = r#"provider="a\"b\\c\n\x24x \x24\x7by\x7d \x5b\x5bz\x5d\x5d \x7b\x7bw\x7d\x7d\x07é""#;
        assert_eq!(matcher("provider", hostile), expected);
    }

    #[test]
    fn whole_bounds_are_found_in_both_formats() {
        assert_eq!(bucket(0.25), "le=\"0.25\"");
        assert_eq!(bucket(5.0), "le=~\"5(\\\\.0)?\"");
    }
}
