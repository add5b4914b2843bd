//! What readers see while calls go on: counters never go back, and the numbers of one call agree.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};

use telemetry::{Snapshot, Value, prometheus};
use telemetry_runtime as telemetry;

#[derive(Debug, telemetry::ErrorType)]
enum Failure {
    Odd,
    Third,
}

struct Busy;

#[telemetry::instrument_adapter("busy")]
impl Busy {
    fn work(&self, number: u64) -> Result<u64, Failure> {
        match number {
            number if number % 3 == 0 => Err(Failure::Third),
            number if number % 2 == 1 => Err(Failure::Odd),
            number => Ok(number),
        }
    }
}

const THREADS: u64 = 4;
const CALLS: u64 = 200_000;

#[test]
fn counters_never_go_back_and_add_up() {
    let is_done = AtomicBool::new(false);
    let reads = std::thread::scope(|threads| {
        let writers: Vec<_> = (0..THREADS)
            .map(|_| threads.spawn(|| (0..CALLS).filter(|number| Busy.work(*number).is_ok()).count()))
            .collect();
        let reader = threads.spawn(|| read_until(&is_done));
        assert!(writers.into_iter().all(|writer| writer.join().is_ok()));
        is_done.store(true, Ordering::Release);
        reader.join().expect("the reader found no mistake")
    });
    assert!(reads > 10, "{reads} reads are too few to show anything");
    let snapshot = Snapshot::take();
    let count = |family, labels: &[(&str, &str)]| snapshot.sum(family, labels);
    assert_eq!(count("adapter_requests_total", &[]), THREADS * CALLS);
    assert_eq!(count("adapter_requests_total", &[("status", "success")]), THREADS * (CALLS / 3));
    assert_eq!(count("adapter_errors_total", &[("error_type", "third")]), THREADS * CALLS.div_ceil(3));
    assert_eq!(count("adapter_errors_total", &[]), count("adapter_requests_total", &[("status", "error")]));
    assert_eq!(count("adapter_request_duration_seconds", &[]), THREADS * CALLS);
    assert_eq!(snapshot.value("adapter_active_requests", &[]), Some(&Value::Gauge(0.0)));
}

/// Reads until the writers are done; gives the number of reads.
fn read_until(is_done: &AtomicBool) -> usize {
    let mut before: HashMap<String, u64> = HashMap::new();
    let mut text = String::new();
    let (mut reads, mut seen) = (0, Vec::new());
    while !is_done.load(Ordering::Acquire) {
        reads += 1;
        text.clear();
        let snapshot = Snapshot::take();
        prometheus::render(&snapshot, prometheus::Format::Text, &mut text);
        check_text(&text, &mut before);
        let Some(Value::Gauge(active)) = snapshot.value("adapter_active_requests", &[]) else { continue };
        assert!(*active >= 0.0);
        seen.push(*active);
    }
    // A reader that is stopped in the middle of very busy cells may see more; it must be the exception.
    seen.sort_by(f64::total_cmp);
    let median = seen[seen.len() / 2];
    assert!(median <= THREADS as f64, "half of {reads} reads saw {median} calls and more");
    reads
}

fn check_text(text: &str, before: &mut HashMap<String, u64>) {
    let mut last_bucket = 0;
    for (series, value) in text.lines().filter_map(|line| line.rsplit_once(' ')) {
        // Bits of a float that is not negative have the order of its values.
        let sum = || series.contains("_sum").then(|| value.parse().ok().map(f64::to_bits)).flatten();
        let Some(value) = value.parse().ok().or_else(sum) else { continue };
        let old = before.insert(series.to_owned(), value).unwrap_or(0);
        assert!(value >= old, "{series} went back from {old} to {value}");
        if series.contains("le=\"0.005\"") {
            last_bucket = 0;
        }
        if series.contains("_bucket") {
            assert!(value >= last_bucket, "{series} is below the bucket before");
            last_bucket = value;
        }
        if series.contains("_count") {
            assert_eq!(value, last_bucket, "{series} is not the last bucket");
        }
    }
}
