//! Exporters that fail, hang, panic and come too late: every span is accounted for, and nobody waits for ever.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use telemetry::{HealthStatus, Operation, Settings, Telemetry, Value};
use telemetry_runtime as telemetry;
use telemetry_tests::until;

/// What an exporter does with a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Takes,
    Fails,
    Hangs,
    Panics,
}

#[derive(Clone, Debug)]
struct Moody {
    mood: Arc<Mutex<Mood>>,
    taken: Arc<AtomicU64>,
    tried: Arc<AtomicU64>,
}

impl Moody {
    fn new(mood: Mood) -> Self {
        Self { mood: Arc::new(Mutex::new(mood)), taken: Arc::default(), tried: Arc::default() }
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().expect("no panic under the lock") = mood;
    }
}

impl SpanExporter for Moody {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.tried.fetch_add(1, Ordering::SeqCst);
        let mood = *self.mood.lock().expect("no panic under the lock");
        match mood {
            Mood::Takes => {
                self.taken.fetch_add(batch.len() as u64, Ordering::SeqCst);
                Ok(())
            }
            Mood::Fails => Err(OTelSdkError::InternalFailure("out of order".into())),
            Mood::Hangs => std::future::pending().await,
            Mood::Panics => panic!("on purpose"),
        }
    }
}

/// A program has one way out for spans, so one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start(exporter: &Moody, batch: &str) -> Telemetry {
    let settings = Settings::from_yaml_str(&format!("exporters: []\ntracing: {{ batch: {{ {batch} }} }}"));
    let builder = Telemetry::builder().settings(settings.expect("legal")).on_fault(|_| {});
    builder.exporter("moody", exporter.clone()).build().expect("nothing to fail")
}

fn calls(count: u64) {
    let operation = Operation::new("faults", "call");
    (0..count).for_each(|_| operation.run(|| ()));
}

/// Spans of the exporter by reason, after checking that everything adds up.
fn settled(telemetry: &Telemetry, begun: u64) -> impl Fn(&str, &str) -> u64 {
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("telemetry_spans_started_total", &[]), begun);
    let all = snapshot.sum("telemetry_spans_total", &[("exporter", "moody")]);
    let live = match snapshot.value("telemetry_spans_live", &[("exporter", "moody")]) {
        Some(Value::Gauge(live)) => *live as u64,
        other => panic!("a gauge, not {other:?}"),
    };
    assert_eq!(all + live, begun, "started = exported + fallback + dropped + live");
    move |result, reason| {
        snapshot
            .sum("telemetry_spans_total", &[("exporter", "moody"), ("result", result), ("reason", reason)])
    }
}

#[test]
fn an_exporter_that_recovers_gets_what_waited() {
    let _alone = alone();
    let exporter = Moody::new(Mood::Fails);
    let telemetry = start(&exporter, "flush_interval: 20ms");
    calls(100);
    until("a try", || exporter.tried.load(Ordering::SeqCst) > 0);
    exporter.set(Mood::Takes);
    telemetry.flush(Duration::from_secs(30)).expect("it recovered");
    let settled = settled(&telemetry, 100);
    assert_eq!((settled("exported", ""), exporter.taken.load(Ordering::SeqCst)), (100, 100));
    assert!(telemetry.shutdown(Duration::from_secs(10)).is_ok());
}

#[test]
fn an_exporter_that_panics_costs_its_batch_and_nothing_else() {
    let _alone = alone();
    let exporter = Moody::new(Mood::Panics);
    let telemetry = start(&exporter, "flush_interval: 20ms");
    calls(10);
    telemetry.flush(Duration::from_secs(30)).expect("a panic is an answer");
    assert_eq!(settled(&telemetry, 10)("dropped", "refused"), 10);
    exporter.set(Mood::Takes);
    calls(10);
    telemetry.flush(Duration::from_secs(30)).expect("it takes again");
    assert_eq!(settled(&telemetry, 20)("exported", ""), 10);
    assert!(telemetry.shutdown(Duration::from_secs(10)).is_ok());
}

#[test]
fn an_exporter_that_hangs_holds_up_nobody() {
    let _alone = alone();
    let exporter = Moody::new(Mood::Hangs);
    let telemetry =
        start(&exporter, "max_queue_size: 64, batch_size: 16, flush_interval: 20ms, export_timeout: 30s");
    calls(16);
    until("a try", || exporter.tried.load(Ordering::SeqCst) > 0);
    calls(1000);
    until("the queue overflows", || {
        telemetry.snapshot().sum("telemetry_spans_total", &[("reason", "queue_full")]) > 0
    });
    let begun = Instant::now();
    assert!(telemetry.flush(Duration::from_millis(200)).is_err());
    assert!(begun.elapsed() < Duration::from_secs(5), "a flush ends with its time");
    // A full queue and drops of the last minute.
    assert_ne!(telemetry.health().status(), HealthStatus::Healthy);
    let begun = Instant::now();
    let _ = telemetry.shutdown(Duration::from_secs(1));
    assert!(begun.elapsed() < Duration::from_secs(5), "so does a shutdown");
    let settled = settled(&telemetry, 1016);
    assert_eq!(settled("dropped", "shutdown") + settled("dropped", "queue_full"), 1016);
    assert_eq!(settled("exported", ""), 0);
}

