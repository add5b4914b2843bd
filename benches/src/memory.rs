//! What telemetry keeps.

use std::{hint::black_box, net::TcpListener, sync::Barrier, thread, time::Duration};

use telemetry_runtime::{Operation, Telemetry};

use crate::{
    ours::{self, Free, Full, Grown, bare},
    process,
    table::{Goal, Quantity, Row},
};

fn bytes(value: f64) -> Quantity {
    Quantity { value, unit: "B" }
}

/// What the cells of many operations keep, divided by operations and threads; and what label sets keep.
pub(crate) fn rows() -> Vec<Row> {
    let kept_by_cells = [8, 64].map(|threads| {
        let case = format!("kept by an operation and a thread, of {threads} threads");
        Row::new(case, bytes(kept(threads))).goal(Goal::AtMost(200.0))
    });
    let [within, beyond] = kept_by_label_sets();
    let sets = [
        Row::new("kept by a label set, its first cells included", bytes(within)),
        Row::new("kept by a label set beyond the limit", bytes(beyond)).goal(Goal::AtMost(0.0)),
    ];
    kept_by_cells.into_iter().chain(sets).collect()
}

/// Bytes a label set: of as many as may be, and of as many again.
fn kept_by_label_sets() -> [f64; 2] {
    /// The default of `metrics.cardinality_limit`.
    const LIMIT: u16 = 2000;
    let kept_by = |sets: std::ops::Range<u16>| {
        let count = f64::from(sets.end - sets.start);
        let kept = allocation_counter::measure(|| sets.for_each(|shard| drop(Grown.sync(1, shard))));
        kept.bytes_current as f64 / count
    };
    let within = kept_by(0..LIMIT);
    // Says that there are no more, once.
    let _ = Grown.sync(1, LIMIT);
    [within, kept_by(LIMIT + 1..2 * LIMIT)]
}

/// Bytes an operation and a thread, of so many threads that live at once.
fn kept(threads: usize) -> f64 {
    const OPERATIONS: usize = 1000;
    let operations: Vec<&'static Operation> = (0..OPERATIONS)
        .map(|number| Operation::new("bench_memory", &format!("of_{threads}_{number}")))
        .collect();
    // They are alive at once, so that none takes over the cells of another.
    let barrier = Barrier::new(threads);
    let thread = || {
        // What a thread keeps for itself, once.
        let _ = Free.sync(1);
        let call_all = || {
            for operation in &operations {
                let _ = operation.run(|| bare(1));
            }
        };
        let kept = allocation_counter::measure(call_all).bytes_current;
        barrier.wait();
        kept
    };
    let kept: i64 = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(thread)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    kept as f64 / (OPERATIONS * threads) as f64
}

/// Many calls with nobody who scrapes and a collector that is dead.
pub(crate) fn flat() -> Vec<Row> {
    const WARM_UP: u64 = 50_000_000;
    const CALLS: u64 = 50_000_000;
    // Nobody listens on a port that was just given back.
    let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
    let settings = ours::settings_of(&format!(
        "exporters:\n  - {{ provider: otlp, otlp: {{ endpoint: \"http://{address}\", timeout: 1s }} }}"
    ));
    let telemetry = ours::built(Telemetry::builder().settings(settings));
    // Long enough for the exporter to have failed and the queues to be full.
    let call = |calls: u64| {
        for number in 0..calls {
            let _ = black_box(Full.sync(black_box(number | 1)));
        }
    };
    call(WARM_UP);
    thread::sleep(Duration::from_secs(3));
    call(WARM_UP);
    let before = process::resident();
    call(CALLS);
    let growth = process::resident() - before;
    let snapshot = telemetry.snapshot();
    let started = snapshot.sum("telemetry_spans_started_total", &[]) as f64;
    let calls = snapshot.sum("adapter_requests_total", &[("provider", "bench")]) as f64;
    vec![
        Row::new(
            "RSS after 50 M sampled calls, collector dead, ±",
            Quantity { value: growth.abs() / 1024.0, unit: "KiB" },
        )
        .goal(Goal::AtMost(1024.0)),
        Row::new("calls counted meanwhile", Quantity { value: calls, unit: "calls" })
            .beside("made", Quantity { value: (2 * WARM_UP + CALLS) as f64, unit: "calls" })
            .goal(Goal::AtLeast(1.0)),
        Row::new("spans started meanwhile", Quantity { value: started, unit: "spans" }),
    ]
}
