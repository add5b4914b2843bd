//! What the pages tell Prometheus, read by promtool.

use std::{fs, path::Path};

use crate::installed;

const OPERATIONS: &str = include_str!("../../../docs/operations.md");

/// The page's blocks of this kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let fence = format!("```yaml {kind}\n");
    OPERATIONS.split(&*fence).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

fn check(file: &Path, what: &str, text: &str) {
    let Some(mut promtool) = installed::program("promtool") else { return };
    fs::write(file, text).expect("a file");
    let output = promtool.args(["check", what]).arg(file).output().expect("promtool runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}\n{text}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn promtool_accepts_what_the_pages_say() {
    let directory = tempfile::tempdir().expect("a directory");
    let (configurations, rules) = (blocks("prometheus"), blocks("prometheus-rules"));
    assert!(configurations.len() == 2 && rules.len() == 1);
    for text in configurations {
        check(&directory.path().join("prometheus.yml"), "config", text);
    }
    for text in rules {
        check(&directory.path().join("rules.yml"), "rules", text);
    }
}
