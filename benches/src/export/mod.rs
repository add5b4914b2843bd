//! From the call to a collector on this machine, without a loss.

mod receiver;

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use opentelemetry::{
    KeyValue,
    trace::{Span, SpanKind, Status, Tracer, TracerProvider},
};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider,
};
use telemetry_runtime::{Settings, Telemetry};

use self::receiver::Receiver;
use crate::{
    measure::median,
    ours::{self, Free, bare},
    process,
    table::{Goal, Quantity, Row},
};

const SPANS: u64 = 200_000;
const ROUNDS: usize = 7;
const QUEUE: usize = 16_384;
/// Spans that may be on the way; no buffer between here and there overflows with fewer.
const IN_FLIGHT: u64 = 1500;

/// What a round came to.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// Spans in a second.
    rate: f64,
    /// CPU of all threads but the receiver's, nanoseconds a span.
    cpu: f64,
}

pub(crate) fn rows() -> Vec<Row> {
    let receiver = Receiver::start();
    let settings = format!(
        "tracing: {{ batch: {{ max_queue_size: {QUEUE} }} }}\n\
         exporters:\n  - {{ provider: otlp, otlp: {{ endpoint: \"{}\" }} }}",
        receiver.endpoint()
    );
    let settings: Settings = ours::settings_of(&settings);
    let telemetry = ours::built(Telemetry::builder().settings(settings));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let provider = runtime.block_on(async { official(&receiver.endpoint()) });
    let tracer = provider.tracer("bench");

    let mut rounds: [Vec<Round>; 3] = Default::default();
    for _ in 0..ROUNDS {
        rounds[0].push(round(
            &receiver,
            || drop(black_box(Free.sync(black_box(1)))),
            || ours::drain(&telemetry),
        ));
        let flush = || provider.force_flush().expect("the receiver answers");
        rounds[1].push(round(&receiver, || like_ours(&tracer), flush));
        rounds[2].push(round(&receiver, || plain(&tracer), flush));
    }
    let [ours, alike, plain] = rounds.map(|rounds| Round {
        rate: median(rounds.iter().map(|round| round.rate).collect()),
        cpu: median(rounds.iter().map(|round| round.cpu).collect()),
    });
    let snapshot = telemetry.snapshot();
    let dropped = snapshot.sum("telemetry_spans_total", &[("result", "dropped")]) as f64;
    table(ours, alike, plain, dropped)
}

fn table(ours: Round, alike: Round, plain: Round, dropped: f64) -> Vec<Row> {
    let rate = |round: Round| Quantity { value: round.rate / 1e3, unit: "k/s" };
    let cpu = |round: Round| Quantity { value: round.cpu, unit: "ns" };
    let [same, bare] = ["SDK batch, the same span", "SDK batch, a bare span"];
    vec![
        Row::new("spans to a collector, with metrics", rate(ours))
            .beside(same, rate(alike))
            .goal(Goal::AtLeast(1.5)),
        Row::new("CPU a span, with metrics", cpu(ours)).beside(same, cpu(alike)).goal(Goal::AtMost(1.0)),
        Row::new("spans to a collector, with metrics", rate(ours)).beside(bare, rate(plain)),
        Row::new("CPU a span, with metrics", cpu(ours)).beside(bare, cpu(plain)),
        Row::new("spans dropped by ours meanwhile", Quantity { value: dropped, unit: "spans" })
            .goal(Goal::AtMost(0.0)),
    ]
}

/// Makes spans as fast as they are taken, and waits for the last.
fn round(receiver: &Receiver, mut span: impl FnMut(), flush: impl Fn()) -> Round {
    const CHECKED_EVERY: u64 = 128;
    let before = receiver.received();
    let cpu = process::cpu_without(receiver::THREAD);
    let start = Instant::now();
    for made in 0..SPANS {
        if made % CHECKED_EVERY == 0 {
            while before + made > receiver.received() + IN_FLIGHT {
                thread::sleep(Duration::from_micros(20));
            }
        }
        span();
    }
    flush();
    let deadline = Instant::now() + Duration::from_secs(20);
    while receiver.received() < before + SPANS {
        assert!(Instant::now() < deadline, "{} of {SPANS} spans arrived", receiver.received() - before);
        thread::sleep(Duration::from_micros(100));
    }
    assert_eq!(receiver.received(), before + SPANS, "spans arrived");
    let spans = SPANS as f64;
    Round {
        rate: spans / start.elapsed().as_secs_f64(),
        cpu: (process::cpu_without(receiver::THREAD) - cpu) / spans,
    }
}

/// The official batch processor and exporter, as they are deployed.
fn official(endpoint: &str) -> SdkTracerProvider {
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
    let batch = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
    let processor = BatchSpanProcessor::builder(exporter.expect("the endpoint is legal"))
        .with_batch_config(batch)
        .build();
    SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
        .with_span_processor(processor)
        .build()
}

fn plain(tracer: &SdkTracer) {
    let mut span = tracer.start("bench_free.sync");
    let _ = black_box(bare(black_box(1)));
    span.end();
}

/// With the attributes that every span of ours carries.
fn like_ours(tracer: &SdkTracer) {
    let attributes = [
        KeyValue::new("provider", "bench_free"),
        KeyValue::new("operation", "sync"),
        KeyValue::new("code.function.name", "Free::sync"),
        KeyValue::new("code.file.path", file!()),
        KeyValue::new("code.line.number", i64::from(line!())),
        KeyValue::new("peer.service", "bench_free"),
    ];
    let builder = tracer.span_builder("bench_free.sync").with_kind(SpanKind::Client);
    let mut span = builder.with_attributes(attributes).start(tracer);
    let _ = black_box(bare(black_box(1)));
    span.set_status(Status::Unset);
    span.end();
}
