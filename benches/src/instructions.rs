//! Counted instructions: figures that no other program on the machine can disturb.

use std::{
    hint::black_box,
    process::{Command, ExitCode},
};

use crate::ours::{self, Failing, Free, Full, Refused, bare, bare_async, poll};

/// One core case.
struct Case {
    name: &'static str,
    /// The share of traces to record.
    ratio: f64,
    call: fn(),
}

const CASES: [Case; 12] = [
    Case { name: "body", ratio: 0.0, call: || drop(black_box(bare(black_box(1)))) },
    Case {
        name: "clock-pair",
        ratio: 0.0,
        call: || {
            black_box(ours::clock_pair());
        },
    },
    Case { name: "sync", ratio: 0.0, call: || drop(black_box(Full.sync(black_box(1)))) },
    Case { name: "sync-no-breaker", ratio: 0.0, call: || drop(black_box(Free.sync(black_box(1)))) },
    Case { name: "nested", ratio: 0.0, call: || drop(black_box(Full.outer(black_box(1)))) },
    Case { name: "body-async", ratio: 0.0, call: || drop(black_box(poll(bare_async(black_box(1))))) },
    Case { name: "async", ratio: 0.0, call: || drop(black_box(poll(Full.future(black_box(1))))) },
    Case { name: "error", ratio: 0.0, call: || drop(black_box(Free.sync(black_box(0)))) },
    Case { name: "error-breaker", ratio: 0.0, call: || drop(black_box(Failing.sync(black_box(0)))) },
    Case { name: "rejected", ratio: 0.0, call: || drop(black_box(Refused.sync(black_box(1)))) },
    Case { name: "sampled", ratio: 1.0, call: || drop(black_box(Free.sync(black_box(1)))) },
    Case { name: "sampled-3-fields", ratio: 1.0, call: || drop(black_box(Free.with_fields(black_box(1)))) },
];

/// Two runs of different length; their difference is free of what starting and ending cost.
const FEW: u32 = 100;
const MANY: u32 = 500;

pub(crate) fn print() -> ExitCode {
    println!("{:<20} {:>18}", "case", "instructions/call");
    for case in &CASES {
        let counted = count(case.name, FEW).and_then(|few| Ok((few, count(case.name, MANY)?)));
        match counted {
            Ok((few, many)) => {
                let each = (many as f64 - few as f64) / f64::from(MANY - FEW);
                println!("{:<20} {each:>18.1}", case.name);
            }
            Err(problem) => {
                eprintln!("{problem}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Instructions of the calling function and what it calls, in a run of so many calls.
fn count(case: &str, times: u32) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg("--toggle-collect=*instructions::calls*")
        .arg(program)
        .args(["--repeat", case, &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind does not start: {error}; install it"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    collected.ok_or_else(|| format!("valgrind says: {text}"))
}

/// Makes the calls of a case, as the counted program.
pub(crate) fn repeat(case: &str, times: u32) -> ExitCode {
    let Some(case) = CASES.iter().find(|known| known.name == case) else {
        eprintln!("there is no case `{case}`");
        return ExitCode::from(2);
    };
    let telemetry = ours::telemetry(case.ratio);
    Refused::open();
    // What only a first call does.
    (case.call)();
    calls(case.call, times);
    ours::drain(&telemetry);
    ExitCode::SUCCESS
}

#[inline(never)]
fn calls(call: fn(), times: u32) {
    for _ in 0..times {
        call();
    }
}
