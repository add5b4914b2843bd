//! Spans of libraries that know only `tracing` or only the official API.

use std::{hint::black_box, time::Duration};

use opentelemetry::{
    Context, global,
    trace::{Span, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_sdk::trace::Sampler;
use telemetry_runtime as telemetry;
use tracing::{
    Dispatch, Level, Subscriber,
    span::{Attributes, Id},
};
use tracing_subscriber::{
    Registry,
    filter::Targets,
    layer::{Context as LayerContext, Identity, Layer, SubscriberExt},
    registry::LookupSpan,
};

use crate::{
    measure::{self, Measured, Pace, Subject, in_turns},
    ours::{self, Free, clock_pair},
    peers,
    table::{Goal, Row, nanos},
};

/// A span of a library that knows only `tracing`.
#[inline(never)]
pub(crate) fn foreign(number: u64) -> u64 {
    let span = tracing::info_span!("foreign", number, venue = "short text");
    let _entered = span.enter();
    number + 1
}

#[inline(never)]
fn event(number: u64) {
    tracing::info!(number, "an event");
}

fn levels() -> Targets {
    Targets::new().with_default(Level::INFO)
}

/// What every layer pays that keeps something of its spans, whatever it does with it.
struct Keeping;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Keeping {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert([0_u64; 8]);
        }
    }

    fn on_close(&self, id: Id, context: LayerContext<'_, S>) {
        if let Some(span) = context.span(&id) {
            black_box(span.extensions().get::<[u64; 8]>());
        }
    }
}

/// Batches of calls with this subscriber on the thread.
fn under(dispatch: &Dispatch, mut call: impl FnMut()) -> impl FnMut(u32) -> Duration {
    move |calls| tracing::dispatcher::with_default(dispatch, || measure::timed(calls, &mut call))
}

/// A figure without what it stands on.
fn beyond(measured: Measured, base: Measured) -> f64 {
    (measured.nanos - base.nanos).max(0.0)
}

/// Our layer, beside the registry that every layer needs.
pub(crate) fn of_tracing() -> Vec<Row> {
    let telemetry = ours::telemetry(1.0);
    let provider = peers::official_tracing(Sampler::AlwaysOn);
    let official = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    let [registry, nothing, keeping, ours, theirs] = [
        Dispatch::new(Registry::default()),
        Dispatch::new(Registry::default().with(Identity::new().with_filter(levels()))),
        Dispatch::new(Registry::default().with(Keeping.with_filter(levels()))),
        Dispatch::new(Registry::default().with(telemetry.tracing_layer())),
        Dispatch::new(Registry::default().with(official)),
    ];
    let drain = || {
        ours::drain(&telemetry);
        peers::drain(&provider);
    };
    let spans = || foreign(black_box(1));
    let [clock, bare, with_nothing, with_keeping, with_ours, with_theirs, event] = in_turns(
        &Pace::Bursts(&drain),
        [
            Subject::new(clock_pair),
            Subject::with_batches(under(&registry, || {
                black_box(spans());
            })),
            Subject::with_batches(under(&nothing, || {
                black_box(spans());
            })),
            Subject::with_batches(under(&keeping, || {
                black_box(spans());
            })),
            Subject::with_batches(under(&ours, || {
                black_box(spans());
            })),
            Subject::with_batches(under(&theirs, || {
                black_box(spans());
            })),
            Subject::with_batches({
                let mut events = under(&ours, || event(black_box(1)));
                move |calls| {
                    let span = telemetry::span("around").start();
                    let _entered = span.enter();
                    events(calls)
                }
            }),
        ],
    );
    vec![
        Row::new("span of tracing, 2 fields, beyond the registry", nanos(beyond(with_ours, bare)))
            .beside("clock pair", nanos(clock.nanos))
            .goal(Goal::AtMost(8.0)),
        Row::new("the same, whole", nanos(with_ours.nanos))
            .beside("tracing-opentelemetry", nanos(with_theirs.nanos))
            .goal(Goal::Faster(1.0)),
        Row::new("the registry alone", nanos(bare.nanos)).beside("clock pair", nanos(clock.nanos)),
        Row::new(
            "a layer that does nothing, filtered by target, beyond it",
            nanos(beyond(with_nothing, bare)),
        )
        .beside("clock pair", nanos(clock.nanos)),
        Row::new(
            "a layer that keeps 64 bytes a span, filtered, beyond it",
            nanos(beyond(with_keeping, bare)),
        )
        .beside("clock pair", nanos(clock.nanos)),
        Row::new("event of tracing in a call", nanos(event.nanos)).beside("clock pair", nanos(clock.nanos)),
    ]
}

/// The official API, with everything of ours installed that it finds.
pub(crate) fn of_the_api() -> Vec<Row> {
    let (telemetry, provider) = (ours::telemetry(1.0), peers::official_tracing(Sampler::AlwaysOn));
    let tracer = provider.tracer("bench");
    let kept = Context::new().with_span(provider.tracer("bench").start("kept"));
    // Before anything of ours watches contexts.
    let [attach_before] = in_turns(&Pace::Steady, [Subject::new(|| drop(black_box(kept.clone()).attach()))]);
    let installed = ours::installed();
    let ours_tracer = global::tracer("bench");
    let drain = || {
        ours::drain(&telemetry);
        peers::drain(&provider);
    };
    let [call, attached, ours, theirs, attach] = in_turns(
        &Pace::Bursts(&drain),
        [
            Subject::new(|| Free.sync(black_box(1))),
            Subject::new(|| {
                let _attached = telemetry::otel_context().attach();
                Free.sync(black_box(1))
            }),
            Subject::new(|| ours_tracer.start("span").end()),
            Subject::new(|| tracer.start("span").end()),
            Subject::new(|| drop(black_box(kept.clone()).attach())),
        ],
    );
    drop(installed);
    vec![
        Row::new("span of the official API through ours", nanos(ours.nanos))
            .beside("opentelemetry SDK span", nanos(theirs.nanos))
            .goal(Goal::Faster(1.0)),
        Row::new("call, where the official API's parents count", nanos(call.nanos)),
        Row::new("call and otel_context().attach()", nanos(attached.nanos)).beside("call", nanos(call.nanos)),
        Row::new("Context::attach, followed by us", nanos(attach.nanos))
            .beside("not followed", nanos(attach_before.nanos)),
    ]
}
