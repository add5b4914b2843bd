//! Calls whose spans are recorded and taken away by a pipeline.

use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use telemetry_runtime as telemetry;

use crate::measure::{self, Measured};

/// Takes everything at once.
#[derive(Debug)]
struct Null;

impl SpanExporter for Null {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }
}

/// Telemetry that records every trace.
pub(crate) struct Sampled {
    telemetry: telemetry::Telemetry,
}

/// The first target of a sampled call without fields.
const GOAL: Option<f64> = Some(3.0);

impl Sampled {
    pub(crate) fn start() -> Self {
        let telemetry = telemetry::Telemetry::builder().exporter("null", Null).build();
        Self { telemetry: telemetry.unwrap_or_else(|error| panic!("{error}")) }
    }

    pub(crate) fn measure(&self) -> Vec<(&'static str, Option<f64>, Measured)> {
        let paced = |call: &mut dyn FnMut()| measure::paced(call, || self.drain());
        vec![
            ("sampled, a root, no fields", GOAL, paced(&mut leaf)),
            ("sampled, root and child, both", GOAL.map(|goal| 2.0 * goal), paced(&mut parent)),
            ("sampled, async, one poll", GOAL, paced(&mut poll_once)),
            ("span by hand, 3 attributes", None, paced(&mut by_hand)),
        ]
    }

    fn drain(&self) {
        // Whoever misses the deadline shows as drops.
        let _ = self.telemetry.flush(Duration::from_secs(10));
    }
}

fn leaf() {
    let _ = black_box(Traced.leaf(black_box(1)));
}

fn parent() {
    let _ = black_box(Traced.parent(black_box(1)));
}

fn poll_once() {
    let future = pin!(Traced.wait(black_box(1)));
    let _ = black_box(future.poll(&mut Context::from_waker(Waker::noop())));
}

fn by_hand() {
    let span =
        telemetry::span("work").attribute("number", 7).attribute("flag", true).attribute("key", "short text");
    drop(black_box(span.start()));
}

struct Traced;

#[telemetry::instrument_adapter("bench_sampled")]
impl Traced {
    #[inline(never)]
    fn leaf(&self, number: u64) -> Result<u64, std::fmt::Error> {
        Ok(number + 1)
    }

    #[inline(never)]
    fn parent(&self, number: u64) -> Result<u64, std::fmt::Error> {
        self.leaf(number)
    }

    async fn wait(&self, number: u64) -> Result<u64, std::fmt::Error> {
        Ok(number + 1)
    }
}
