//! `${VARIABLE}` and `${VARIABLE:-default}` in scalars.

use std::collections::BTreeMap;

use super::node::{Kind, Node, Text};
use super::problems::Problems;

const ALLOWED: &str = "`${NAME}` or `${NAME:-default}`, and `$${` for a literal `${`";

/// Replaces the references in every scalar of a tree, once: what a variable brings in is text,
/// neither YAML nor a reference.
pub(super) fn interpolate(
    node: &mut Node,
    at: &str,
    variables: &BTreeMap<String, String>,
    problems: &mut Problems,
) {
    let source = node.source.clone();
    match &mut node.kind {
        Kind::Null => {}
        Kind::Text(text) => match replace(&text.value, variables) {
            Some(replaced) => *text = replaced,
            // The text around a broken reference may be a secret, so it is not shown.
            None => problems.invalid(at, "${", &source, ALLOWED),
        },
        Kind::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                interpolate(item, &format!("{at}[{index}]"), variables, problems);
            }
        }
        Kind::Map(entries) => {
            for (name, value) in entries {
                interpolate(value, &super::table::join(at, &name.text), variables, problems);
            }
        }
    }
}

/// `None` if a reference is not well formed.
fn replace(text: &str, variables: &BTreeMap<String, String>) -> Option<Text> {
    let mut result = Text::plain(String::new());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        let (reference, after) = from[2..].split_once('}').map_or(("", None), |(a, b)| (a, Some(b)));
        if let Some(before) = before.strip_suffix('$') {
            result.push(before, before);
            result.push("${", "${");
            rest = &from[2..];
            continue;
        }
        result.push(before, before);
        let (name, default) = parse_reference(reference)?;
        match variables.get(name).filter(|value| !value.is_empty()).map(String::as_str).or(default) {
            Some(value) if looks_secret(name) => result.push(value, &format!("${{{name}}}")),
            Some(value) => result.push(value, value),
            None => result.unset = Some(name.to_owned()),
        }
        rest = after?;
    }
    result.push(rest, rest);
    Some(result)
}

impl Text {
    fn push(&mut self, value: &str, shown: &str) {
        self.value.push_str(value);
        self.shown.push_str(shown);
    }
}

fn parse_reference(reference: &str) -> Option<(&str, Option<&str>)> {
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // A reference inside of a default would need a second pass.
    let is_text = default.is_none_or(|default| !default.contains("${"));
    (is_name && is_text).then_some((name, default))
}

/// Variables whose names say that their values must not be shown.
fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["SECRET", "TOKEN", "PASS", "PWD", "KEY", "AUTH", "COOKIE", "CREDENTIAL", "CONNECTION"]
        .iter()
        .any(|word| name.contains(word))
}
