//! Traces that were not chosen and are kept for an error or for being slow: all of them, and whole.

use std::{
    collections::{BTreeMap, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use opentelemetry::{SpanId, TraceId, Value};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use telemetry::{Kind, inject};
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

#[test]
fn headers_carry_the_decision_of_the_beginning() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let header = || {
        let mut headers = http::HeaderMap::new();
        inject(&mut headers);
        headers["traceparent"].to_str().expect("ascii").to_owned()
    };
    call("root", || {
        assert!(!current_span().is_sampled() && header().ends_with("-02"), "{}", header());
        let child = call("child", || Some((header(), current_span())));
        let (child, inner) = child.expect("it ran");
        assert!(child.ends_with("-02") && child.contains(&inner.span_id().to_string()), "{child}");
        assert_ne!(inner.span_id(), current_span().span_id(), "it has a span of its own");
        fails("failing");
    });
    assert!(!current_span().is_valid());
    assert_eq!(program.names(), ["s.child", "s.failing", "s.root"]);
    program.settled();
}

#[test]
fn below_a_caller_its_decision_is_respected() {
    let program = Program::new(0.0, "keep: { errors: true, slower_than: 1ms }");
    under(&caller_of(1, false), || {
        fails("failing");
        takes("slow", millis(10));
    });
    under(&caller_of(1, true), || call("sampled", || fails("child")));
    assert_eq!(program.names(), ["s.child", "s.sampled"]);
    assert_eq!(program.settled().dropped("not_kept"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_belong_to_their_trace() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let failing = async {
        tokio::task::yield_now().await;
        Err::<(), _>(std::fmt::Error)
    };
    let root = async {
        let near = telemetry::spawn(Operation::new("s", "near").run_async(tokio::task::yield_now()));
        let far = telemetry::spawn(Operation::new("s", "far").run_async(failing));
        assert!(near.await.is_ok() && far.await.is_ok_and(|result| result.is_err()));
    };
    Operation::new("s", "root").run_async(root).await;
    Operation::new("s", "quiet").run_async(async { tokio::task::yield_now().await }).await;
    assert_eq!(program.names(), ["s.far", "s.near", "s.root"]);
    assert_eq!(program.settled().dropped("not_kept"), 1);
}

#[test]
fn what_neither_fails_nor_takes_long_is_dropped_for_no_fault() {
    let program = Program::new(0.0, "keep: { errors: true, slower_than: 500ms }");
    call("root", || takes("child", millis(499)));
    let cancelled = Operation::new("s", "cancelled").run_async(std::future::pending::<()>());
    assert!(futures_util::FutureExt::now_or_never(cancelled).is_none());
    assert!(program.names().is_empty());
    let account = program.settled();
    assert_eq!((account.started, account.dropped("not_kept")), (3, 3));
    let health = program.telemetry.health().to_json();
    assert_eq!(health["details"]["exporters"]["memory"]["dropped_last_minute"], 0, "{health}");
}

#[telemetry::trace("keep", sample = never)]
fn never() {
    fails("below_never");
}

/// So small a share that it never chooses.
#[telemetry::trace("keep", sample = 1e-15)]
fn share(inside: impl FnOnce()) {
    inside();
}

#[test]
fn never_is_never_and_a_share_may_be_kept() {
    let program = Program::new(1.0, "keep: { errors: true }");
    never();
    share(|| ());
    share(|| fails("below_share"));
    assert_eq!(program.names(), ["keep.share", "s.below_share"]);
    assert_eq!(program.settled().dropped("not_kept"), 1);
}

#[test]
fn what_the_limit_refuses_may_be_kept() {
    let program = Program::new(1.0, "rate_limit: 1, keep: { errors: true }");
    call("first", || ());
    call("refused", || ());
    fails("failing");
    assert_eq!(program.names(), ["s.failing", "s.first"]);
    assert_eq!(program.settled().dropped("not_kept"), 1);
}

/// A sampled span below a pending one goes out at once; what is around it stays pending.
#[test]
fn below_pending_spans_branches_decide_too() {
    let policy = SamplingPolicy::new(0.0).keep_errors(true);
    let policy =
        policy.local_parent_not_sampled(ParentSampler::Root).rule(SamplingRule::new(1.0).operation("chosen"));
    let program = Program::policy(policy);
    let trace = |work: &dyn Fn()| {
        call("root", || {
            call("before", || ());
            call("chosen", || {
                assert!(current_span().is_sampled());
                call("below", || ());
            });
            assert!(!current_span().is_sampled(), "the parent is what it was");
            call("after", work);
        });
    };
    trace(&|| ());
    assert_eq!(program.names(), ["s.below", "s.chosen"]);
    assert_eq!(program.settled().dropped("not_kept"), 3);
    program.kept.clear();
    trace(&|| fails("deep"));
    assert_eq!(program.spans().len(), 6);
    assert!(!current_span().is_valid());
}

#[test]
fn long_traces_are_handed_on_before_their_end_once_there_is_a_reason() {
    let program = Program::new(0.0, "keep: { errors: true }");
    call("root", || {
        call("before", || ());
        assert!(program.names().is_empty(), "nothing has failed");
        assert_eq!(program.account().live, 2);
        fails("failing");
        assert_eq!(program.names(), ["s.before", "s.failing"]);
        call("after", || ());
        assert_eq!(program.names().len(), 3);
        advance(Duration::from_secs(59));
        program.flush();
        call("much_later", || ());
    });
    assert_eq!(program.names(), ["s.after", "s.before", "s.failing", "s.much_later", "s.root"]);
    assert_eq!(program.settled().exported, 5);
}
