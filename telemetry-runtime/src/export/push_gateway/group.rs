//! The path of a group of metrics.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// The path of the group of a job and further labels.
pub(super) fn group(job: &str, labels: &BTreeMap<String, String>) -> String {
    let mut path = "/metrics".to_owned();
    push(&mut path, "job", job);
    labels.iter().filter(|(name, _)| *name != "job").for_each(|(name, value)| push(&mut path, name, value));
    path
}

/// A value that a path cannot hold is written in base64, as the gateway asks for it; `=` is the empty one.
fn push(path: &mut String, name: &str, value: &str) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
    path.push('/');
    path.push_str(name);
    if !value.is_empty() && value.chars().all(is_plain) && !matches!(value, "." | "..") {
        path.push('/');
        path.push_str(value);
    } else {
        path.push_str("@base64/");
        path.push_str(if value.is_empty() { "=" } else { "" });
        path.push_str(&BASE64_URL_SAFE_NO_PAD.encode(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_a_path_cannot_hold_are_encoded() {
        let labels = [("zone", "eu-1"), ("path", "/var/tmp"), ("empty", ""), ("job", "ignored")];
        let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let expected = "/metrics/job/nightly/empty@base64/=/path@base64/L3Zhci90bXA/zone/eu-1";
        assert_eq!(group("nightly", &labels), expected);
        assert_eq!(group("..", &BTreeMap::new()), "/metrics/job@base64/Li4");
    }
}
