//! A label of a million values; alone in its program, because it looks at the program's memory.

use std::sync::{Arc, Mutex};

use telemetry::{Metrics, Telemetry};
use telemetry_runtime as telemetry;

#[test]
fn a_million_values_stay_in_bounds_and_add_up() {
    let warnings: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&warnings);
    drop(Telemetry::builder().on_fault(move |fault| told.lock().expect("warnings").push(fault.to_string())));
    const VALUES: u64 = 1_000_000;
    let metrics = Metrics::new("bomb", "");
    let family = metrics.counter("hits_total", "Hits.", ["user"]);
    // What is made once is there before.
    (0..10_000_u64).for_each(|id| family.with([&id.to_string()]).inc());
    let before = resident();
    (10_000..VALUES).for_each(|id| family.with([&id.to_string()]).inc());
    let grown = resident().saturating_sub(before);
    assert!(grown < 8 << 20, "grown by {grown} bytes");
    let snapshot = telemetry::Snapshot::take();
    assert_eq!(snapshot.sum("bomb_hits_total", &[]), VALUES);
    assert_eq!(snapshot.family("bomb_hits_total").map(|family| family.series.len()), Some(2001));
    assert_eq!(
        snapshot.sum("telemetry_metric_overflow_total", &[("metric", "bomb_hits_total")]),
        VALUES - 2000
    );
    let warnings = warnings.lock().expect("warnings");
    assert!(warnings.len() == 1 && warnings[0].contains("`bomb_hits_total`"), "{warnings:?}");
    assert!(warnings[0].contains("`user` has the most values"), "{warnings:?}");
}

#[cfg(target_os = "linux")]
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the resident set");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") * 1024
}

#[cfg(not(target_os = "linux"))]
fn resident() -> usize {
    0
}
