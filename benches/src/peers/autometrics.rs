//! `autometrics` with its fastest backend: metrics and a concurrency gauge, no span, no breaker.

use std::hint::black_box;

use crate::{
    measure::{Pace, Subject, in_turns},
    ours::{self, Failure, Full, bare, poll},
    table::{Goal, Row, nanos},
};

#[autometrics::autometrics(track_concurrency)]
#[inline(never)]
fn sync(number: u64) -> Result<u64, Failure> {
    bare(number)
}

#[autometrics::autometrics(track_concurrency)]
async fn future(number: u64) -> Result<u64, Failure> {
    bare(number)
}

pub(crate) fn rows() -> Vec<Row> {
    let _telemetry = ours::telemetry(0.0);
    let [ours, theirs, our_future, their_future] = in_turns(
        &Pace::Steady,
        [
            Subject::new(|| Full.sync(black_box(1))),
            Subject::new(|| sync(black_box(1))),
            Subject::new(|| poll(Full.future(black_box(1)))),
            Subject::new(|| poll(future(black_box(1)))),
        ],
    );
    [
        ("full job, sync, ok, unsampled", ours, theirs),
        ("full job, async, ok, unsampled", our_future, their_future),
    ]
    .map(|(case, ours, theirs)| {
        Row::new(case, nanos(ours.nanos))
            .beside("autometrics (prometheus)", nanos(theirs.nanos))
            .goal(Goal::Faster(6.0))
            .allocations(ours.allocations)
    })
    .into()
}
