//! The crate's own documentation: every public type has an example, and every example runs.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::page;

/// Where public names are, beside the crate's root.
const PUBLIC_MODULES: [&str; 5] =
    ["lib.rs", "settings/mod.rs", "settings/model/mod.rs", "testing/mod.rs", "prometheus/mod.rs"];

fn sources(package: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "md") {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&page::root().join(package).join("src"), &mut found);
    found
}

/// Names of types that stand behind `pub use` in a module, and of those that it declares.
fn public_names(text: &str) -> BTreeSet<String> {
    let uses = text.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let words = uses.flat_map(|list| list.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let types = words.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned);
    types.chain(text.lines().filter_map(|line| declared(line).map(str::to_owned))).collect()
}

/// The type that a line declares.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let kinds = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
    let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// Types that a file declares, each with whether it has an example.
fn types(text: &str) -> Vec<(&str, bool)> {
    let (mut found, mut has_example, mut is_in_choices, mut is_in_attribute) =
        (Vec::new(), false, false, false);
    for line in text.lines() {
        let line = line.trim();
        // The macro writes the examples of its types.
        is_in_choices |= line.starts_with("choices! {");
        if let Some(name) = declared(line) {
            found.push((name, has_example || is_in_choices));
        }
        is_in_attribute |= line.starts_with("#[");
        has_example &= line.starts_with("///") || is_in_attribute;
        has_example |= line.starts_with("/// ```");
        is_in_attribute &= !line.ends_with(']');
        is_in_choices &= declared(line).is_none();
    }
    found
}

#[test]
fn every_public_type_has_an_example() {
    let sources = sources("telemetry-runtime");
    let is_public = |path: &Path| PUBLIC_MODULES.iter().any(|module| path.ends_with(format!("src/{module}")));
    let modules = sources.iter().filter(|(path, _)| is_public(path));
    let names: BTreeSet<String> = modules.flat_map(|(_, text)| public_names(text)).collect();
    assert!(names.len() > 100, "{names:?}");
    let known: Vec<(&str, bool)> = sources.iter().flat_map(|(_, text)| types(text)).collect();
    // Another name of a type, and macros, are declared elsewhere.
    let is_without = |name: &&String| {
        let mut declared = known.iter().filter(|(declared, _)| declared == name).peekable();
        declared.peek().is_some() && !declared.any(|(_, has_example)| *has_example)
    };
    let without: Vec<&String> = names.iter().filter(is_without).collect();
    assert!(without.is_empty(), "no example: {without:?}");
}

#[test]
fn every_example_runs() {
    for (path, text) in ["telemetry-runtime", "telemetry-macros"].into_iter().flat_map(sources) {
        let fences =
            text.lines().filter(|line| line.trim_start().starts_with("/// ```") || line.starts_with("```"));
        for fence in fences {
            assert!(!fence.contains("ignore"), "{}: {fence}", path.display());
        }
    }
}

#[test]
fn examples_are_found() {
    let text = "/// A.\n///\n/// ```\n/// ```\n#[derive(\nDebug\n)]\npub struct A;\npub enum B {}\nchoices! {\n/// C.\npub enum C {}\n}\npub trait D {}";
    assert_eq!(types(text), [("A", true), ("B", false), ("C", true), ("D", false)]);
    assert!(public_names("pub use a::{B, c};\npub mod d;").contains("B"));
}