#[test]
fn shutdown_delivers_what_it_can_from_everywhere_and_again() {
    let _alone = alone();
    let exporter = Moody::new(Mood::Takes);
    let telemetry = start(&exporter, "flush_interval: 60s");
    calls(700);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let inside = telemetry.clone();
    // From async code, which it must not hold up beyond its time; the background thread needs no runtime of ours.
    assert!(runtime.block_on(async move { inside.shutdown(Duration::from_secs(20)) }).is_ok());
    let again: Vec<_> = (0..4)
        .map(|_| {
            let telemetry = telemetry.clone();
            std::thread::spawn(move || telemetry.shutdown(Duration::from_secs(20)).is_ok())
        })
        .collect();
    assert!(again.into_iter().all(|thread| thread.join().unwrap_or(false)));
    assert_eq!((settled(&telemetry, 700)("exported", ""), exporter.taken.load(Ordering::SeqCst)), (700, 700));
}

#[test]
fn dropping_telemetry_flushes() {
    let _alone = alone();
    let exporter = Moody::new(Mood::Takes);
    let telemetry = start(&exporter, "flush_interval: 60s");
    calls(5);
    drop(telemetry);
    assert_eq!(exporter.taken.load(Ordering::SeqCst), 5);
}

#[test]
fn spans_of_threads_that_end_at_once_are_not_lost() {
    let _alone = alone();
    let exporter = Moody::new(Mood::Takes);
    let telemetry = start(&exporter, "max_queue_size: 100000, flush_interval: 20ms");
    for _ in 0..20 {
        let threads: Vec<_> = (0..50).map(|_| std::thread::spawn(|| calls(7))).collect();
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    }
    telemetry.flush(Duration::from_secs(30)).expect("it takes all");
    assert_eq!(settled(&telemetry, 7000)("exported", ""), 7000);
    assert!(telemetry.shutdown(Duration::from_secs(10)).is_ok());
}

#[test]
fn a_burst_is_delivered_or_counted() {
    let _alone = alone();
    let exporter = Moody::new(Mood::Takes);
    let telemetry = start(&exporter, "flush_interval: 20ms");
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(|| calls(100_000))).collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    telemetry.flush(Duration::from_secs(30)).expect("it takes all");
    let settled = settled(&telemetry, 400_000);
    assert_eq!(settled("exported", ""), exporter.taken.load(Ordering::SeqCst));
    assert_eq!(settled("exported", "") + settled("dropped", "queue_full"), 400_000);
    assert!(telemetry.shutdown(Duration::from_secs(10)).is_ok());
}

#[test]
fn a_shutdown_keeps_its_time_under_every_runtime_and_under_none() {
    let _alone = alone();
    let current = || tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let multi = || tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let runtimes: [Option<tokio::runtime::Runtime>; 3] = [None, Some(current()), Some(multi())];
    for runtime in runtimes {
        let exporter = Moody::new(Mood::Hangs);
        let telemetry = start(&exporter, "batch_size: 16, flush_interval: 20ms, export_timeout: 30s");
        calls(16);
        until("a try", || exporter.tried.load(Ordering::SeqCst) > 0);
        let begun = Instant::now();
        let inside = telemetry.clone();
        let shutdown = move || inside.shutdown(Duration::from_millis(500));
        // Whatever it answers, it answers in time, and nothing is left unsettled.
        let _ = match &runtime {
            None => shutdown(),
            Some(runtime) => runtime.block_on(async move { shutdown() }),
        };
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?} under {runtime:?}", begun.elapsed());
        assert_eq!(settled(&telemetry, 16)("dropped", "shutdown"), 16);
    }
}

#[test]
fn a_program_that_does_nothing_exports_nothing() {
    let _alone = alone();
    let exporter = Moody::new(Mood::Takes);
    let telemetry = start(&exporter, "flush_interval: 1ms");
    for _ in 0..3 {
        telemetry.flush(Duration::from_secs(10)).expect("there is nothing to wait for");
    }
    assert!(telemetry.shutdown(Duration::from_secs(10)).is_ok());
    assert_eq!(exporter.tried.load(Ordering::SeqCst), 0);
    assert_eq!(settled(&telemetry, 0)("exported", ""), 0);
}
