//! An example of each setting, which the loader has taken.

use std::collections::BTreeMap;

use telemetry_runtime::{
    Settings,
    settings::{SettingForm, SettingKey},
};

/// A setting beside its example.
pub(crate) struct Example<'k> {
    pub(crate) key: &'k SettingKey,
    /// Its value.
    pub(crate) value: String,
    /// Settings that say it, with whatever else they need.
    pub(crate) document: String,
}

/// One level of a document, from outside.
#[derive(Clone)]
enum Level {
    /// A mapping with this key.
    Key(String),
    /// A list with one block, or a mapping with one under a name; one of these lines stands in front.
    Item { is_list: bool, beside: Vec<String> },
}

/// Each setting that is a value, in the order of the reference.
///
/// # Panics
///
/// If one has no example that the loader takes.
pub(crate) fn all(keys: &[SettingKey]) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    for key in keys {
        collect(key, &[], &mut examples);
    }
    examples
}

fn collect<'k>(key: &'k SettingKey, around: &[Level], examples: &mut Vec<Example<'k>>) {
    let mut place = around.to_vec();
    place.push(Level::Key(name(key).to_owned()));
    match &key.form {
        SettingForm::Block(block) => block.keys.iter().for_each(|key| collect(key, &place, examples)),
        _ => examples.push(find(key, &place)),
    }
    if let Some((is_list, item)) = items(&key.form) {
        for inner in item {
            let beside = beside(item, inner);
            let place: Vec<Level> = place.iter().cloned().chain([Level::Item { is_list, beside }]).collect();
            collect(inner, &place, examples);
        }
    }
}

/// The keys of the blocks of a list or of a mapping, and whether it is a list.
pub(crate) fn items(form: &SettingForm) -> Option<(bool, &[SettingKey])> {
    let (is_list, item) = match form {
        SettingForm::List(item) => (true, item),
        SettingForm::Map(item) => (false, item),
        _ => return None,
    };
    match &**item {
        SettingForm::Block(block) => Some((is_list, &block.keys)),
        _ => None,
    }
}

/// The last part of a key's path.
pub(crate) fn name(key: &SettingKey) -> &str {
    last(&key.path)
}

/// The last part of a path.
pub(crate) fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// What may stand beside a key in its block: nothing, or what the block must have, in every way, with and without one
/// key more.
fn beside(block: &[SettingKey], key: &SettingKey) -> Vec<String> {
    let others = |is_required: bool| {
        block.iter().filter(move |other| other.path != key.path && other.is_required == is_required)
    };
    let mut lines = vec![String::new()];
    for other in others(true) {
        let values = candidates(other);
        lines = lines
            .iter()
            .flat_map(|line| values.iter().map(move |value| format!("{line}{}: {value}, ", name(other))))
            .collect();
    }
    let more = others(false)
        .next()
        .and_then(|other| candidates(other).first().map(|value| format!("{}: {value}, ", name(other))));
    let longer: Vec<String> =
        more.into_iter().flat_map(|more| lines.iter().map(move |line| format!("{line}{more}"))).collect();
    lines.into_iter().chain(longer).collect()
}

fn find<'k>(key: &'k SettingKey, place: &[Level]) -> Example<'k> {
    let mut refusals = Vec::new();
    // The default says little, but may be all that is known.
    let (known, new): (Vec<String>, Vec<String>) =
        candidates(key).into_iter().partition(|value| Some(value) == key.default.as_ref());
    for value in new.into_iter().chain(known) {
        for document in documents(place, &value) {
            match load(&document) {
                Ok(_) => return Example { key, value, document },
                Err(refusal) => refusals.push(refusal),
            }
        }
    }
    panic!("{} has no example; say ``such as `..` `` in its documentation. Refused: {refusals:#?}", key.path);
}

/// Whether the loader takes it, with a value for every variable that it refers to: a URL, which may be any text.
pub(crate) fn load(document: &str) -> Result<Settings, String> {
    let names = document.split("${").skip(1).filter_map(|rest| rest.split([':', '}']).next());
    let variables: BTreeMap<String, String> =
        names.map(|name| (name.to_owned(), "https://example.com".to_owned())).collect();
    Settings::from_yaml_and(document, &variables).map_err(|error| error.to_string())
}

/// The documents that set the innermost key to the value.
fn documents(place: &[Level], value: &str) -> Vec<String> {
    let mut documents = vec![value.to_owned()];
    let mut levels = place.iter().rev().peekable();
    while let Some(level) = levels.next() {
        let Level::Key(key) = level else { continue };
        let outer = levels.next_if(|level| matches!(level, Level::Item { .. }));
        documents = match outer {
            None => documents.iter().map(|inner| format!("{{ {key}: {inner} }}")).collect(),
            Some(Level::Item { is_list, beside }) => {
                let block = |line: &String, inner: &String| match is_list {
                    true => format!("[{{ {line}{key}: {inner} }}]"),
                    false => format!("{{ example: {{ {line}{key}: {inner} }} }}"),
                };
                beside.iter().flat_map(|line| documents.iter().map(move |inner| block(line, inner))).collect()
            }
            Some(Level::Key(_)) => unreachable!("only items are taken"),
        };
    }
    documents.into_iter().map(|document| format!("{document}\n")).collect()
}

