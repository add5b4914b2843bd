//! What an attribute costs the compiler: the same crate plain, with ours, and with the peers' attributes.
//!
//! `cargo run -p telemetry-compile-time` prints the table; `-- --rounds 5` measures more often. Each crate is changed
//! and compiled alone, its dependencies are ready; the variants take turns, and the fastest of each counts.

mod measure;
mod source;
mod table;

use std::{error::Error, path::PathBuf};

use crate::{
    measure::{Bench, Command},
    source::{Kind, Variant},
    table::Row,
};

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = rounds()?;
    let bench = Bench::new(&root())?;
    let mut rows = Vec::new();
    for kind in Kind::ALL {
        let mut fastest = [[f64::INFINITY; 2]; Variant::ALL.len()];
        for variant in &Variant::ALL {
            bench.prepare(kind, *variant)?;
        }
        for round in 0..rounds {
            for (variant, fastest) in Variant::ALL.iter().zip(&mut fastest) {
                for (command, fastest) in [Command::Check, Command::Build].into_iter().zip(fastest) {
                    *fastest = fastest.min(bench.time(kind, *variant, command, round)?);
                }
            }
        }
        let plain = fastest[0];
        for (variant, seconds) in Variant::ALL.into_iter().zip(fastest) {
            rows.push(Row { kind, variant, seconds, plain });
        }
    }
    print!("{}", table::text(&rows));
    Ok(())
}

/// `--rounds N`. Defaults to 3.
fn rounds() -> Result<u32, String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(3),
        ["--rounds", count] => count
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| format!("--rounds takes a number from 1, not `{count}`")),
        _ => Err(format!("`{}` is not known; there is --rounds N", arguments.join(" "))),
    }
}

/// The repository.
fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
