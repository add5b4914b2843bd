//! A program whose threads come and go: nothing they counted is lost, and nothing they used is kept.
//!
//! One test, because it looks at the memory of its process.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use telemetry::{Operation, Settings, Snapshot, Telemetry};
use telemetry_runtime as telemetry;

const THREADS: u64 = 10_000;
/// Threads at a time.
const WAVE: u64 = 8;
/// Of every thread, on as many operations.
const CALLS: u64 = 20;
/// Waves between flushes: their spans fit into the exporter's queue, so that none is dropped for want of room there.
const WAVES: u64 = 10;
/// What ten thousand cells, slots or rings could not hide in.
const MAX_GROWTH: u64 = 8 << 20;
const SOON: Duration = Duration::from_secs(20);

/// Counts what arrives.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<AtomicU64>);

impl SpanExporter for Counting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.fetch_add(batch.len() as u64, Ordering::SeqCst);
        Ok(())
    }
}

/// Runs so many threads; each calls every operation and counts through the facade.
fn run(threads: u64, operations: &'static [&'static Operation], telemetry: &Telemetry) {
    let work = move || {
        for operation in operations {
            operation.run(|| metrics::counter!("churn_work_total", "kind" => "short").increment(1));
        }
    };
    for number in 1..=threads / WAVE {
        let wave: Vec<_> = (0..WAVE).map(|_| thread::spawn(work)).collect();
        // Joined: a thread gives back what it used after its work.
        for thread in wave {
            thread.join().expect("no panic");
        }
        if number % WAVES == 0 {
            telemetry.flush(SOON).expect("a quick exporter");
        }
    }
    telemetry.flush(SOON).expect("a quick exporter");
}

/// Bytes of memory that are resident.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

#[cfg(not(target_os = "linux"))]
fn resident() -> u64 {
    0
}

#[test]
fn ten_thousand_short_threads_are_counted_and_forgotten() {
    let exporter = Counting::default();
    let settings = Settings::from_yaml_str("exporters: []").expect("legal");
    let builder = Telemetry::builder().settings(settings).exporter("mine", exporter.clone());
    let telemetry = builder.install().expect("the first");
    let operations: Vec<&'static Operation> =
        (0..CALLS).map(|number| Operation::new("churn", &format!("operation_{number}"))).collect();
    let operations = &*operations.leak();

    // What is kept for as many threads as there are at a time.
    let first = THREADS / 5;
    run(first, operations, &telemetry);
    let before = resident();
    run(THREADS - first, operations, &telemetry);
    let growth = resident().saturating_sub(before);
    assert!(growth <= MAX_GROWTH, "{} KiB more for {} threads", growth >> 10, THREADS - first);

    let snapshot = Snapshot::take();
    let churn = [("provider", "churn")];
    assert_eq!(snapshot.sum("adapter_requests_total", &churn), THREADS * CALLS);
    assert_eq!(snapshot.sum("adapter_request_duration_seconds", &churn), THREADS * CALLS);
    let telemetrys = telemetry.snapshot();
    assert_eq!(telemetrys.sum("churn_work_total", &[("kind", "short")]), THREADS * CALLS);
    assert_eq!(telemetrys.sum("telemetry_spans_started_total", &[]), THREADS * CALLS);
    assert_eq!(telemetrys.sum("telemetry_spans_total", &[("result", "dropped")]), 0);
    assert_eq!(exporter.0.load(Ordering::SeqCst), THREADS * CALLS, "every span arrived");
}
