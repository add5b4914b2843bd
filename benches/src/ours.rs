//! What is measured of ours: adapters, called in every way.

use std::{
    hint::black_box,
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
    time::Duration,
};

use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use telemetry_runtime as telemetry;

/// Two clock reads and their difference: what no measurement can do without.
pub(crate) fn clock_pair() -> u64 {
    static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);
    let start = CLOCK.raw();
    black_box(());
    CLOCK.raw().wrapping_sub(start)
}

/// Takes every span at once.
#[derive(Debug)]
pub(crate) struct Null;

impl SpanExporter for Null {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }
}

/// Telemetry that records this share of the traces and exports them to nowhere.
pub(crate) fn telemetry(ratio: f64) -> telemetry::Telemetry {
    telemetry_with(&format!("sampling_ratio: {ratio}"))
}

/// Telemetry with these settings of its own section, which exports to nowhere.
pub(crate) fn telemetry_with(settings: &str) -> telemetry::Telemetry {
    let settings = format!("telemetry: {{ {settings} }}\nexporters: []");
    built(telemetry::Telemetry::builder().settings(settings_of(&settings)).exporter("null", Null))
}

/// The same, installed: libraries find it.
pub(crate) fn installed() -> telemetry::Telemetry {
    let builder = telemetry::Telemetry::builder().settings(settings_of("exporters: []"));
    builder.install().unwrap_or_else(|error| panic!("{error}"))
}

/// Settings without the live page, which has a section of its own.
pub(crate) fn settings_of(yaml: &str) -> telemetry::Settings {
    let mut settings = settings_with_page(yaml);
    settings.web.dashboard.enabled = false;
    settings
}

pub(crate) fn settings_with_page(yaml: &str) -> telemetry::Settings {
    telemetry::Settings::from_yaml_str(yaml).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn built(builder: telemetry::TelemetryBuilder) -> telemetry::Telemetry {
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}

/// Waits until every span is delivered.
pub(crate) fn drain(telemetry: &telemetry::Telemetry) {
    // Whoever misses the deadline shows as drops.
    let _ = telemetry.flush(Duration::from_secs(10));
}

/// As wide as the values beside it, so that results travel in registers. A byte beside a word goes through memory, and
/// whoever reads both at once waits for the byte: some 5 ns, four times the body, in every subject that does not hide it.
#[derive(Debug, telemetry::ErrorType)]
#[repr(u64)]
pub(crate) enum Failure {
    Zero,
    Open,
}

impl From<telemetry::BreakerOpen> for Failure {
    fn from(_open: telemetry::BreakerOpen) -> Self {
        Self::Open
    }
}

/// The body of every call, peers' too: about a nanosecond.
#[inline(never)]
pub(crate) fn bare(number: u64) -> Result<u64, Failure> {
    if number == 0 { Err(Failure::Zero) } else { Ok(number + 1) }
}

pub(crate) async fn bare_async(number: u64) -> Result<u64, Failure> {
    bare(number)
}

/// Polls once; inlined as `.await` is, so that the future is made where it is polled.
#[inline(always)]
pub(crate) fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// A call with a constant label and one of few values.
pub(crate) struct Labelled;

#[telemetry::instrument_adapter("bench_labels", labels(region = "eu", shard))]
impl Labelled {
    #[inline(never)]
    pub(crate) fn sync(&self, number: u64, shard: u8) -> Result<u64, Failure> {
        bare(number)
    }
}

/// A call with as many sets of labels as there are numbers.
pub(crate) struct Grown;

#[telemetry::instrument_adapter("bench_grown", labels(shard))]
impl Grown {
    #[inline(never)]
    pub(crate) fn sync(&self, number: u64, shard: u16) -> Result<u64, Failure> {
        bare(number)
    }
}

/// The full job: breaker, head sampling, context, active calls, counters, histogram, and a span if sampled.
pub(crate) struct Full;

#[telemetry::instrument_adapter("bench", breaker)]
impl Full {
    #[inline(never)]
    pub(crate) fn sync(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }

    #[inline(never)]
    pub(crate) fn outer(&self, number: u64) -> Result<u64, Failure> {
        self.sync(number)
    }

    pub(crate) async fn future(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

/// The same without a breaker.
pub(crate) struct Free;

#[telemetry::instrument_adapter("bench_free")]
impl Free {
    #[inline(never)]
    pub(crate) fn sync(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }

    pub(crate) async fn future(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }

    #[inline(never)]
    #[telemetry(fields(number, is_even = number.is_multiple_of(2), venue = "short text"))]
    pub(crate) fn with_fields(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

/// With a breaker that judges every failure and never opens.
pub(crate) struct Failing;

#[telemetry::instrument_adapter("bench_failing", breaker(minimum_calls = 4_000_000_000))]
impl Failing {
    #[inline(never)]
    pub(crate) fn sync(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

/// With a breaker that is open.
pub(crate) struct Refused;

#[telemetry::instrument_adapter("bench_refused", breaker(minimum_calls = 1, open_for = "60m"))]
impl Refused {
    #[inline(never)]
    pub(crate) fn sync(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

impl Refused {
    /// Makes the breaker open.
    pub(crate) fn open() {
        let failed = Self.sync(0);
        assert!(matches!(failed, Err(Failure::Zero)), "{failed:?}");
        let refused = Self.sync(1);
        assert!(matches!(refused, Err(Failure::Open)), "{refused:?}");
    }
}
