//! The shapes of the tests under the attributes of peers: how many do not compile, and how many break a lint.
//!
//! `cargo run -p telemetry-peer-shapes` prints the table; `-- --details` also what the compiler says about each shape,
//! and names of crates choose rows. Nothing is run: whether a call is counted rightly is what the tests of the suite ask.

mod attribute;
mod compile;
mod finding;
mod found;
mod peer;
mod shape;
mod suite;
mod table;
mod tokens;
mod trial;

use std::{collections::BTreeSet, error::Error, path::PathBuf, process::ExitCode};

use crate::{
    compile::Workspace,
    peer::Peer,
    suite::{EDITIONS, Suite},
    table::Row,
    trial::Trial,
};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let (peers, has_details) = arguments()?;
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let suite = Suite::read(&root.join("tests"))?;
    let workspace = Workspace::new(&root)?;
    let mut rows = Vec::new();
    for peer in peers {
        let mut trial = Trial::default();
        for edition in EDITIONS {
            let package = workspace.package(&suite, peer, edition);
            let mut shapes: BTreeSet<_> = suite.ids().filter(|id| package.files.contains(&id.0)).collect();
            // What fails in one edition has failed.
            shapes.retain(|id| !trial.failed.contains_key(id));
            trial.merge(Trial::run(&package, shapes)?);
        }
        eprintln!("{}: {} failed, {} lints", peer.name(), trial.failed.len(), trial.warned.len());
        rows.push(Row { peer, version: workspace.version(peer.name()), trial });
    }
    print!("{}\n{}", table::text(&suite, &rows), table::left_out(&suite));
    for row in &rows {
        if has_details || row.peer == Peer::Ours && !row.trial.is_clean() {
            print!("{}", table::details(&suite, row));
        }
    }
    let is_clean = rows.iter().all(|row| row.peer != Peer::Ours || row.trial.is_clean());
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Which rows, and whether with `--details`. Defaults to all rows without.
fn arguments() -> Result<(Vec<Peer>, bool), String> {
    let mut peers = Vec::new();
    let mut has_details = false;
    for argument in std::env::args().skip(1) {
        if argument == "--details" {
            has_details = true;
            continue;
        }
        let peer = Peer::ALL.into_iter().find(|peer| peer.name() == argument);
        let names = Peer::ALL.map(Peer::name).join(", ");
        peers.push(peer.ok_or_else(|| format!("`{argument}` is not known; there are --details, {names}"))?);
    }
    if peers.is_empty() {
        peers.extend(Peer::ALL);
    }
    Ok((peers, has_details))
}
