//! The parts of the table, each in a process of its own.

use std::process::{Command, ExitCode};

use crate::{
    alerts, calls, events, export, memory, metrics, neighbours, peers, render,
    table::{self, Row},
    web,
};

struct Section {
    name: &'static str,
    rows: fn() -> Vec<Row>,
}

const SECTIONS: [Section; 23] = [
    Section { name: "calls", rows: calls::unsampled::rows },
    Section { name: "sampled", rows: calls::sampled::rows },
    Section { name: "keep rule", rows: calls::policy::keep },
    Section { name: "sampling rules", rows: calls::policy::rules },
    Section { name: "threads", rows: calls::threads::rows },
    Section { name: "growth", rows: calls::growth::rows },
    Section { name: "not installed", rows: calls::idle::not_installed },
    Section { name: "disabled", rows: calls::idle::disabled },
    Section { name: "by hand, 1 % sampled", rows: peers::by_hand::one_percent },
    Section { name: "by hand, always sampled", rows: peers::by_hand::always },
    Section { name: "autometrics", rows: peers::autometrics::rows },
    Section { name: "opentelemetry", rows: peers::opentelemetry::rows },
    Section { name: "fastrace", rows: peers::fastrace::rows },
    Section { name: "metrics", rows: metrics::rows },
    Section { name: "spans of tracing", rows: neighbours::of_tracing },
    Section { name: "official API", rows: neighbours::of_the_api },
    Section { name: "render", rows: render::rows },
    Section { name: "memory", rows: memory::rows },
    Section { name: "flat memory", rows: memory::flat },
    Section { name: "events", rows: events::rows },
    Section { name: "alerts", rows: alerts::rows },
    Section { name: "export", rows: export::rows },
    Section { name: "web", rows: web::rows },
];

/// A section's process ends with this if a goal was missed.
const MISSED: u8 = 3;

/// Runs every section that may hold what is asked for.
pub(crate) fn run_all(only: Option<&str>, check: bool) -> ExitCode {
    table::print_head();
    let mut all_met = true;
    // A section's own name selects all of it; otherwise every section looks for the case.
    let named = |section: &&Section| only.is_some_and(|only| section.name.contains(only));
    let is_section = SECTIONS.iter().any(|section| named(&section));
    for section in SECTIONS.iter().filter(|section| !is_section || named(section)) {
        let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
        command.args(["--section", section.name]);
        if let Some(only) = only.filter(|_| !is_section) {
            command.args(["--only", only]);
        }
        let status = command.status().expect("this program starts");
        match status.code() {
            Some(0) => {}
            Some(code) if code == i32::from(MISSED) => all_met = false,
            _ => {
                eprintln!("the section `{}` failed: {status}", section.name);
                return ExitCode::FAILURE;
            }
        }
    }
    if check && !all_met { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs one section and prints its rows.
pub(crate) fn run_one(name: &str, only: Option<&str>) -> ExitCode {
    let Some(section) = SECTIONS.iter().find(|section| section.name == name) else {
        eprintln!("there is no section `{name}`");
        return ExitCode::from(2);
    };
    let rows = (section.rows)();
    let mut rows = rows.iter().filter(|row| only.is_none_or(|only| row.case.contains(only))).peekable();
    if rows.peek().is_some() {
        table::print_section(name);
    }
    // Every row is printed, also after a miss.
    let missed = rows.filter(|row| !row.print()).count();
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::from(MISSED) }
}
