//! What an attribute costs in a program that was built with the feature `off`: nothing.
//!
//! ```sh
//! cargo bench -p telemetry-off-tests                    # beside the plain function, in time
//! cargo bench -p telemetry-off-tests -- --instructions  # counted; needs valgrind
//! ```
//!
//! Ends with 1 if a figure is not that of the plain function.
#![allow(dead_code, reason = "parts of another program, of which not everything is used here")]

#[path = "../../../benches/src/counting.rs"]
mod counting;
#[path = "../../../benches/src/measure.rs"]
mod measure;
#[path = "../../../benches/src/table.rs"]
mod table;

use std::{
    hint::black_box,
    pin::pin,
    process::ExitCode,
    task::{Context, Poll, Waker},
};

use telemetry_runtime as telemetry;

use crate::{
    measure::{Pace, Subject, in_turns},
    table::{Goal, Quantity, Row, nanos},
};

struct Plain;

impl Plain {
    #[inline(never)]
    fn sync(&self, number: u64) -> Result<u64, ()> {
        body(number)
    }

    async fn future(&self, number: u64) -> Result<u64, ()> {
        body(number)
    }
}

struct Annotated;

#[telemetry::instrument_adapter("off", slow = "500ms")]
impl Annotated {
    #[inline(never)]
    #[telemetry(fields(number, is_even = number.is_multiple_of(2)))]
    fn sync(&self, number: u64) -> Result<u64, ()> {
        body(number)
    }

    async fn future(&self, number: u64) -> Result<u64, ()> {
        body(number)
    }
}

#[inline(never)]
fn body(number: u64) -> Result<u64, ()> {
    if number == 0 { Err(()) } else { Ok(number + 1) }
}

#[inline(always)]
fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

const CASES: [(&str, fn()); 4] = [
    ("sync", || drop_result(Annotated.sync(black_box(1)))),
    ("sync-plain", || drop_result(Plain.sync(black_box(1)))),
    ("async", || drop_result(poll(Annotated.future(black_box(1))))),
    ("async-plain", || drop_result(poll(Plain.future(black_box(1))))),
];

#[inline(always)]
fn drop_result<R>(result: R) {
    black_box(result);
}

fn main() -> ExitCode {
    // Cargo adds an argument of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let rows = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(in_time()),
        ["--instructions"] => counted(),
        ["--repeat", case, times] => return repeat(case, times),
        _ => Err(format!("{arguments:?} is not known; there is `--instructions`")),
    };
    match rows {
        Ok(rows) => {
            table::print_head();
            table::print_section("the feature `off`");
            let missed = rows.iter().filter(|row| !row.print()).count();
            if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn in_time() -> Vec<Row> {
    let [sync, plain, future, plain_future] =
        in_turns(&Pace::Steady, CASES.map(|(_, call)| Subject::new(call)));
    [("an annotated function", sync, plain), ("an annotated future, one poll", future, plain_future)]
        .map(|(case, ours, plain)| {
            let row = Row::new(case, nanos(ours.nanos)).beside("the plain one", nanos(plain.nanos));
            // What two equal functions may differ by on a machine that does other things.
            row.goal(Goal::AtMost(1.05)).no_allocations(ours.allocations)
        })
        .into()
}

fn counted() -> Result<Vec<Row>, String> {
    let quantity = |case| counting::instructions(case).map(|value| Quantity { value, unit: "instr" });
    [
        ("an annotated function", "sync", "sync-plain"),
        ("an annotated future, one poll", "async", "async-plain"),
    ]
    .into_iter()
    .map(|(case, ours, plain)| {
        let row = Row::new(case, quantity(ours)?).beside("the plain one", quantity(plain)?);
        Ok(row.goal(Goal::AtMost(1.0)))
    })
    .collect()
}

/// Makes the calls of a case, as the counted program.
fn repeat(case: &str, times: &str) -> ExitCode {
    let known = CASES.iter().find(|(name, _)| *name == case);
    let (Some((_, call)), Ok(times)) = (known, times.parse()) else {
        eprintln!("there is no case `{case}`, or `{times}` is no number of calls");
        return ExitCode::from(2);
    };
    counting::calls(*call, times);
    ExitCode::SUCCESS
}
