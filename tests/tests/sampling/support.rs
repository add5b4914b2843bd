use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use opentelemetry_sdk::trace::{ShouldSample, SpanData, SpanExporter};
use telemetry::{Clock, ManualClock, TelemetryBuilder, Value, extract, testing::InMemorySpans};
pub(crate) use telemetry::{
    Context, Operation, ParentSampler, SamplingPolicy, SamplingRule, Settings, Telemetry, TelemetryFutureExt,
    current_span, span,
};
use telemetry_runtime as telemetry;

pub(crate) const SAMPLED_CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A clock that stands still; a process has one.
static CLOCK: LazyLock<(Clock, ManualClock)> = LazyLock::new(Clock::manual);

pub(crate) fn advance(by: Duration) {
    CLOCK.1.advance(by);
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What a program that samples has done; one at a time, because a process has one policy.
pub(crate) struct Program {
    pub(crate) telemetry: Telemetry,
    pub(crate) kept: InMemorySpans,
    faults: Arc<Mutex<Vec<String>>>,
    _alone: MutexGuard<'static, ()>,
}

/// What became of all spans.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) started: u64,
    pub(crate) exported: u64,
    pub(crate) live: u64,
    dropped: BTreeMap<String, u64>,
}

impl Account {
    pub(crate) fn dropped(&self, reason: &str) -> u64 {
        self.dropped.get(reason).copied().unwrap_or(0)
    }
}

impl Program {
    /// With these settings of `tracing.sampler`, and this ratio.
    pub(crate) fn new(ratio: f64, sampler: &str) -> Self {
        Self::with(&format!(
            "telemetry: {{ sampling_ratio: {ratio} }}\n\
             tracing: {{ sampler: {{ {sampler} }}, batch: {{ max_queue_size: 60000 }} }}"
        ))
    }

    pub(crate) fn with(settings: &str) -> Self {
        Self::of(&Settings::from_yaml_str(&format!("exporters: []\n{settings}")).expect("legal"))
    }

    pub(crate) fn of(settings: &Settings) -> Self {
        Self::built(settings, |builder| builder)
    }

    /// With another exporter beside.
    pub(crate) fn with_exporter(settings: &str, exporter: impl SpanExporter + 'static) -> Self {
        let settings = Settings::from_yaml_str(settings).expect("legal");
        Self::built(&settings, |builder| builder.exporter("other", exporter))
    }

    /// With a sampler of its own, and settings that it wins over.
    pub(crate) fn with_sampler(sampler: impl ShouldSample + 'static) -> Self {
        let settings = "exporters: []\ntracing: { sampler: { rate_limit: 1 } }";
        let settings = Settings::from_yaml_str(settings).expect("legal");
        Self::built(&settings, |builder| builder.sampler(sampler))
    }

