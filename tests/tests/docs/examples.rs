//! The examples: each says what it shows and how it is run, is told of, and is run by a test.

use std::fs;

use crate::page;

/// Names and paths of the examples, as the manifest has them.
fn examples() -> Vec<(String, String)> {
    let manifest = fs::read_to_string(page::root().join("examples/Cargo.toml")).expect("a manifest");
    let value = |section: &str, key: &str| {
        let rest = section.split(&format!("{key} = \"")).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let sections = manifest.split("\n[[").skip(1);
    sections.filter_map(|section| Some((value(section, "name")?, value(section, "path")?))).collect()
}

/// All tests of the examples, one text.
fn tests() -> String {
    let files = fs::read_dir(page::root().join("examples/tests")).expect("tests");
    files.map(|file| fs::read_to_string(file.expect("an entry").path()).expect("text")).collect()
}

#[test]
fn each_says_what_it_shows_is_told_of_and_is_run() {
    let (examples, tests) = (examples(), tests());
    let index = fs::read_to_string(page::root().join("docs/README.md")).expect("an index");
    assert!(examples.len() > 8, "{examples:?}");
    for (name, path) in examples {
        let text = fs::read_to_string(page::root().join("examples").join(&path)).expect("the example");
        let header: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let runs =
            [format!("cargo run --bin {name}"), format!("cargo test -p telemetry-examples --test {name}")];
        assert!(runs.iter().any(|command| header.contains(command)), "{path} does not say how it is run");
        assert!(runs.iter().any(|command| index.contains(command)), "docs/README.md does not name {name}");
        assert!(index.contains(&format!("(../examples/{path})")), "docs/README.md does not link to {path}");
        let is_run = tests.contains(&format!("CARGO_BIN_EXE_{name}\"")) || text.contains("#[test]");
        assert!(is_run, "no test runs {name}");
    }
}
