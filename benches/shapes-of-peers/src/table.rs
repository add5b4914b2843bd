//! The result as a table.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    peer::Peer,
    suite::{Id, Suite},
    trial::Trial,
};

/// How many names a row has.
const NAMES: usize = 3;

pub(crate) struct Row {
    pub(crate) peer: Peer,
    pub(crate) version: String,
    pub(crate) trial: Trial,
}

pub(crate) fn text(suite: &Suite, rows: &[Row]) -> String {
    let mut text =
        "| attributes of | shapes | do not compile | lints | the first of them |\n|---|--:|--:|--:|---|\n"
            .to_owned();
    let shapes = suite.ids().count();
    for Row { peer, version, trial } in rows {
        let named = trial.failed.keys().chain(trial.warned.keys()).take(NAMES);
        let named: Vec<_> = named.map(|id| format!("`{}`", suite.name(*id))).collect();
        let (failed, warned) = (trial.failed.len(), trial.warned.len());
        let label = format!("{} {version}", peer.name());
        let label = format!("{}: {}", label.trim_end(), peer.attributes());
        writeln!(text, "| {label} | {shapes} | {failed} | {warned} | {} |", named.join(", "))
            .expect("memory");
    }
    text
}

/// What the table has not, by reason.
pub(crate) fn left_out(suite: &Suite) -> String {
    let mut reasons = BTreeMap::<_, Vec<_>>::new();
    for (reason, place) in suite.left_out() {
        reasons.entry(reason).or_default().push(place);
    }
    let mut text = format!("Not tried: {} shapes.\n", reasons.values().map(Vec::len).sum::<usize>());
    for (reason, places) in reasons {
        writeln!(text, "- {} {reason}: {}", places.len(), places.join(", ")).expect("memory");
    }
    text
}

/// Every finding with its place and message.
pub(crate) fn details(suite: &Suite, row: &Row) -> String {
    let mut text = format!("\n{} {}\n", row.peer.name(), row.version);
    for (kind, findings) in [("error", &row.trial.failed), ("lint", &row.trial.warned)] {
        for (id, message) in findings {
            writeln!(text, "  {kind} {}: {message}", place(suite, *id)).expect("memory");
        }
    }
    text
}

fn place(suite: &Suite, id: Id) -> String {
    format!("{} {}", suite.files[id.0].place(suite.shape(id).line), suite.shape(id).name)
}
