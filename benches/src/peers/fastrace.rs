//! `fastrace`: a child span alone, which is what it is made for.

use std::{hint::black_box, time::Duration};

use fastrace::{
    Span,
    collector::{Config, Reporter, SpanContext, SpanRecord},
};

use crate::{
    calls::sampled,
    measure::{self, Pace, Subject, in_turns},
    ours::{self, Failure, bare, clock_pair},
    table::{Goal, Row, nanos},
};

struct Nowhere;

impl Reporter for Nowhere {
    fn report(&mut self, _spans: Vec<SpanRecord>) {}
}

#[inline(never)]
#[fastrace::trace]
fn sync(number: u64) -> Result<u64, Failure> {
    bare(number)
}

/// A batch of calls inside one trace.
fn children(calls: u32) -> Duration {
    let root = Span::root("root", SpanContext::random());
    let _entered = root.set_local_parent();
    measure::timed(calls, &mut || sync(black_box(1)))
}

pub(crate) fn rows() -> Vec<Row> {
    let telemetry = ours::telemetry(1.0);
    // Only a flush collects, so that no thread of it works meanwhile.
    fastrace::set_reporter(Nowhere, Config::default().report_interval(Duration::from_secs(3600)));
    let pause = || {
        ours::drain(&telemetry);
        fastrace::flush();
    };
    let [clock, ours, theirs] = in_turns(
        &Pace::Bursts(&pause),
        [Subject::new(clock_pair), Subject::with_batches(sampled::children), Subject::with_batches(children)],
    );
    vec![
        Row::new("sampled child with metrics", nanos(ours.nanos))
            .beside("fastrace child span alone", nanos(theirs.nanos))
            .goal(Goal::AtMost(1.5))
            .allocations(ours.allocations),
        Row::new("fastrace child span alone", nanos(theirs.nanos))
            .beside("clock pair", nanos(clock.nanos))
            .allocations(theirs.allocations),
    ]
}