    fn built(settings: &Settings, more: impl FnOnce(TelemetryBuilder) -> TelemetryBuilder) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        // Each begins with a full bucket of traces.
        advance(Duration::from_secs(3600));
        let (kept, faults) = (InMemorySpans::new(), Arc::<Mutex<Vec<String>>>::default());
        let told = Arc::clone(&faults);
        let builder = Telemetry::builder().settings(settings.clone()).clock(CLOCK.0.clone());
        let builder = builder.on_fault(move |fault| told.lock().expect("no panic").push(fault.to_string()));
        let telemetry = more(builder.in_memory(&kept)).build().expect("a pipeline");
        Self { telemetry, kept, faults, _alone: alone }
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        self.faults.lock().expect("no panic").clone()
    }

    pub(crate) fn policy(policy: SamplingPolicy) -> Self {
        let program = Self::new(1.0, "");
        program.telemetry.set_sampling(policy).expect("legal");
        program
    }

    pub(crate) fn flush(&self) {
        self.telemetry.flush(Duration::from_secs(30)).expect("nothing holds it up");
    }

    /// Everything that was exported.
    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.flush();
        self.kept.spans()
    }

    /// The names of what was exported, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.spans().iter().map(|span| span.name.to_string()).collect();
        names.sort();
        names
    }

    /// What became of all spans, after checking that it adds up.
    pub(crate) fn account(&self) -> Account {
        if self.telemetry.sampling().is_some() {
            self.flush();
        }
        let snapshot = self.telemetry.snapshot();
        let started = snapshot.sum("telemetry_spans_started_total", &[]);
        let of =
            |result| snapshot.sum("telemetry_spans_total", &[("exporter", "memory"), ("result", result)]);
        let live = match snapshot.value("telemetry_spans_live", &[("exporter", "memory")]) {
            Some(Value::Gauge(live)) => *live as u64,
            other => panic!("a gauge, not {other:?}"),
        };
        let family = snapshot.family("telemetry_spans_total").expect("it is there");
        let dropped: BTreeMap<String, u64> = family
            .series
            .iter()
            .filter(|series| series.labels.get("exporter") == Some("memory"))
            .filter(|series| series.labels.get("result") == Some("dropped"))
            .map(|series| match &series.value {
                Value::Counter(count) => (series.labels.get("reason").expect("a reason").to_owned(), *count),
                other => panic!("a counter, not {other:?}"),
            })
            .collect();
        let exported = of("exported");
        assert_eq!(of("fallback"), 0);
        assert_eq!(
            started,
            exported + dropped.values().sum::<u64>() + live,
            "started = exported + dropped + live: {dropped:?}"
        );
        Account { started, exported, live, dropped }
    }

    /// The account of a program in which nothing runs any more.
    pub(crate) fn settled(&self) -> Account {
        let account = self.account();
        assert_eq!(account.live, 0, "{account:?}");
        account
    }
}

pub(crate) fn call<R: telemetry::Classify>(operation: &'static str, work: impl FnOnce() -> R) -> R {
    Operation::new("s", operation).run(work)
}

/// A call that takes so long.
pub(crate) fn takes(operation: &'static str, time: Duration) {
    call(operation, || advance(time));
}

pub(crate) fn fails(operation: &'static str) {
    let result: Result<(), std::fmt::Error> = call(operation, || Err(std::fmt::Error));
    assert!(result.is_err());
}

/// The place of a caller.
pub(crate) fn caller(traceparent: &str) -> Context {
    let mut headers = http::HeaderMap::new();
    headers.insert("traceparent", traceparent.parse().expect("ascii"));
    extract(&headers)
}

/// The place of a caller in a trace of its own that it has sampled or not.
pub(crate) fn caller_of(number: u64, is_sampled: bool) -> Context {
    // An odd factor spreads the numbers over the random bits.
    let random = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    caller(&format!("00-000000000000000a{random:016x}-00f067aa0ba902b7-0{}", u8::from(is_sampled)))
}

/// Runs `work` under `parent`, as a request's handler does.
pub(crate) fn under<R>(parent: &Context, work: impl FnOnce() -> R) -> R {
    futures_util::FutureExt::now_or_never(async { work() }.with_context(parent.clone())).expect("no wait")
}

/// Asserts that `found` of `asked` is a share of `ratio`, up to chance.
///
/// Seven standard deviations: by the normal law one run in 4 · 10^11 lies outside, and the skew of a small share adds
/// less than a factor of a hundred at these sizes.
#[track_caller]
pub(crate) fn assert_share(found: u64, asked: u64, ratio: f64) {
    const Z: f64 = 7.0;
    let (asked, expected) = (asked as f64, asked as f64 * ratio);
    assert!(ratio == 0.0 || ratio == 1.0 || expected.min(asked - expected) >= 1000.0, "too few to tell");
    let most = Z * (expected * (1.0 - ratio)).sqrt();
    let off = (found as f64 - expected).abs();
    assert!(
        off <= most,
        "{found} of {asked}, which is {off} from the {expected} of {ratio}; {most} is chance"
    );
}
