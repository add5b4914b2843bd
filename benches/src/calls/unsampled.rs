//! Calls whose trace is not recorded.

use std::hint::black_box;

use super::beside_clock;
use crate::{
    measure::{Measured, Pace, Subject, in_turns},
    ours::{self, Failing, Free, Full, Labelled, Refused, bare, bare_async, clock_pair, poll},
    table::{Goal, Row, nanos},
};

pub(crate) fn rows() -> Vec<Row> {
    let _telemetry = ours::telemetry(0.0);
    Refused::open();
    let mut shard = 0;
    let [clock, body, sync, free, nested, body_async, future, free_future, error, judged, rejected, labelled] =
        in_turns(
            &Pace::Steady,
            [
                Subject::new(clock_pair),
                Subject::new(|| bare(black_box(1))),
                Subject::new(|| Full.sync(black_box(1))),
                Subject::new(|| Free.sync(black_box(1))),
                Subject::new(|| Full.outer(black_box(1))),
                Subject::new(|| poll(bare_async(black_box(1)))),
                Subject::new(|| poll(Full.future(black_box(1)))),
                Subject::new(|| poll(Free.future(black_box(1)))),
                Subject::new(|| Free.sync(black_box(0))),
                Subject::new(|| Failing.sync(black_box(0))),
                Subject::new(|| Refused.sync(black_box(1))),
                Subject::new(move || {
                    shard = (shard + 1) % 8;
                    Labelled.sync(black_box(1), shard)
                }),
            ],
        );
    let net = |all: Measured| Measured { nanos: all.nanos - body_async.nanos, ..all };
    vec![
        Row::new("clock pair + delta: the unit", nanos(clock.nanos)),
        Row::new("the body alone, sync", nanos(body.nanos)),
        Row::new("the body alone, one poll", nanos(body_async.nanos)),
        beside_clock("full job, sync, ok", sync, clock, 1.6),
        beside_clock("full job, sync, ok, no breaker", free, clock, 1.6),
        beside_clock("full job, async, one poll, net of the bare poll", net(future), clock, 1.75),
        beside_clock("full job, async, no breaker, net", net(free_future), clock, 1.75),
        beside_clock("error path, typed label", error, clock, 1.9),
        Row::new("error path, typed label, breaker judges", nanos(judged.nanos))
            .beside("clock pair", nanos(clock.nanos))
            .no_allocations(judged.allocations),
        beside_clock("rejected by an open breaker", rejected, clock, 1.6),
        Row::new("two labels, one of eight sets", nanos(labelled.nanos))
            .beside("clock pair", nanos(clock.nanos))
            .no_allocations(labelled.allocations),
        Row::new("nested: outer and inner", nanos(nested.nanos))
            .beside("one", nanos(sync.nanos))
            .goal(Goal::AtMost(2.0))
            .no_allocations(nested.allocations),
    ]
}
