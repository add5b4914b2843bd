//! What a closed breaker costs a call that goes well, beside failsafe, recloser and tower-resilience.
//!
//! `cargo run --release -p telemetry-breaker-bench -- --check` ends with code 1 if a goal is missed. All cases take
//! turns, round by round, so that a noisy machine disturbs them alike; figures are medians.

mod cases;
mod measure;

use std::process::ExitCode;

use crate::{
    cases::Case,
    measure::{Rounds, added, median},
};

/// What `breaker` may add to an instrumented call, of the cheapest peer.
const MOST_ADDED: f64 = 0.5;
/// A call by hand, of the clock pair.
const MOST_BY_HAND: f64 = 1.6;
/// Two threads over one, with the noise of a shared machine.
const FLAT: f64 = 1.15;

struct Table {
    one: Rounds,
    two: Rounds,
}

impl Table {
    fn net(&self, rounds: &Rounds, case: Case) -> f64 {
        match case.base() {
            Some(base) => added(&rounds[&base], &rounds[&case]),
            None => median(&rounds[&case]),
        }
    }

    fn print(&self) {
        let pair = median(&self.one[&Case::ClockPair]);
        println!(
            "{:<44}{:>9}{:>8}{:>9}{:>8}",
            "a closed breaker, success", "1T ns", "x pair", "2T ns", "2T/1T"
        );
        for case in Case::ALL {
            let (one, two) = (self.net(&self.one, case), self.net(&self.two, case));
            let flat = if case.base().is_some() { String::new() } else { format!("{:.2}", two / one) };
            println!("{:<44}{one:>9.1}{:>8.2}{two:>9.1}{flat:>8}", case.name(), one / pair);
        }
    }

    /// Each goal with its figure.
    fn goals(&self) -> [(String, f64, f64); 4] {
        let cheapest =
            |rounds| Case::PEERS.map(|peer| self.net(rounds, peer)).into_iter().fold(f64::INFINITY, f64::min);
        let ours = |rounds| self.net(rounds, Case::Added);
        let by_hand = [&self.one, &self.two].map(|rounds| median(&rounds[&Case::ByHand]));
        let pair = median(&self.one[&Case::ClockPair]);
        [
            (
                "`breaker` adds, of the cheapest peer, 1 thread".to_owned(),
                ours(&self.one) / cheapest(&self.one),
                MOST_ADDED,
            ),
            (
                "`breaker` adds, of the cheapest peer, 2 threads".to_owned(),
                ours(&self.two) / cheapest(&self.two),
                MOST_ADDED,
            ),
            ("by hand, of the clock pair".to_owned(), by_hand[0] / pair, MOST_BY_HAND),
            ("by hand, 2 threads of 1".to_owned(), by_hand[1] / by_hand[0], FLAT),
        ]
    }
}

fn main() -> ExitCode {
    let checks = std::env::args().any(|argument| argument == "--check");
    let table = Table { one: measure::one_thread(), two: measure::two_threads() };
    table.print();
    println!();
    let mut missed = false;
    for (goal, figure, most) in table.goals() {
        let holds = figure <= most;
        missed |= !holds;
        println!("{:<50}{figure:>8.2}  at most {most:.2}  {}", goal, if holds { "ok" } else { "MISSED" });
    }
    ExitCode::from(u8::from(checks && missed))
}
