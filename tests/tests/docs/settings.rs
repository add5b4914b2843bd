//! Blocks of YAML: settings that load, and files of other programs that those accept.

use std::collections::BTreeMap;

use telemetry_runtime::Settings;

use crate::page::{self, Block};

/// What the environment of the pages' programs has.
fn variables(yaml: &str) -> BTreeMap<String, String> {
    let names = yaml.match_indices("${").filter_map(|(at, _)| yaml[at + 2..].split(['}', ':']).next());
    names.map(|name| (name.to_owned(), value(name).to_owned())).collect()
}

/// A value as the variable's name promises it.
fn value(name: &str) -> &'static str {
    match name {
        _ if name.ends_with("_URL") => "https://receiver.example/path",
        _ if name.ends_with("_CONNECTION_STRING") => {
            "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://receiver.example/"
        }
        _ => "a-secret",
    }
}

#[test]
fn every_settings_block_loads() {
    let mut seen = 0;
    for page in page::all() {
        for Block { line, text, .. } in page.blocks.iter().filter(|block| block.info == "yaml") {
            let settings = Settings::from_yaml_and(text, &variables(text));
            let settings = settings.unwrap_or_else(|error| panic!("{}:{line}: {error}", page.name));
            assert!(settings.warnings().is_empty(), "{}:{line}: {:?}", page.name, settings.warnings());
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen} blocks");
}

/// Pages whose blocks the macros write, which another test compares.
const GENERATED: [&str; 1] = ["docs/attributes.md"];

#[test]
fn every_block_is_of_a_kind_that_a_test_reads() {
    const KINDS: [&str; 9] = [
        "rust",
        "rust,no_run",
        "yaml",
        "yaml prometheus",
        "yaml prometheus-rules",
        "sh",
        "toml",
        "console",
        "console protected",
    ];
    for page in page::all().iter().filter(|page| !GENERATED.contains(&&*page.name)) {
        for Block { info, line, .. } in &page.blocks {
            // What programs print, and pictures.
            let is_text = info == "text";
            assert!(is_text || KINDS.contains(&&**info), "{}:{line}: `{info}` is read by no test", page.name);
        }
    }
}

#[test]
fn all_rust_is_compiled() {
    let compiled = include_str!("../../src/documentation.rs");
    for page in page::all() {
        let has_rust = page.blocks.iter().any(|block| block.info.starts_with("rust"));
        // Its blocks are parts of examples, which a test of the examples compares and runs.
        let is_compared = page.name == "docs/getting-started.md" || GENERATED.contains(&&*page.name);
        if has_rust && !is_compared {
            let named = format!("\"{}\"", page.name);
            assert!(compiled.contains(&named), "tests/src/documentation.rs does not name {}", page.name);
        }
    }
}