/// Values to try, the most telling first.
fn candidates(key: &SettingKey) -> Vec<String> {
    let said = said(key);
    let of_form: Vec<String> = match &key.form {
        SettingForm::List(item) => list(key, item, said.as_deref()),
        SettingForm::Map(item) => map(key, item, said.as_deref()),
        form => {
            let others = doubled(key).into_iter().chain(leaves(key, form)).chain(key.default.clone());
            return said.into_iter().chain(others).collect();
        }
    };
    of_form.into_iter().chain(key.default.clone()).collect()
}

fn list(key: &SettingKey, item: &SettingForm, said: Option<&str>) -> Vec<String> {
    match (item, said) {
        (_, Some(said)) => vec![format!("[{said}]")],
        (SettingForm::Block(block), None) => blocks(&block.keys).map(|block| format!("[{block}]")).collect(),
        (SettingForm::Number, None) => vec!["[0.1, 1]".to_owned()],
        (form, None) => leaves(key, form).into_iter().map(|value| format!("[{value}]")).collect(),
    }
}

fn map(key: &SettingKey, item: &SettingForm, said: Option<&str>) -> Vec<String> {
    match (item, said) {
        (_, Some(said)) => vec![format!("{{ {said} }}")],
        (SettingForm::Block(block), None) => {
            blocks(&block.keys).map(|block| format!("{{ example: {block} }}")).collect()
        }
        (form, None) => {
            leaves(key, form).into_iter().map(|value| format!("{{ example: {value} }}")).collect()
        }
    }
}

/// Blocks with little in them.
fn blocks(keys: &[SettingKey]) -> impl Iterator<Item = String> {
    let required: Vec<&SettingKey> = keys.iter().filter(|key| key.is_required).collect();
    let first = |key: &SettingKey| candidates(key).first().map(|value| format!("{}: {value}", name(key)));
    let least: Vec<String> = required.into_iter().filter_map(first).collect();
    let more = keys.iter().filter(|key| !key.is_required).find_map(first);
    let longer: Vec<String> = least.iter().cloned().chain(more).collect();
    [least, longer]
        .into_iter()
        .filter(|keys| !keys.is_empty())
        .map(|keys| format!("{{ {} }}", keys.join(", ")))
}

fn leaves(key: &SettingKey, form: &SettingForm) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().copied().map(str::to_owned).collect();
    match form {
        SettingForm::Boolean => texts(&["true", "false"]),
        SettingForm::Integer => texts(&["10", "100", "1", "2"]),
        SettingForm::Number => texts(&["0.5", "2", "90"]),
        SettingForm::Duration => texts(&["500ms", "30s", "1h"]),
        SettingForm::Size => texts(&["128MiB"]),
        SettingForm::Address => texts(&["9464"]),
        SettingForm::Sampler => texts(&["0.1"]),
        SettingForm::Url => {
            key.default.clone().into_iter().chain(texts(&["http://collector:4317"])).collect()
        }
        SettingForm::Secret => vec![format!("\"${{{}}}\"", secret(&key.path))],
        SettingForm::Choice(words) => words.iter().map(|(word, _)| (*word).to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Twice the default, in its unit: a step that people take.
fn doubled(key: &SettingKey) -> Option<String> {
    let default = key.default.as_ref()?;
    let (number, unit) =
        default.split_at(default.find(|c: char| !c.is_ascii_digit()).unwrap_or(default.len()));
    let is_text = matches!(key.form, SettingForm::Text | SettingForm::Path | SettingForm::Url);
    number.parse::<u64>().ok().filter(|_| !is_text).map(|number| format!("{}{unit}", 2 * number))
}

/// A variable for a secret: `WEB_TOKEN`.
fn secret(path: &str) -> String {
    let parts: Vec<&str> = path.rsplitn(3, '.').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("_").to_ascii_uppercase()
}

/// What the documentation gives as an example.
fn said(key: &SettingKey) -> Option<String> {
    let (_, rest) = key.meaning.split_once("such as `")?;
    let (example, _) = rest.split_once('`')?;
    let is_entry = matches!(key.form, SettingForm::Map(_));
    Some(match example.split_once(": ").filter(|_| is_entry) {
        Some((name, value)) => format!("{}: {}", quoted(name), quoted(value)),
        None => quoted(example),
    })
}

/// As YAML wants a text within brackets.
fn quoted(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    if is_plain { text.to_owned() } else { format!("\"{text}\"") }
}
