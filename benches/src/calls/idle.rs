//! Calls of a program that has not set telemetry up, or has switched it off.

use std::hint::black_box;

use telemetry_runtime::Telemetry;

use super::beside_clock;
use crate::{
    measure::{Measured, Pace, Subject, in_turns},
    ours::{self, Free, Full, bare, clock_pair, poll},
    table::{Row, nanos},
};

/// Calls count before telemetry is installed too.
pub(crate) fn not_installed() -> Vec<Row> {
    let [clock, full, free] = in_turns(
        &Pace::Steady,
        [
            Subject::new(clock_pair),
            Subject::new(|| Full.sync(black_box(1))),
            Subject::new(|| Free.sync(black_box(1))),
        ],
    );
    vec![
        beside_clock("not installed, no breaker", free, clock, 1.3),
        beside_clock("not installed, breaker", full, clock, 1.6),
    ]
}

/// Breakers go on protecting, so only calls without one are spared.
pub(crate) fn disabled() -> Vec<Row> {
    let settings = ours::settings_of("telemetry: { enabled: false }");
    let _telemetry = ours::built(Telemetry::builder().settings(settings));
    let [clock, body, free, future, full] = in_turns(
        &Pace::Steady,
        [
            Subject::new(clock_pair),
            Subject::new(|| bare(black_box(1))),
            Subject::new(|| Free.sync(black_box(1))),
            Subject::new(|| poll(Free.future(black_box(1)))),
            Subject::new(|| Full.sync(black_box(1))),
        ],
    );
    let net = |all: Measured| Measured { nanos: all.nanos - body.nanos, ..all };
    let beside =
        |case, all: Measured| Row::new(case, nanos(all.nanos)).beside("clock pair", nanos(clock.nanos));
    vec![
        beside("the body alone", body),
        beside_clock("enabled: false, no breaker", free, clock, 0.3),
        beside("enabled: false, no breaker, net of the body", net(free)),
        beside("enabled: false, no breaker, one poll", future).no_allocations(future.allocations),
        beside_clock("enabled: false, breaker", full, clock, 1.6),
    ]
}
