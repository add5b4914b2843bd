//! Metrics of the program: through a cached handle, and through the macros of the `metrics` facade.

use std::{hint::black_box, time::Duration};

use metrics::{Key, Label, Level, Metadata, Recorder as _, counter, gauge, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use prometheus::{GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts};
use telemetry_runtime::{Counter, Gauge, Histogram, Metrics, Telemetry};

use crate::{
    calls::threads,
    measure::{Measured, Pace, Subject, in_turns, timed},
    ours,
    table::{Goal, Row, nanos},
};

/// What repeated runs of equal code differ by.
const NO_SLOWER: f64 = 1.05;

const LABELS: [&str; 2] = ["provider", "operation"];
const VALUES: [&str; 2] = ["bench", "sync"];
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The `metrics` facade with its Prometheus exporter.
struct Facade {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Facade {
    fn new() -> Self {
        let recorder = PrometheusBuilder::new().set_buckets(&BOUNDS).expect("bounds").build_recorder();
        Self { handle: recorder.handle(), recorder }
    }

    fn key(name: &'static str) -> Key {
        Key::from_parts(
            name,
            LABELS.into_iter().zip(VALUES).map(|(key, value)| Label::new(key, value)).collect::<Vec<_>>(),
        )
    }

    /// Calls of a macro, which finds this recorder first.
    fn calls(&self, mut call: impl FnMut()) -> impl FnMut(u32) -> Duration {
        move |calls| with_local_recorder(&self.recorder, || timed(calls, &mut call))
    }
}

fn opts(name: &str) -> Opts {
    Opts::new(name, "Help.")
}

/// The official client of Prometheus for Rust.
struct Official {
    counter: prometheus::IntCounter,
    gauge: prometheus::Gauge,
    histogram: prometheus::Histogram,
}

impl Official {
    fn new() -> Self {
        let counter = IntCounterVec::new(opts("counter_total"), &LABELS).expect("legal");
        let gauge = GaugeVec::new(opts("gauge"), &LABELS).expect("legal");
        let bounds = HistogramOpts::new("time_seconds", "Help.").buckets(BOUNDS.to_vec());
        let histogram = HistogramVec::new(bounds, &LABELS).expect("legal");
        Self {
            counter: counter.with_label_values(&VALUES),
            gauge: gauge.with_label_values(&VALUES),
            histogram: histogram.with_label_values(&VALUES),
        }
    }
}

struct Ours {
    counter: Counter<0>,
    gauge: Gauge<0>,
    histogram: Histogram<0>,
}

impl Ours {
    fn new() -> Self {
        let metrics = Metrics::new("bench", "");
        Self {
            counter: metrics.counter("typed_total", "Help.", LABELS).with(VALUES),
            gauge: metrics.gauge("typed_level", "Help.", LABELS).with(VALUES),
            histogram: metrics.histogram_with("typed_seconds", "Help.", LABELS, &BOUNDS).with(VALUES),
        }
    }
}

/// Ours by handle and macro, then two peers by handle and one by macro.
fn rows_of(case: &str, [handle, r#macro, official, facade, facade_macro]: [Measured; 5]) -> Vec<Row> {
    let (peer, best) = match official.nanos <= facade.nanos {
        true => ("prometheus handle", official),
        false => ("metrics handle", facade),
    };
    let row = |form: &str, measured: Measured| Row::new(format!("{case}, {form}"), nanos(measured.nanos));
    vec![
        row("cached handle", handle)
            .beside(peer, nanos(best.nanos))
            .goal(Goal::AtMost(NO_SLOWER))
            .no_allocations(handle.allocations),
        row("macro with static labels", r#macro)
            .beside("metrics macro", nanos(facade_macro.nanos))
            .goal(Goal::AtMost(NO_SLOWER))
            .no_allocations(r#macro.allocations),
        row("prometheus handle", official).allocations(official.allocations),
        row("metrics handle", facade).allocations(facade.allocations),
    ]
}

pub(crate) fn rows() -> Vec<Row> {
    let settings = ours::settings_of("exporters: []\ntracing: { enabled: false }");
    // Its recorder is that of the macros.
    let installed = Telemetry::builder().settings(settings).install();
    let _telemetry = installed.unwrap_or_else(|error| panic!("{error}"));
    let (ours, official, facade) = (Ours::new(), Official::new(), Facade::new());
    let mut rows = counters(&ours, &official, &facade);
    rows.extend(gauges(&ours, &official, &facade));
    rows.extend(histograms(&ours, &official, &facade));
    rows.extend(together(&ours));
    rows
}

fn counters(ours: &Ours, official: &Official, facade: &Facade) -> Vec<Row> {
    let metadata = Metadata::new("bench", Level::INFO, None);
    let handle = facade.recorder.register_counter(&Facade::key("counter_total"), &metadata);
    let measured = in_turns(
        &Pace::Steady,
        [
            Subject::new(|| ours.counter.inc()),
            Subject::new(|| {
                counter!("ours_total", "provider" => "bench", "operation" => "sync").increment(1);
            }),
            Subject::new(|| official.counter.inc()),
            Subject::new(|| handle.increment(1)),
            Subject::with_batches(facade.calls(|| {
                counter!("theirs_total", "provider" => "bench", "operation" => "sync").increment(1);
            })),
        ],
    );
    rows_of("counter", measured)
}

fn gauges(ours: &Ours, official: &Official, facade: &Facade) -> Vec<Row> {
    let metadata = Metadata::new("bench", Level::INFO, None);
    let handle = facade.recorder.register_gauge(&Facade::key("gauge"), &metadata);
    let measured = in_turns(
        &Pace::Steady,
        [
            Subject::new(|| ours.gauge.set(black_box(1.5))),
            Subject::new(|| {
                gauge!("ours_level", "provider" => "bench", "operation" => "sync").set(black_box(1.5));
            }),
            Subject::new(|| official.gauge.set(black_box(1.5))),
            Subject::new(|| handle.set(black_box(1.5))),
            Subject::with_batches(facade.calls(|| {
                gauge!("theirs_level", "provider" => "bench", "operation" => "sync").set(black_box(1.5));
            })),
        ],
    );
    rows_of("gauge set", measured)
}

fn histograms(ours: &Ours, official: &Official, facade: &Facade) -> Vec<Row> {
    let metadata = Metadata::new("bench", Level::INFO, None);
    let handle = facade.recorder.register_histogram(&Facade::key("time_seconds"), &metadata);
    // Its samples are kept until somebody takes them in.
    let pause = || facade.handle.run_upkeep();
    let measured = in_turns(
        &Pace::Bursts(&pause),
        [
            Subject::new(|| ours.histogram.observe(black_box(0.03))),
            Subject::new(|| {
                histogram!("ours_seconds", "provider" => "bench", "operation" => "sync")
                    .record(black_box(0.03));
            }),
            Subject::new(|| official.histogram.observe(black_box(0.03))),
            Subject::new(|| handle.record(black_box(0.03))),
            Subject::with_batches(facade.calls(|| {
                histogram!("theirs_seconds", "provider" => "bench", "operation" => "sync")
                    .record(black_box(0.03));
            })),
        ],
    );
    rows_of("histogram", measured)
}

/// Two threads at once: no cache line is theirs together.
fn together(ours: &Ours) -> Vec<Row> {
    let row = |case: &str, (alone, together): (f64, f64)| {
        Row::new(format!("{case}, 2 threads"), nanos(together))
            .beside("one thread", nanos(alone))
            .goal(Goal::AtMost(1.2))
    };
    vec![
        row("counter, cached handle", threads::measure(2, &|| ours.counter.inc())),
        row("histogram, cached handle", threads::measure(2, &|| ours.histogram.observe(black_box(0.03)))),
        row(
            "counter, macro",
            threads::measure(2, &|| {
                counter!("ours_total", "provider" => "bench", "operation" => "sync").increment(1);
            }),
        ),
    ]
}
