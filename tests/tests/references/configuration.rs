//! `docs/configuration.md`: every setting, out of the tables that settings are read with.

use std::{collections::BTreeMap, fs};

use telemetry_runtime::{
    Settings,
    settings::{SettingBlock, SettingForm, SettingKey},
};
use telemetry_tests::{generated, repository};

use crate::examples::{self, items, last, name};

const FILE: &str = "docs/configuration.md";

const INTRODUCTION: &str = "\
# Configuration

Generated from the settings' own tables by `.ci/references`; [settings.schema.json](settings.schema.json) says the same to
editors. A file that begins with `# yaml-language-server: $schema=settings.schema.json` is completed and checked while it
is written.

- The file is the one that `TELEMETRY_SETTINGS` names, else `settings.yaml`, else `config/settings.yaml`, else none.
- Defaults < file < `TELEMETRY_*` < standard variables (`OTEL_*`, `SERVICE_NAME`, `SERVICE_VERSION`, `ENVIRONMENT`,
  `ENABLE_PROMETHEUS`) < what the program says to the builder.
- `${VAR}` and `${VAR:-default}` are replaced in values; a variable that is not set is a mistake in a block that is enabled.
- An empty value is none. A key that nobody knows is a mistake that names the nearest one.
- Durations are a number of seconds or `500ms`, `2s`, `1m`, `1h`; sizes are bytes or `64KiB`, `64MiB`, `1GiB`, `10MB`.
- Lists and mappings, and what is in them, are set in the file only.
- `telemetry.debug: true` prints every setting with its value and where that came from.
";

/// Examples by the path of their key.
type Examples = BTreeMap<String, String>;

fn markdown() -> String {
    let keys = Settings::keys();
    let examples: Examples =
        examples::all(&keys).into_iter().map(|example| (example.key.path.clone(), example.value)).collect();
    let mut text = INTRODUCTION.to_owned();
    for key in &keys {
        section(&mut text, 2, key, &examples);
    }
    text
}

/// A heading with what stands below it: the keys of a block, or the setting itself.
fn section(text: &mut String, depth: usize, key: &SettingKey, examples: &Examples) {
    text.push_str(&format!("\n{} {}\n\n", "#".repeat(depth), key.path));
    match &key.form {
        SettingForm::Block(block) => {
            text.push_str(&about(&key.meaning, block));
            table(text, depth, &block.keys, examples);
        }
        _ => {
            table(text, depth, std::slice::from_ref(key), examples);
        }
    }
}

/// What the field says, and what its block says beyond that.
fn about(meaning: &str, block: &SettingBlock) -> String {
    match block.about.starts_with(meaning.trim_end_matches('.')) {
        true => format!("{}\n\n", block.about),
        false => format!("{meaning}\n\n{}\n\n", block.about),
    }
}

fn table(text: &mut String, depth: usize, keys: &[SettingKey], examples: &Examples) {
    let is_block = |key: &&SettingKey| matches!(key.form, SettingForm::Block(_));
    let values: Vec<&SettingKey> = keys.iter().filter(|key| !is_block(key)).collect();
    if !values.is_empty() {
        text.push_str(
            "| Key | Takes | Default | Example | Variable | Meaning |\n|---|---|---|---|---|---|\n",
        );
    }
    for key in &values {
        text.push_str(&row(key, &examples[&key.path]));
    }
    for key in keys.iter().filter(is_block) {
        section(text, depth + 1, key, examples);
    }
    for key in values {
        let Some((is_list, item)) = items(&key.form) else { continue };
        let place = if is_list { "[]" } else { ".*" };
        text.push_str(&format!("\n{} {}{place}\n\n", "#".repeat(depth + 1), key.path));
        if let SettingForm::List(form) | SettingForm::Map(form) = &key.form
            && let SettingForm::Block(block) = &**form
        {
            text.push_str(&format!("{}\n\n", block.about));
        }
        table(text, depth + 1, item, examples);
    }
}

fn row(key: &SettingKey, example: &str) -> String {
    let code = |text: &String| format!("`{}`", text.replace('|', "\\|"));
    let others: String = key.aliases.iter().map(|alias| format!(", `{}`", last(alias))).collect();
    let default = match (key.is_required, &key.default) {
        (true, _) => "required".to_owned(),
        (false, Some(default)) => code(default),
        (false, None) => "–".to_owned(),
    };
    let variable = key.variable.as_ref().map_or_else(|| "–".to_owned(), code);
    let cells = [
        format!("`{}`{others}", name(key)),
        takes(key),
        default,
        code(&example.to_owned()),
        variable,
        meaning(key),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn takes(key: &SettingKey) -> String {
    key.allowed.clone().unwrap_or_else(|| form(&key.form))
}

fn form(form: &SettingForm) -> String {
    let text = match form {
        SettingForm::Boolean => "`true` or `false`",
        SettingForm::Integer => "a whole number",
        SettingForm::Number => "a number",
        SettingForm::Text => "a text",
        SettingForm::Secret => "a secret",
        SettingForm::Path => "a path",
        SettingForm::Duration => "a duration",
        SettingForm::Size => "a size",
        SettingForm::Url => "a URL",
        SettingForm::Address => "a port, or an address with one",
        SettingForm::Sampler => "`always_on`, `always_off`, `root`, or a number from 0 to 1",
        SettingForm::Choice(words) => {
            return words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        }
        SettingForm::List(item) => return format!("a list of {}", self::form(item)),
        SettingForm::Map(item) => return format!("names with {}", self::form(item)),
        SettingForm::Block(_) => "blocks, see below",
        other => panic!("the reference has no word for {other:?}"),
    };
    text.to_owned()
}

/// What it is for, and what each word means.
fn meaning(key: &SettingKey) -> String {
    let mut meaning = key.meaning.replace("\n\n", "<br>");
    let choice = match &key.form {
        SettingForm::List(item) | SettingForm::Map(item) => item,
        form => form,
    };
    if let SettingForm::Choice(words) = choice {
        let words: Vec<String> = words
            .iter()
            .map(|(word, meaning)| {
                let first = meaning.split("\n\n").next().unwrap_or_default();
                format!("`{word}`: {}", first.trim_end_matches('.'))
            })
            .collect();
        meaning.push_str(&format!("<br>{}", words.join("; ")));
    }
    meaning.replace('|', "\\|")
}

#[test]
fn configuration_is_what_the_settings_say() {
    generated(FILE, &markdown());
}

/// Names of variables in a source, other than the general beginnings.
fn variables(source: &str) -> impl Iterator<Item = &str> {
    source.split('"').filter(|text| text.starts_with("OTEL_") && text.len() > "OTEL_".len())
}

#[test]
fn every_standard_variable_is_in_the_reference() {
    let sources = repository().join("telemetry-runtime/src/settings/standard_variables");
    let reference = markdown();
    let mut seen = 0;
    for file in fs::read_dir(sources).expect("a folder").flatten() {
        let source = fs::read_to_string(file.path()).expect("text");
        for variable in variables(&source) {
            let signal = ["TRACES", "LOGS", "METRICS"].into_iter().find_map(|signal| {
                let general = format!("OTEL_EXPORTER_OTLP_{signal}_");
                variable.starts_with(&general).then(|| format!("`{general}*`"))
            });
            let is_named = reference.contains(&format!("`{variable}`"))
                || signal.is_some_and(|signal| reference.contains(&signal));
            assert!(is_named, "{variable} is read, but the documentation of no setting names it");
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} variables are found in the sources");
}
