//! A module imports from lower levels, and from its own without circles; never upwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The levels of `telemetry-runtime/src`, lowest first.
const LEVELS: [&[&str]; 5] = [
    &["cells", "classify", "clock", "fault", "intern", "outcome", "redact", "thread"],
    &["breaker", "metrics", "operation", "propagation", "scope", "trace"],
    &["adapter_metrics", "call", "settings", "setup_error"],
    &[
        "accounting",
        "activity",
        "alert",
        "catalog",
        "collector",
        "export",
        "health",
        "logs",
        "monitor",
        "otel_api",
        "periodic",
        "process",
        "prometheus",
        "system",
        "tracing_layer",
    ],
    &["adapter", "client", "driver", "macro_support", "setup", "testing", "web"],
];

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|modules| modules.contains(&module))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// First segments after `crate::`, wherever they stand in the code.
fn imports(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(heads_of_group(group)),
            None => found.push(head(rest)),
        }
    }
    found
}

fn head(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The head of each path of `{a::b, c::{d, e}, f}` without the outer brace.
fn heads_of_group(group: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut heads = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(String::new()),
            c => heads.last_mut().expect("never empty").push(c),
        }
    }
    heads.iter().map(|path| head(path.trim())).filter(|head| !head.is_empty()).collect()
}

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Whether imports lead from one module to the other.
fn reaches(graph: &Graph, from: &str, to: &str) -> bool {
    let mut open: Vec<&String> = graph.get(from).into_iter().flatten().collect();
    let mut known = BTreeSet::new();
    while let Some(module) = open.pop() {
        if module == to {
            return true;
        }
        if known.insert(module) {
            open.extend(graph.get(module).into_iter().flatten());
        }
    }
    false
}

#[test]
fn no_module_imports_from_a_higher_level() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../telemetry-runtime/src");
    let mut all = Vec::new();
    files(&root, &mut all);
    let mut upward = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut beside: Graph = BTreeMap::new();
    for file in all {
        let relative = file.strip_prefix(&root).expect("below the root");
        let first = relative.iter().next().expect("a file").to_string_lossy().replace(".rs", "");
        if first == "lib" {
            continue;
        }
        let own = level(&first).unwrap_or_else(|| panic!("`{first}` stands in no level; add it to LEVELS"));
        seen.insert(first.clone(), own);
        for import in imports(&fs::read_to_string(&file).expect("text")) {
            if level(&import) == Some(own) && import != first {
                beside.entry(first.clone()).or_default().insert(import.clone());
            }
            // Names that the root re-exports are for users; inside, modules are named.
            if level(&import).is_some_and(|imported| imported > own) {
                upward.push(format!("{} imports crate::{import}", relative.display()));
            }
        }
    }
    assert!(upward.is_empty(), "upward imports:\n{}", upward.join("\n"));
    let circles: Vec<&String> = beside.keys().filter(|module| reaches(&beside, module, module)).collect();
    assert!(
        circles.is_empty(),
        "modules of one level import each other in a circle: {circles:?}\n{beside:?}"
    );
    assert_eq!(seen.len(), LEVELS.iter().map(|modules| modules.len()).sum::<usize>(), "{seen:?}");
}

#[test]
fn the_reader_of_imports_sees_groups_and_ignores_comments() {
    let text = "use crate::{a::b, c::{d, e},\n f};\n// crate::no\nfn x() { crate::g::h() }";
    assert_eq!(imports(text), ["a", "c", "f", "g"]);
}
