//! Calls whose spans are recorded and taken away by the pipeline.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use telemetry_runtime as telemetry;

use super::beside_clock;
use crate::{
    measure::{self, Pace, Subject, in_turns},
    ours::{self, Free, Full, clock_pair, poll},
    table::{Goal, Quantity, Row, nanos},
};

pub(crate) fn rows() -> Vec<Row> {
    let telemetry = ours::telemetry(1.0);
    let drain = || ours::drain(&telemetry);
    let [clock, root, full, child, future, fields, error, by_hand] = in_turns(
        &Pace::Bursts(&drain),
        [
            Subject::new(clock_pair),
            Subject::new(|| Free.sync(black_box(1))),
            Subject::new(|| Full.sync(black_box(1))),
            Subject::with_batches(children),
            Subject::new(|| poll(Free.future(black_box(1)))),
            Subject::new(|| Free.with_fields(black_box(1))),
            Subject::new(|| Free.sync(black_box(0))),
            Subject::new(by_hand),
        ],
    );
    let mut rows = vec![
        beside_clock("sampled root, no fields", root, clock, 1.9),
        beside_clock("sampled root, no fields, breaker", full, clock, 1.9),
        beside_clock("sampled child, no fields", child, clock, 1.9),
        beside_clock("sampled root, async, one poll", future, clock, 1.9),
        beside_clock("sampled root, 3 fields: int, bool, text", fields, clock, 2.5),
    ];
    for (case, measured) in [("sampled root, an error", error), ("span by hand, 3 attributes", by_hand)] {
        let row = Row::new(case, nanos(measured.nanos)).beside("clock pair", nanos(clock.nanos));
        rows.push(row.allocations(measured.allocations));
    }
    rows.push(Row::new("sampled root, one in 100 µs, the mean of 4 000", nanos(rare())));
    drain();
    rows.extend(account(&telemetry));
    rows
}

/// A batch of calls inside one trace.
pub(crate) fn children(calls: u32) -> Duration {
    let root = telemetry::span("root").start();
    let _entered = root.enter();
    measure::timed(calls, &mut || Free.sync(black_box(1)))
}

fn by_hand() {
    let span =
        telemetry::span("work").attribute("number", 7).attribute("flag", true).attribute("key", "short text");
    drop(black_box(span.start()));
}

/// Nanoseconds of a call among few: whoever wakes the pipeline pays for that. Longer than a ring is, so that its whole
/// length is used; caches are warm.
fn rare() -> f64 {
    const CALLS: u32 = 4000;
    const PAUSE: Duration = Duration::from_micros(100);
    let mut spent = Duration::ZERO;
    for _ in 0..CALLS {
        let begun = Instant::now();
        while begun.elapsed() < PAUSE {
            black_box(clock_pair());
        }
        spent += measure::timed(1, &mut || Free.sync(black_box(1)));
    }
    spent.as_secs_f64() * 1e9 / f64::from(CALLS)
}

/// Nothing was lost, or the figures above are those of losing spans.
fn account(telemetry: &telemetry::Telemetry) -> [Row; 2] {
    let snapshot = telemetry.snapshot();
    let started = snapshot.sum("telemetry_spans_started_total", &[]);
    let result = |result| snapshot.sum("telemetry_spans_total", &[("exporter", "null"), ("result", result)]);
    let (exported, dropped) = (result("exported"), result("dropped"));
    let spans = |count: u64| Quantity { value: count as f64, unit: "spans" };
    [
        Row::new("spans exported or dropped, of those started", spans(exported + dropped))
            .beside("started", spans(started))
            .goal(Goal::AtLeast(1.0)),
        Row::new("spans dropped meanwhile", spans(dropped)).goal(Goal::AtMost(0.0)),
    ]
}
