//! The `tracestate` header.

/// Members at the most; a list with more breaks the rules.
const MAX_MEMBERS: usize = 32;

/// All header lines together, in bytes; beyond it nobody means well.
const MAX_LENGTH: usize = 8192;

/// Longest key and longest value, in bytes.
const MAX_WORD: usize = 256;

/// Joins the header's lines into one list; `None` if anything in it breaks the rules.
///
/// A key that comes again is left out: the first is the newest.
pub(super) fn parse<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<String> {
    let mut members: Vec<(&str, &str)> = Vec::new();
    let mut length = 0;
    for line in lines {
        length += line.len();
        if length > MAX_LENGTH {
            return None;
        }
        for member in std::str::from_utf8(line).ok()?.split(',') {
            // Empty members are allowed and mean nothing.
            let member = member.trim_matches([' ', '\t']);
            if member.is_empty() {
                continue;
            }
            let (key, value) =
                member.split_once('=').filter(|(key, value)| is_key(key) && is_value(value))?;
            if members.iter().all(|(known, _)| *known != key) {
                members.push((key, value));
            }
        }
    }
    if members.len() > MAX_MEMBERS {
        return None;
    }
    let members: Vec<String> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();
    Some(members.join(","))
}

/// The key of the second level, where `@` is a letter like others.
fn is_key(key: &str) -> bool {
    let is_first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    key.len() <= MAX_WORD
        && key.bytes().next().is_some_and(is_first)
        && key.bytes().all(|byte| is_first(byte) || b"_-*/@".contains(&byte))
}

fn is_value(value: &str) -> bool {
    let is_printable = |byte: u8| (0x20..=0x7e).contains(&byte) && byte != b'=' && byte != b',';
    !value.is_empty() && value.len() <= MAX_WORD && value.bytes().all(is_printable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(lines: &[&str]) -> Option<String> {
        parse(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn lists_are_joined_and_cleaned() {
        let cases: [(&[&str], &str); 5] = [
            (&["foo=1"], "foo=1"),
            (&["foo=1,bar=2", "baz=3"], "foo=1,bar=2,baz=3"),
            (&["foo=1 , ,\tbar=2,"], "foo=1,bar=2"),
            (&["foo=1,foo=2"], "foo=1"),
            (&["t4-_*/@sys=a b"], "t4-_*/@sys=a b"),
        ];
        for (lines, expected) in cases {
            assert_eq!(header(lines).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_list_that_breaks_the_rules_is_dropped_whole() {
        let many = (0..33).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
        let long_key = format!("{}=1", "k".repeat(257));
        let long_value = format!("k={}", "v".repeat(257));
        let huge = "a=b,".repeat(5000);
        for line in [
            "foo",
            "foo=",
            "=1",
            "FOO=1",
            "foo=1=2",
            "foo =1",
            "föö=1",
            "foo=é",
            &many,
            &long_key,
            &long_value,
            &huge,
        ] {
            assert_eq!(header(&[line]), None, "{}", &line[..line.len().min(60)]);
        }
    }
}
