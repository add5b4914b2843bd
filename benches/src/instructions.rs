//! Counted instructions: figures that no other program on the machine can disturb.

use std::{hint::black_box, process::ExitCode};

use telemetry_runtime::Telemetry;
use tracing::Dispatch;
use tracing_subscriber::{Registry, layer::SubscriberExt};

use crate::{
    counting,
    neighbours::foreign,
    ours::{self, Failing, Free, Full, Refused, bare, bare_async, poll},
};

/// One core case.
struct Case {
    name: &'static str,
    /// Of the section `telemetry`.
    settings: &'static str,
    call: fn(),
}

const UNSAMPLED: &str = "sampling_ratio: 0.0";
const SAMPLED: &str = "sampling_ratio: 1.0";
const DISABLED: &str = "enabled: false";

const CASES: [Case; 16] = [
    Case { name: "body", settings: UNSAMPLED, call: || drop(black_box(bare(black_box(1)))) },
    Case {
        name: "clock-pair",
        settings: UNSAMPLED,
        call: || {
            black_box(ours::clock_pair());
        },
    },
    Case { name: "sync", settings: UNSAMPLED, call: || drop(black_box(Full.sync(black_box(1)))) },
    Case { name: "sync-no-breaker", settings: UNSAMPLED, call: || drop(black_box(Free.sync(black_box(1)))) },
    Case { name: "nested", settings: UNSAMPLED, call: || drop(black_box(Full.outer(black_box(1)))) },
    Case {
        name: "body-async",
        settings: UNSAMPLED,
        call: || drop(black_box(poll(bare_async(black_box(1))))),
    },
    Case { name: "async", settings: UNSAMPLED, call: || drop(black_box(poll(Full.future(black_box(1))))) },
    Case { name: "error", settings: UNSAMPLED, call: || drop(black_box(Free.sync(black_box(0)))) },
    Case { name: "error-breaker", settings: UNSAMPLED, call: || drop(black_box(Failing.sync(black_box(0)))) },
    Case { name: "rejected", settings: UNSAMPLED, call: || drop(black_box(Refused.sync(black_box(1)))) },
    Case { name: "sampled", settings: SAMPLED, call: || drop(black_box(Free.sync(black_box(1)))) },
    Case { name: "disabled", settings: DISABLED, call: || drop(black_box(Free.sync(black_box(1)))) },
    Case {
        name: "disabled-async",
        settings: DISABLED,
        call: || drop(black_box(poll(Free.future(black_box(1))))),
    },
    Case {
        name: "sampled-3-fields",
        settings: SAMPLED,
        call: || drop(black_box(Free.with_fields(black_box(1)))),
    },
    Case { name: "tracing-registry", settings: SAMPLED, call: || _ = black_box(foreign(black_box(1))) },
    Case { name: "tracing-layer", settings: SAMPLED, call: || _ = black_box(foreign(black_box(1))) },
];

/// The subscriber that a case runs under.
fn subscriber(case: &str, telemetry: &Telemetry) -> Dispatch {
    match case {
        "tracing-registry" => Dispatch::new(Registry::default()),
        "tracing-layer" => Dispatch::new(Registry::default().with(telemetry.tracing_layer())),
        _ => Dispatch::none(),
    }
}

pub(crate) fn print() -> ExitCode {
    println!("{:<20} {:>18}", "case", "instructions/call");
    for case in &CASES {
        match counting::instructions(case.name) {
            Ok(each) => println!("{:<20} {each:>18.1}", case.name),
            Err(problem) => {
                eprintln!("{problem}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Makes the calls of a case, as the counted program.
pub(crate) fn repeat(case: &str, times: u32) -> ExitCode {
    let Some(case) = CASES.iter().find(|known| known.name == case) else {
        eprintln!("there is no case `{case}`");
        return ExitCode::from(2);
    };
    let telemetry = ours::telemetry_with(case.settings);
    Refused::open();
    tracing::dispatcher::with_default(&subscriber(case.name, &telemetry), || {
        // What only a first call does.
        (case.call)();
        counting::calls(case.call, times);
    });
    ours::drain(&telemetry);
    ExitCode::SUCCESS
}
