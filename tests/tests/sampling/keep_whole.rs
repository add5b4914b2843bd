//! All traces with an error and all slow ones are kept, and whole: over threads, and at every exporter.

use std::{
    collections::{BTreeMap, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, mpsc},
    thread,
};

use opentelemetry::{SpanId, TraceId, Value};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use telemetry::Kind;
use telemetry_runtime as telemetry;

use super::support::*;

/// What a trace of the load does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Well,
    FailsDeep,
    FailsElsewhere,
    Slow,
    Panics,
}

/// One trace of seven spans, three of them on another thread; says which it was.
fn trace(fate: Fate, other: &mpsc::Sender<(Context, bool)>, done: &mpsc::Receiver<()>) -> TraceId {
    let root = Operation::new("s", "root");
    let mut id = TraceId::INVALID;
    let run = || {
        root.run(|| {
            id = current_span().trace_id();
            call("left", || match fate {
                Fate::FailsDeep => fails("deep"),
                Fate::Slow => takes("deep", millis(501)),
                _ => call("deep", || ()),
            });
            other.send((Context::current(), fate == Fate::FailsElsewhere)).expect("it listens");
            done.recv().expect("it answers");
            let mut by_hand = span("by hand").kind(Kind::Producer).attribute("number", 7).start();
            by_hand.add_event("happened", &[("why", Value::from("so"))]);
            assert!(by_hand.is_recording());
            if fate == Fate::FailsDeep {
                by_hand.record_error(&std::fmt::Error);
            }
            drop(by_hand);
            assert!(fate != Fate::Panics, "on purpose");
        });
    };
    let result = catch_unwind(AssertUnwindSafe(run));
    assert_eq!(result.is_err(), fate == Fate::Panics);
    id
}

/// Three spans of each trace on a thread of their own.
fn elsewhere(asked: &mpsc::Receiver<(Context, bool)>, done: &mpsc::Sender<()>) {
    for (context, is_to_fail) in asked {
        under(&context, || {
            call("right", || match is_to_fail {
                true => fails("far"),
                false => call("far", || ()),
            });
            call("last", || ());
        });
        // The test has ended if nobody waits.
        let _ = done.send(());
    }
}

/// Asserts that a trace arrived with all that it is made of.
#[track_caller]
fn assert_whole(spans: &[&SpanData], what: &str) {
    let mut names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["by hand", "s.deep", "s.far", "s.last", "s.left", "s.right", "s.root"], "{what}");
    let ids: Vec<SpanId> = spans.iter().map(|span| span.span_context.span_id()).collect();
    for span in spans {
        let is_root = span.name == "s.root";
        assert_eq!(span.parent_span_id == SpanId::INVALID, is_root, "{what}: {}", span.name);
        assert!(is_root || ids.contains(&span.parent_span_id), "{what}: the parent of {}", span.name);
        assert!(span.span_context.is_sampled(), "what is handed on says so");
    }
    let by_hand = spans.iter().find(|span| span.name == "by hand").expect("it is there");
    assert_eq!(
        (by_hand.attributes[0].key.as_str(), by_hand.events.events[0].name.as_ref()),
        ("number", "happened")
    );
}

/// Puts the spans of each trace together.
#[derive(Clone, Debug, Default)]
struct Whole {
    traces: std::sync::Arc<Mutex<HashMap<TraceId, Vec<SpanData>>>>,
}

impl SpanExporter for Whole {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let mut traces = self.traces.lock().map_err(|_| OTelSdkError::AlreadyShutdown)?;
        for span in batch {
            traces.entry(span.span_context.trace_id()).or_default().push(span);
        }
        Ok(())
    }
}

#[test]
fn of_a_hundredth_every_trace_with_an_error_or_slow_is_kept_whole() {
    const TRACES: usize = 20_000;
    let program = Program::new(0.01, "keep: { errors: true, slower_than: 500ms }");
    let (ask, asked) = mpsc::channel();
    let (answer, done) = mpsc::channel();
    let right = thread::spawn(move || elsewhere(&asked, &answer));
    let silent = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut fates: HashMap<TraceId, Fate> = HashMap::new();
    for number in 0..TRACES {
        let fate = match number % 100 {
            17 => Fate::FailsDeep,
            42 => Fate::FailsElsewhere,
            63 => Fate::Slow,
            88 if number % 1000 == 88 => Fate::Panics,
            _ => Fate::Well,
        };
        fates.insert(trace(fate, &ask, &done), fate);
        if number % 200 == 199 {
            program.flush();
        }
    }
    std::panic::set_hook(silent);
    drop(ask);
    right.join().expect("no panic");
    let account = program.settled();
    assert_eq!(account.started, 7 * TRACES as u64);
    assert_eq!(account.exported + account.dropped("not_kept"), account.started, "{account:?}");

    let spans = program.kept.spans();
    let mut arrived: HashMap<TraceId, Vec<&SpanData>> = HashMap::new();
    for span in &spans {
        arrived.entry(span.span_context.trace_id()).or_default().push(span);
    }
    let mut by_fate: BTreeMap<Fate, [u64; 2]> = BTreeMap::new();
    for (id, fate) in &fates {
        let found = arrived.get(id);
        by_fate.entry(*fate).or_default()[usize::from(found.is_some())] += 1;
        if let Some(spans) = found {
            assert_whole(spans, &format!("{fate:?}"));
        }
    }
    assert!(arrived.keys().all(|id| fates.contains_key(id)));
    for fate in [Fate::FailsDeep, Fate::FailsElsewhere, Fate::Slow] {
        assert_eq!(by_fate[&fate], [0, 200], "{fate:?}");
    }
    assert_eq!(by_fate[&Fate::Panics], [0, 20]);
    // 194 are expected, and 14 is the standard deviation: nine of them, which is less likely than 1 in 10^15.
    let by_chance = by_fate[&Fate::Well][1];
    assert!((69..=319).contains(&by_chance), "{by_chance} of {TRACES}");
}

#[test]
fn every_exporter_gets_the_same_whole_traces_from_many_threads() {
    let whole = Whole::default();
    let settings = "exporters: []\n\
                    telemetry: { sampling_ratio: 0 }\n\
                    tracing: { sampler: { keep: { errors: true } }, batch: { max_queue_size: 60000 } }";
    let program = Program::with_exporter(settings, whole.clone());
    thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for number in 0..100 {
                    call("root", || {
                        call("child", || ());
                        let carried = Context::current();
                        thread::scope(|inner| {
                            inner.spawn(|| {
                                under(&carried, || match (thread + number) % 4 {
                                    0 => fails("far"),
                                    _ => call("far", || ()),
                                });
                            });
                        });
                    });
                }
            });
        }
    });
    let account = program.settled();
    assert_eq!((account.started, account.exported, account.dropped("not_kept")), (1200, 300, 900));
    let traces = whole.traces.lock().expect("no panic");
    assert_eq!(traces.len(), 100);
    for spans in traces.values() {
        let mut names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
        names.sort_unstable();
        assert_eq!(names, ["s.child", "s.far", "s.root"]);
    }
}
