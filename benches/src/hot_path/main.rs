//! What a call costs, as a multiple of reading the clock twice in the same run.
//!
//! `cargo run --release -p telemetry-benches --bin hot-path`; with `--check` it fails if a case misses its goal.

mod cases;
mod measure;
mod sampled;

use std::process::ExitCode;

use measure::Measured;

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let pair = measure::one_thread(cases::clock_pair);
    println!("clock pair + delta (the reference): {:.1} ns\n", pair.nanos);
    println!("{:<44} {:>8} {:>7} {:>7} {:>7}  goal met", "case", "ns/call", "× pair", "allocs", "goal");
    let mut all_met = true;
    for case in cases::all() {
        let measured = case.run();
        all_met &= print(case.name, measured, pair.nanos, case.goal);
    }
    let sampled = sampled::Sampled::start();
    for (name, goal, measured) in sampled.measure() {
        all_met &= print(name, measured, pair.nanos, goal);
    }
    if check && !all_met { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn print(name: &str, measured: Measured, pair: f64, goal: Option<f64>) -> bool {
    let ratio = measured.nanos / pair;
    let is_met = goal.is_none_or(|goal| ratio <= goal && measured.allocations == 0);
    let goal_text = goal.map_or_else(String::new, |goal| format!("{goal:.2}"));
    let verdict = match goal {
        None => "",
        Some(_) if is_met => "yes",
        Some(_) => "NO",
    };
    let Measured { nanos, allocations } = measured;
    println!("{name:<44} {nanos:>8.1} {ratio:>7.2} {allocations:>7} {goal_text:>7}  {verdict}");
    is_met
}
