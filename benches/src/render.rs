//! What a scrape of `/metrics` costs.

use std::hint::black_box;

use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use telemetry_runtime::{
    Operation, Snapshot, Telemetry, Value,
    prometheus::{Format, render},
};

use crate::{
    measure::{Measured, Pace, Subject, in_turns},
    ours::{self, bare},
    table::{Goal, Quantity, Row},
};

/// Bounds and `+Inf` are 14 buckets a histogram and one more.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Lines of the type and help of families, which each side words itself.
const HEADS: &str = "# ";

pub(crate) fn rows() -> Vec<Row> {
    let settings = ours::settings_of("metrics: { cardinality_limit: 20000 }\nexporters: []");
    let telemetry = ours::built(Telemetry::builder().settings(settings));
    let few = Scrape::of(&telemetry, 1000);
    let [few_ours, few_theirs] = few.measure();
    drop(few);
    let many = Scrape::of(&telemetry, 10_000);
    let [many_ours, many_theirs] = many.measure();
    let milliseconds = |measured: Measured| Quantity { value: measured.nanos / 1e6, unit: "ms" };
    vec![
        Row::new("/metrics, 1 000 operations × 14 buckets", milliseconds(few_ours))
            .beside("metrics-exporter-prometheus", milliseconds(few_theirs))
            .goal(Goal::AtMost(0.08)),
        Row::new("/metrics, 10 000 operations × 14 buckets", milliseconds(many_ours))
            .beside("metrics-exporter-prometheus", milliseconds(many_theirs))
            .goal(Goal::AtMost(0.08)),
        // Linear, with what larger caches than these would spare.
        Row::new("10 000 operations against 1 000", milliseconds(many_ours))
            .beside("10 × those of 1 000", Quantity { value: few_ours.nanos * 10.0 / 1e6, unit: "ms" })
            .goal(Goal::AtMost(1.5)),
    ]
}

/// The same series on both sides.
struct Scrape<'a> {
    telemetry: &'a Telemetry,
    theirs: PrometheusHandle,
}

impl<'a> Scrape<'a> {
    fn of(telemetry: &'a Telemetry, operations: usize) -> Self {
        for number in 0..operations {
            let _ = Operation::new("bench_render", &format!("operation_{number}")).run(|| bare(1));
        }
        let recorder = PrometheusBuilder::new().set_buckets(&BOUNDS).expect("bounds").build_recorder();
        copy(&telemetry.snapshot(), &recorder);
        let scrape = Self { telemetry, theirs: recorder.handle() };
        scrape.assert_alike();
        scrape
    }

    /// A comparison of different texts would say nothing.
    fn assert_alike(&self) {
        let mut ours = String::new();
        render(&self.telemetry.snapshot(), Format::Text, &mut ours);
        let series =
            |text: &str| text.lines().filter(|line| !line.is_empty() && !line.starts_with(HEADS)).count();
        let (ours, theirs) = (series(&ours), series(&self.theirs.render()));
        assert_eq!(ours, theirs, "lines of ours and of theirs");
    }

    fn measure(&self) -> [Measured; 2] {
        let mut text = String::new();
        let ours = move || {
            text.clear();
            render(&self.telemetry.snapshot(), Format::Text, &mut text);
            black_box(text.len())
        };
        in_turns(&Pace::Few, [Subject::new(ours), Subject::new(|| self.theirs.render().len())])
    }
}

/// Registers every series of ours with the peer, with one sample each.
fn copy(snapshot: &Snapshot, recorder: &PrometheusRecorder) {
    let metadata = Metadata::new("bench", Level::INFO, None);
    for family in snapshot.families() {
        for series in &family.series {
            let labels: Vec<Label> = series
                .labels
                .iter()
                .map(|(name, value)| Label::new(name.to_owned(), value.to_owned()))
                .collect();
            let key = Key::from_parts(family.name.to_string(), labels);
            match &series.value {
                Value::Counter(count) => recorder.register_counter(&key, &metadata).increment(*count),
                // Their counters know whole numbers only.
                Value::Gauge(value) | Value::Amount(value) => {
                    recorder.register_gauge(&key, &metadata).set(*value);
                }
                _ => recorder.register_histogram(&key, &metadata).record(0.000_001),
            }
        }
    }
}
