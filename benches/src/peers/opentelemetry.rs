//! A span of the official SDK, without `tracing` and without metrics.

use std::hint::black_box;

use opentelemetry::{
    KeyValue,
    trace::{Span, Tracer, TracerProvider},
};
use opentelemetry_sdk::trace::{Sampler, SdkTracer};

use super::{drain, official_tracing};
use crate::{
    measure::{Pace, Subject, in_turns},
    ours::{self, Failure, Free, bare},
    table::{Row, nanos},
};

pub(crate) fn rows() -> Vec<Row> {
    let telemetry = ours::telemetry(1.0);
    let provider = official_tracing(Sampler::AlwaysOn);
    let tracer = provider.tracer("bench");
    let pause = || {
        ours::drain(&telemetry);
        drain(&provider);
    };
    let [ours, theirs, ours_with_fields, theirs_with_fields] = in_turns(
        &Pace::Bursts(&pause),
        [
            Subject::new(|| Free.sync(black_box(1))),
            Subject::new(|| span(&tracer, black_box(1))),
            Subject::new(|| Free.with_fields(black_box(1))),
            Subject::new(|| span_with_attributes(&tracer, black_box(1))),
        ],
    );
    [
        ("sampled root with metrics, no fields", ours, theirs),
        ("sampled root with metrics, 3 fields", ours_with_fields, theirs_with_fields),
    ]
    .map(|(case, ours, theirs)| {
        Row::new(case, nanos(ours.nanos))
            .beside("opentelemetry SDK span", nanos(theirs.nanos))
            .allocations(ours.allocations)
    })
    .into()
}

#[inline(never)]
fn span(tracer: &SdkTracer, number: u64) -> Result<u64, Failure> {
    let mut span = tracer.start("bench.sync");
    let result = bare(number);
    span.end();
    result
}

#[inline(never)]
fn span_with_attributes(tracer: &SdkTracer, number: u64) -> Result<u64, Failure> {
    let mut span = tracer.start("bench.sync");
    span.set_attribute(KeyValue::new("number", number as i64));
    span.set_attribute(KeyValue::new("is_even", number.is_multiple_of(2)));
    span.set_attribute(KeyValue::new("venue", "short text"));
    let result = bare(number);
    span.end();
    result
}
