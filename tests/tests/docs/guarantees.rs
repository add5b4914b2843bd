//! `docs/guarantees.md`: each promise stands beside a test that there is.

use std::{fs, path::Path};

use crate::page::{self, Page};

/// Whether the file has a test of that name that is run.
fn has_test(file: &Path, name: &str) -> bool {
    let Ok(text) = fs::read_to_string(file) else { return false };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_it = |line: &str| {
        let line = line.trim_start_matches("async ");
        line.strip_prefix("fn ")
            .and_then(|line| line.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with('('))
    };
    lines.iter().enumerate().any(|(at, line)| {
        let attributes = lines[..at].iter().rev().take_while(|line| line.starts_with('#'));
        let attributes: Vec<_> = attributes.collect();
        let is_test =
            attributes.iter().any(|it| it.starts_with("#[test]") || it.starts_with("#[tokio::test"));
        is_it(line) && is_test && !attributes.iter().any(|it| it.starts_with("#[ignore"))
    })
}

#[test]
fn every_promise_has_its_test() {
    let page = Page::read(&page::root().join("docs/guarantees.md"));
    let rows = page.prose.iter().filter(|(_, line)| line.starts_with("| "));
    let rows: Vec<_> = rows.filter(|(_, line)| !line.starts_with("| Promise")).collect();
    assert!(rows.len() > 40, "{} promises", rows.len());
    for (number, row) in rows {
        let test = row.split("| [`").nth(1).and_then(|test| test.split_once("`]("));
        let (name, rest) = test.unwrap_or_else(|| panic!("guarantees.md:{number}: no test"));
        let file = rest.split(')').next().unwrap_or_default();
        let path = page.path.with_file_name(file);
        assert!(has_test(&path, name), "guarantees.md:{number}: {file} has no test `{name}`");
    }
}

#[test]
fn a_test_that_is_gone_is_noticed() {
    let here = page::root().join("tests/tests/docs/guarantees.rs");
    assert!(has_test(&here, "every_promise_has_its_test"));
    assert!(!has_test(&here, "every_promise_has_its"), "a part of a name is none");
    assert!(!has_test(&here, "has_test"), "a function that is no test");
    assert!(!has_test(Path::new("/nowhere/at/all.rs"), "every_promise_has_its_test"));
}
