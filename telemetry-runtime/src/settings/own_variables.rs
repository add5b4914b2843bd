//! `TELEMETRY_<SECTION>_<KEY>`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node::Node;
use super::problems::Problems;
use super::source::Source;
use super::table::{Table, nearest_of, similarity};

const PREFIX: &str = "TELEMETRY_";

/// Names the settings file, so it is no setting itself.
pub(super) const FILE: &str = "TELEMETRY_SETTINGS";

const YAML_ONLY: &str = "the settings file: lists and maps are set in YAML only";

/// How similar an unknown variable must be to a known one to be a misspelling of it. Others may
/// belong to another program.
const SIMILAR: f64 = 0.6;

/// The variable of a setting: the section `telemetry` is not doubled.
pub(super) fn variable_of(path: &str) -> String {
    let path = path.strip_prefix("telemetry.").unwrap_or(path);
    format!("{PREFIX}{}", path.replace('.', "_").to_ascii_uppercase())
}

/// Reads every variable of ours; gives a warning for each that is ignored.
pub(super) fn read(
    variables: &BTreeMap<String, String>,
    table: &mut Table<'_>,
    problems: &mut Problems,
) -> Vec<String> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut warnings = Vec::new();
    for (name, value) in variables.iter().filter(|(name, value)| is_setting(name) && !value.is_empty()) {
        let source = Source::Variable(Arc::from(name.as_str()));
        let Some((row, written)) = find(table, name) else {
            warnings.extend(unknown(name, table, problems));
            continue;
        };
        let row = &mut table.rows[row];
        if row.yaml_only {
            problems.invalid_secret(&written, &source, YAML_ONLY);
        } else if let Some(first) = seen.insert(row.path.clone(), name.clone()) {
            problems.twice(&first, name, &source);
        } else {
            row.names().for_each(|name| problems.forgive(name));
            row.read(&Node::text(value, source), &written, problems);
        }
    }
    warnings
}

fn is_setting(variable: &str) -> bool {
    variable.starts_with(PREFIX) && variable != FILE
}

/// The row that a variable sets, and the name by which it does.
fn find(table: &Table<'_>, variable: &str) -> Option<(usize, String)> {
    table.rows.iter().enumerate().find_map(|(index, row)| {
        let below = |name: &str| {
            let known = variable_of(name);
            known == variable || (row.yaml_only && variable.starts_with(&format!("{known}_")))
        };
        row.names().find(|name| below(name)).map(|name| (index, name.to_owned()))
    })
}

/// A variable that sets nothing: a mistake below a section and for a likely misspelling, else a
/// warning.
fn unknown(variable: &str, table: &Table<'_>, problems: &mut Problems) -> Option<String> {
    let known: Vec<String> =
        table.rows.iter().filter(|row| !row.yaml_only).flat_map(|row| row.names().map(variable_of)).collect();
    let key = &variable[PREFIX.len()..];
    // The section `telemetry` is left out, which is easily overlooked.
    let once = known.iter().find(|name| key == name.as_str()).cloned();
    let nearest =
        once.or_else(|| nearest_of(key, known.iter().map(|name| (&name[PREFIX.len()..], name.as_str()))));
    let is_misspelt =
        nearest.as_deref().is_some_and(|name| similarity(key, &name[PREFIX.len()..]) >= SIMILAR);
    let is_below = |section: &String| {
        key.strip_prefix(&section.to_ascii_uppercase()).is_some_and(|rest| rest.starts_with('_'))
    };
    if is_misspelt || table.sections.iter().any(is_below) {
        problems.unknown(variable, &Source::Variable(Arc::from("environment")), nearest);
        return None;
    }
    Some(format!("{variable}: no such setting; the variable is ignored"))
}
