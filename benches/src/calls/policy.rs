//! Calls under a sampling policy that is more than a ratio.

use std::hint::black_box;

use telemetry_runtime as telemetry;

use super::{beside_clock, sampled};
use crate::{
    measure::{Pace, Subject, in_turns},
    ours::{self, Free, clock_pair, poll},
    table::{Goal, Quantity, Row, nanos},
};

/// Nothing is chosen, and everything could be kept.
pub(crate) fn keep() -> Vec<Row> {
    let telemetry = telemetry_of(0.0, "keep: { errors: true, slower_than: 10s }");
    let drain = || ours::drain(&telemetry);
    let [clock, root, child, future, error] = in_turns(
        &Pace::Bursts(&drain),
        [
            Subject::new(clock_pair),
            Subject::new(|| Free.sync(black_box(1))),
            Subject::with_batches(sampled::children),
            Subject::new(|| poll(Free.future(black_box(1)))),
            Subject::new(|| Free.sync(black_box(0))),
        ],
    );
    drain();
    let mut rows = vec![
        beside_clock("keep rule, root, not kept", root, clock, 2.2),
        beside_clock("keep rule, child, not kept", child, clock, 2.2),
        beside_clock("keep rule, root, async, one poll", future, clock, 2.2),
        Row::new("keep rule, root, an error that keeps it", nanos(error.nanos))
            .beside("clock pair", nanos(clock.nanos)),
    ];
    rows.extend(account(&telemetry));
    rows
}

/// Rules and a limit that let nothing through.
pub(crate) fn rules() -> Vec<Row> {
    let rules: String = (0..20).map(|rule| format!("{{ operation: other_{rule}, ratio: 1 }}, ")).collect();
    let telemetry = telemetry_of(0.0, &format!("rules: [{rules}]"));
    let [clock, ruled, nested, future] = in_turns(
        &Pace::Steady,
        [
            Subject::new(clock_pair),
            Subject::new(|| Free.sync(black_box(1))),
            Subject::with_batches(sampled::children),
            Subject::new(|| poll(Free.future(black_box(1)))),
        ],
    );
    let limit = telemetry::SamplingPolicy::new(1.0).rate_limit(1e-6);
    telemetry.set_sampling(limit).unwrap_or_else(|error| panic!("{error}"));
    let [clock_again, refused] =
        in_turns(&Pace::Steady, [Subject::new(clock_pair), Subject::new(|| Free.sync(black_box(1)))]);
    vec![
        beside_clock("20 rules, unsampled root", ruled, clock, 1.6),
        beside_clock("20 rules, unsampled child", nested, clock, 1.6),
        Row::new("20 rules, unsampled root, async, one poll", nanos(future.nanos))
            .beside("clock pair", nanos(clock.nanos))
            .no_allocations(future.allocations),
        Row::new("rate limit, a root without room", nanos(refused.nanos))
            .beside("clock pair", nanos(clock_again.nanos))
            .no_allocations(refused.allocations),
    ]
}

fn telemetry_of(ratio: f64, sampler: &str) -> telemetry::Telemetry {
    let settings = format!(
        "telemetry: {{ sampling_ratio: {ratio} }}\ntracing: {{ sampler: {{ {sampler} }} }}\nexporters: []"
    );
    let builder = telemetry::Telemetry::builder().settings(ours::settings_of(&settings));
    ours::built(builder.exporter("null", ours::Null))
}

/// Nothing was lost, or the figures above are those of losing spans.
fn account(telemetry: &telemetry::Telemetry) -> [Row; 2] {
    let snapshot = telemetry.snapshot();
    let started = snapshot.sum("telemetry_spans_started_total", &[]);
    let all = snapshot.sum("telemetry_spans_total", &[]);
    let lost = snapshot.sum("telemetry_spans_total", &[("reason", "queue_full")])
        + snapshot.sum("telemetry_spans_total", &[("reason", "evicted")]);
    let spans = |count: u64| Quantity { value: count as f64, unit: "spans" };
    [
        Row::new("keep rule, spans exported or not kept, of those started", spans(all - lost))
            .beside("started", spans(started))
            .goal(Goal::AtLeast(1.0)),
        Row::new("keep rule, spans lost meanwhile", spans(lost)).goal(Goal::AtMost(0.0)),
    ]
}
