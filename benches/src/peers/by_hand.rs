//! What a careful service writes today: `tracing` with `tracing-opentelemetry`, metrics handles that are looked up
//! once, and a circuit breaker.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use failsafe::{CircuitBreaker, Config, StateMachine, backoff, failure_policy};
use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::Sampler;
use tracing::{Instrument, field};
use tracing_subscriber::{Registry, layer::SubscriberExt};

use super::{drain, official_tracing};
use crate::{
    measure::{Pace, Subject, in_turns},
    ours::{self, Failing, Failure, Full, bare, poll},
    table::{Goal, Row, nanos},
};

type Breaker = StateMachine<failure_policy::SuccessRateOverTimeWindow<backoff::EqualJittered>, ()>;

struct ByHand {
    breaker: Breaker,
    success: Counter,
    error: Counter,
    rejected: Counter,
    errors: Counter,
    active: Gauge,
    duration: Histogram,
}

/// The bounds of ours.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

impl ByHand {
    fn new(recorder: &PrometheusRecorder) -> Self {
        let metadata = Metadata::new("bench", Level::INFO, None);
        let key = |name: &'static str, label: Option<(&'static str, &'static str)>| {
            let mut labels = vec![Label::new("provider", "bench"), Label::new("operation", "sync")];
            labels.extend(label.map(|(key, value)| Label::new(key, value)));
            Key::from_parts(name, labels)
        };
        let counter = |name, label| recorder.register_counter(&key(name, label), &metadata);
        // Never opens, as that of ours.
        let policy = failure_policy::success_rate_over_time_window(
            0.0,
            u32::MAX,
            Duration::from_secs(30),
            backoff::equal_jittered(Duration::from_secs(10), Duration::from_secs(300)),
        );
        Self {
            breaker: Config::new().failure_policy(policy).build(),
            success: counter("requests_total", Some(("status", "success"))),
            error: counter("requests_total", Some(("status", "error"))),
            rejected: counter("requests_total", Some(("status", "rejected"))),
            errors: counter("errors_total", Some(("error_type", "zero"))),
            active: recorder.register_gauge(&key("active_requests", None), &metadata),
            duration: recorder.register_histogram(&key("request_duration_seconds", None), &metadata),
        }
    }

    #[inline(never)]
    fn sync(&self, number: u64) -> Result<u64, Failure> {
        let span = span();
        let _entered = span.enter();
        self.count(|| bare(number))
    }

    async fn future(&self, number: u64) -> Result<u64, Failure> {
        async { self.count(|| bare(number)) }.instrument(span()).await
    }

    fn count(&self, body: impl FnOnce() -> Result<u64, Failure>) -> Result<u64, Failure> {
        self.active.increment(1.0);
        let start = Instant::now();
        let result = self.breaker.call(body);
        self.duration.record(start.elapsed().as_secs_f64());
        self.active.decrement(1.0);
        match result {
            Ok(value) => {
                self.success.increment(1);
                Ok(value)
            }
            Err(failsafe::Error::Inner(error)) => {
                self.error.increment(1);
                self.errors.increment(1);
                let span = tracing::Span::current();
                span.record("otel.status_code", "ERROR");
                span.record("error.type", "zero");
                Err(error)
            }
            Err(failsafe::Error::Rejected) => {
                self.rejected.increment(1);
                Err(Failure::Open)
            }
        }
    }
}

fn span() -> tracing::Span {
    tracing::info_span!(
        "bench.sync",
        provider = "bench",
        operation = "sync",
        otel.kind = "client",
        otel.status_code = field::Empty,
        error.r#type = field::Empty,
    )
}

pub(crate) fn one_percent() -> Vec<Row> {
    rows(0.01, Sampler::TraceIdRatioBased(0.01), "1 %", 25.0)
}

pub(crate) fn always() -> Vec<Row> {
    rows(1.0, Sampler::AlwaysOn, "always", 20.0)
}

fn rows(ratio: f64, sampler: Sampler, sampled: &str, goal: f64) -> Vec<Row> {
    let telemetry = ours::telemetry(ratio);
    let provider = official_tracing(sampler);
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    // As production does: one filter at the top, so that a level that is off costs nothing.
    tracing::subscriber::set_global_default(Registry::default().with(layer)).expect("the first one");
    let recorder = PrometheusBuilder::new().set_buckets(&BOUNDS).expect("bounds").build_recorder();
    let (stack, metrics): (ByHand, PrometheusHandle) = (ByHand::new(&recorder), recorder.handle());
    let pause = || {
        ours::drain(&telemetry);
        drain(&provider);
        // Takes the histogram's samples in, as its own thread does now and then.
        metrics.run_upkeep();
    };
    let [ours, theirs, ours_future, their_future, ours_error, their_error] = in_turns(
        &Pace::Bursts(&pause),
        [
            Subject::new(|| Full.sync(black_box(1))),
            Subject::new(|| stack.sync(black_box(1))),
            Subject::new(|| poll(Full.future(black_box(1)))),
            Subject::new(|| poll(stack.future(black_box(1)))),
            Subject::new(|| Failing.sync(black_box(0))),
            Subject::new(|| stack.sync(black_box(0))),
        ],
    );
    let row = |case: &str, ours: crate::measure::Measured, theirs: crate::measure::Measured| {
        Row::new(format!("{case}, {sampled} sampled"), nanos(ours.nanos))
            .beside("by-hand stack", nanos(theirs.nanos))
            .allocations(ours.allocations)
    };
    vec![
        row("full job, sync, ok", ours, theirs).goal(Goal::Faster(goal)),
        row("full job, async, ok", ours_future, their_future).goal(Goal::Faster(goal)),
        // Ours says more of an error: a log record and, if sampled, an `exception` event; the stack has neither.
        row("full job, error", ours_error, their_error).goal(Goal::Faster(1.0)),
    ]
}
