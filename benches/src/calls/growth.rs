//! Calls of many operations, and of many label sets, in turn: what more of them cost each call.

use std::{hint::black_box, time::Duration};

use telemetry_runtime::{Operation, Telemetry};

use crate::{
    measure::{Pace, Subject, in_turns, timed},
    ours::{self, Grown, Null, bare, clock_pair},
    table::{Row, nanos},
};

pub(crate) fn rows() -> Vec<Row> {
    let settings = ours::settings_of(
        "telemetry: { sampling_ratio: 0.0 }\nmetrics: { cardinality_limit: 20000 }\nexporters: []",
    );
    let _telemetry = ours::built(Telemetry::builder().settings(settings).exporter("null", Null));
    let operations: Vec<&'static Operation> =
        (0..10_000).map(|number| Operation::new("bench_growth", &format!("operation_{number}"))).collect();
    for operation in &operations {
        let _ = operation.run(|| bare(1));
    }
    for shard in 0..MANY_SETS {
        let _ = Grown.sync(1, shard);
    }
    let [clock, one, ten, thousand, all, one_set, few_sets, many_sets] = in_turns(
        &Pace::Steady,
        [
            Subject::new(clock_pair),
            in_circles(&operations[..1]),
            in_circles(&operations[..10]),
            in_circles(&operations[..1000]),
            in_circles(&operations),
            sets_in_circles(1),
            sets_in_circles(8),
            sets_in_circles(MANY_SETS),
        ],
    );
    let row = |case: &str, nanos_of: f64| Row::new(case, nanos(nanos_of));
    vec![
        row("one operation made at run time", one.nanos).beside("clock pair", nanos(clock.nanos)),
        row("10 operations in turn", ten.nanos).beside("one operation", nanos(one.nanos)),
        row("1 000 operations in turn", thousand.nanos).beside("one operation", nanos(one.nanos)),
        row("10 000 operations in turn", all.nanos).beside("one operation", nanos(one.nanos)),
        row("one label set of 1 000", one_set.nanos).beside("clock pair", nanos(clock.nanos)),
        row("8 label sets in turn", few_sets.nanos)
            .beside("one set", nanos(one_set.nanos))
            .no_allocations(few_sets.allocations),
        row("1 000 label sets in turn", many_sets.nanos)
            .beside("one set", nanos(one_set.nanos))
            .no_allocations(many_sets.allocations),
    ]
}

const MANY_SETS: u16 = 1000;

/// Calls with each of the first label sets in turn.
fn sets_in_circles(sets: u16) -> Subject<'static> {
    let mut shards = (0..sets).cycle();
    Subject::new(move || shards.next().map(|shard| Grown.sync(black_box(1), shard)))
}

fn in_circles<'a>(operations: &'a [&'static Operation]) -> Subject<'a> {
    let mut next = operations.iter().cycle();
    Subject::with_batches(move |calls: u32| -> Duration {
        timed(calls, &mut || next.next().map(|operation| operation.run(|| bare(black_box(1)))))
    })
}
