//! What telemetry costs, beside its peers, in one run.
//!
//! ```sh
//! cargo run --release -p telemetry-benches                    # the whole table
//! cargo run --release -p telemetry-benches -- --check         # ends with 1 if a goal is missed
//! cargo run --release -p telemetry-benches -- --only sampled  # the sections or cases of that name
//! cargo run --release -p telemetry-benches -- --instructions  # counted instructions; needs valgrind
//! ```
//!
//! Every section runs in a process of its own, because samplers, subscribers and recorders are process-wide.

mod alerts;
mod arguments;
mod calls;
mod counting;
mod events;
mod export;
mod instructions;
mod measure;
mod memory;
mod metrics;
mod neighbours;
mod ours;
mod peers;
mod process;
mod render;
mod sections;
mod table;
mod web;

use std::process::ExitCode;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    match arguments {
        Arguments::Table { only, check } => sections::run_all(only.as_deref(), check),
        Arguments::Section { name, only } => sections::run_one(&name, only.as_deref()),
        Arguments::Instructions => instructions::print(),
        Arguments::Repeat { case, times } => instructions::repeat(&case, times),
    }
}
