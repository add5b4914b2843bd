//! Blocks of commands: what they name exists.

use std::{collections::BTreeMap, fs};

use telemetry_runtime::Settings;

use crate::page::{self, Page};

/// Programs that pages may tell readers to run.
const PROGRAMS: [&str; 16] = [
    "bash",
    "cargo",
    "cd",
    "curl",
    "docker",
    "grep",
    "kubectl",
    "promtool",
    "amtool",
    "sh",
    "export",
    "cp",
    ".ci/long",
    ".ci/packages",
    ".ci/references",
    ".ci/run",
];

/// The lines of commands, without comments, each with its place.
fn commands() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for page in page::all() {
        for block in page.blocks.iter().filter(|block| block.info == "sh") {
            let lines = block.text.lines().enumerate();
            let code = lines
                .map(|(at, line)| (block.line + at, line.split(" # ").next().unwrap_or_default().trim()));
            let code = code.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
            found.extend(code.map(|(line, code)| (format!("{}:{line}", page.name), code.to_owned())));
        }
    }
    found
}

/// A command's words, behind the variables that it sets.
fn split(command: &str) -> (BTreeMap<String, String>, Vec<&str>) {
    let mut words = command.split_whitespace().peekable();
    let mut variables = BTreeMap::new();
    while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
        variables.insert(name.to_owned(), value.trim_matches('"').to_owned());
        words.next();
    }
    (variables, words.collect())
}

#[test]
fn every_command_names_what_there_is() {
    let commands = commands();
    assert!(commands.len() > 15, "{commands:?}");
    for (place, command) in &commands {
        let (variables, words) = split(command);
        let program = words.first().copied().unwrap_or("bash");
        // `cp` makes its last word.
        let made = if program == "cp" { words.last() } else { None };
        let is_known = PROGRAMS.contains(&program) || program == "cp" || program.starts_with(".ci/");
        assert!(is_known, "{place}: nobody knows `{command}`");
        let files = words.iter().filter(|word| is_file_of_ours(word) && Some(*word) != made);
        for file in files {
            assert!(page::root().join(file).exists(), "{place}: there is no {file}");
        }
        if words.first() == Some(&"cargo") {
            check_cargo(place, &words);
        }
        let told = Settings::from_yaml_and("", &variables).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert!(told.warnings().is_empty(), "{place}: {:?}", told.warnings());
    }
}

/// Whether a word names something below the project's root.
fn is_file_of_ours(word: &str) -> bool {
    ["deploy/", "docs/", "tests/", "examples/", ".ci/"].iter().any(|folder| word.starts_with(folder))
}

fn check_cargo(place: &str, words: &[&str]) {
    let after = |flag: &str| words.iter().skip_while(|word| **word != flag).nth(1).copied();
    let manifest = |package: &str| {
        let folder =
            package_folder(package).unwrap_or_else(|| panic!("{place}: there is no package {package}"));
        fs::read_to_string(page::root().join(&folder).join("Cargo.toml")).expect("a manifest")
    };
    if let Some(package) = after("-p") {
        manifest(package);
    }
    if let Some(bin) = after("--bin") {
        let text = manifest("telemetry-examples");
        assert!(text.contains(&format!("name = \"{bin}\"")), "{place}: no example is called {bin}");
    }
    if let (Some(package), Some(test)) = (after("-p"), after("--test")) {
        let folder = page::root().join(package_folder(package).expect("seen above"));
        let is_there = folder.join(format!("tests/{test}.rs")).is_file()
            || manifest(package).contains(&format!("[[test]]\nname = \"{test}\""));
        assert!(is_there, "{place}: {package} has no test {test}");
    }
    if let (Some("telemetry-runtime"), Some(features)) =
        (words.iter().skip(2).find(|word| !word.starts_with('-')).copied(), after("--features"))
    {
        let text = manifest("telemetry-runtime");
        for feature in features.split(',') {
            assert!(text.contains(&format!("\n{feature} = [")), "{place}: there is no feature {feature}");
        }
    }
}

/// Where the package of that name is.
fn package_folder(name: &str) -> Option<String> {
    let workspace = fs::read_to_string(page::root().join("Cargo.toml")).expect("a manifest");
    let members = workspace.split("members = [").nth(1)?.split(']').next()?.to_owned();
    let folders = members.split('"').skip(1).step_by(2).map(str::to_owned);
    folders.into_iter().find(|folder| {
        let manifest = page::root().join(folder).join("Cargo.toml");
        fs::read_to_string(manifest).is_ok_and(|text| text.contains(&format!("name = \"{name}\"")))
    })
}

#[test]
fn features_are_told_in_full() {
    let manifest = fs::read_to_string(page::root().join("telemetry-runtime/Cargo.toml")).expect("a manifest");
    let features =
        manifest.split("[features]").nth(1).and_then(|rest| rest.split("\n[").next()).expect("features");
    let readme = Page::read(&page::root().join("README.md"));
    let prose: String = readme.prose.iter().map(|(_, line)| format!("{line}\n")).collect();
    let names = features.lines().filter_map(|line| line.split_once(" = [")).map(|(name, _)| name);
    for name in names.filter(|name| !name.starts_with('_')) {
        assert!(prose.contains(name), "README.md does not name the feature {name}");
    }
}
