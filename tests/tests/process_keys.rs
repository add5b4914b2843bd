//! Keys of attributes that only show in a whole process: the sampler, the limit of label sets, threads.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use telemetry::{Settings, Snapshot, Telemetry, TelemetryBuilder, Value, testing::InMemorySpans};
use telemetry_runtime as telemetry;

/// Settings hold for the process, so one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everything that any hook was told.
static FAULTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// How often something with these words was told.
fn told(words: &str) -> usize {
    FAULTS.lock().expect("no panic").iter().filter(|fault| fault.contains(words)).count()
}

fn builder(settings: &str) -> TelemetryBuilder {
    let settings = Settings::from_yaml_str(&format!("exporters: []\n{settings}")).expect("legal");
    Telemetry::builder().settings(settings).on_fault(|fault| {
        FAULTS.lock().expect("no panic").push(fault.to_string());
        // A hook may do what everybody may: read where it is told by a reader, and call where a call tells it.
        match fault.message().contains("buckets") {
            true => drop(Snapshot::take()),
            false => hooked(1),
        }
    })
}

#[telemetry::instrument("process", labels(id))]
fn hooked(id: u8) {
    drop(id.to_string());
}

#[telemetry::instrument("process")]
fn plain() {}

#[telemetry::instrument("process", sample = always)]
fn always() {
    plain();
}

#[telemetry::instrument("process", sample = never)]
fn never() {
    plain();
}

#[telemetry::instrument("process", sample = 0.25)]
async fn quarter() {}

/// Spans of `work` under a sampling ratio, by name.
fn spans(ratio: &str, work: impl FnOnce()) -> BTreeMap<String, usize> {
    let spans = InMemorySpans::new();
    let settings = format!("telemetry: {{ sampling_ratio: {ratio} }}");
    let telemetry = builder(&settings).in_memory(&spans).build().expect("nothing to fail");
    work();
    telemetry.flush(Duration::from_secs(20)).expect("in time");
    let mut names = BTreeMap::new();
    for span in spans.spans() {
        *names.entry(span.name.into_owned()).or_default() += 1;
    }
    telemetry.shutdown(Duration::from_secs(20)).expect("in time");
    names
}

#[test]
fn a_rule_wins_over_the_sampler_at_the_root() {
    let _alone = alone();
    let calls = || {
        plain();
        always();
        never();
    };
    let counted = |names: BTreeMap<String, usize>| {
        ["process.plain", "process.always", "process.never"].map(|name| names.get(name).copied().unwrap_or(0))
    };
    assert_eq!(counted(spans("0.0", calls)), [1, 1, 0], "a child of `always` follows it");
    assert_eq!(counted(spans("1.0", calls)), [2, 1, 0], "a child of `never` follows it");
}

#[test]
fn a_share_is_a_share() {
    const CALLS: usize = 4000;
    let _alone = alone();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let found = spans("1.0", || (0..CALLS).for_each(|_| runtime.block_on(quarter())));
    // 1000 are expected, and 27 is the standard deviation.
    let share = found.get("process.quarter").copied().unwrap_or(0);
    assert!((800..1200).contains(&share), "{share} of {CALLS}");
    always();
    assert_eq!(spans("1.0", || ()).len(), 0, "without a way out nothing is recorded");
}

#[telemetry::measure("process", name = "shared", buckets = [0.5])]
fn fast() {}

#[telemetry::measure("process", name = "shared", buckets = [0.5, 1.0])]
fn slow() {}

#[test]
fn different_bounds_are_told_of_once() {
    let _alone = alone();
    let telemetry = builder("").build().expect("nothing to fail");
    fast();
    slow();
    drop(telemetry.snapshot());
    telemetry::Operation::new("process", "new operations make the index anew").run(|| ());
    let snapshot = telemetry.snapshot();
    assert_eq!(told("`process.shared` state different `buckets`"), 1);
    let labels = [("operation", "shared")];
    let Some(Value::Histogram(value)) = snapshot.value("adapter_request_duration_seconds", &labels) else {
        panic!("no histogram")
    };
    assert_eq!((value.bounds(), value.count()), (&[0.5][..], 2));
}

#[telemetry::instrument("process", labels(shard, id))]
fn labelled(shard: u8, id: usize) -> Result<usize, std::fmt::Error> {
    if id.is_multiple_of(3) { Err(std::fmt::Error) } else { Ok(id) }
}

#[telemetry::measure("process", labels(id))]
fn later(id: usize) {
    drop(id.to_string());
}

fn sets(snapshot: &Snapshot, operation: &str) -> usize {
    let durations = snapshot.family("adapter_request_duration_seconds").expect("calls");
    durations.series.iter().filter(|series| series.labels.get("operation") == Some(operation)).count()
}

#[test]
fn beyond_the_limit_label_sets_share_one_series() {
    const THREADS: u8 = 4;
    const CALLS: usize = 2_000;
    const LIMIT: usize = 50;
    let _alone = alone();
    let settings = format!("metrics: {{ cardinality_limit: {LIMIT} }}");
    let telemetry = builder(&settings).build().expect("nothing to fail");
    hooked(0);
    thread::scope(|scope| {
        for shard in 0..THREADS {
            scope.spawn(move || (0..CALLS).filter(|n| labelled(shard % 2, n % 100).is_ok()).count());
        }
    });
    (0..10).for_each(later);
    let snapshot = telemetry.snapshot();
    let calls = usize::from(THREADS) * CALLS;
    let failed = (0..CALLS).filter(|n| (n % 100).is_multiple_of(3)).count() * usize::from(THREADS);
    for (family, truth) in [
        ("adapter_requests_total", calls),
        ("adapter_request_duration_seconds", calls),
        ("adapter_errors_total", failed),
    ] {
        assert_eq!(snapshot.sum(family, &[("operation", "labelled")]), truth as u64, "{family}");
    }
    let all: usize = ["labelled", "later", "hooked"].map(|name| sets(&snapshot, name)).iter().sum();
    assert!((LIMIT..=LIMIT + 3).contains(&all), "{all} sets");
    let overflow = [("operation", "later"), ("otel_metric_overflow", "true"), ("status", "success")];
    assert_eq!(snapshot.value("adapter_requests_total", &overflow), Some(&Value::Counter(10)));
    for operation in ["process.labelled", "process.later"] {
        assert_eq!(told(&format!("sets of values; later ones of `{operation}`")), 1, "{operation}");
    }
    let known = telemetry.catalog();
    assert_eq!(known.iter().filter(|operation| operation.name() == "labelled").count(), 1);
}
