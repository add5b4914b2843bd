//! The rings of spans around their queues, in every interleaving of their threads: who comes and goes, who is woken,
//! and what is counted as lost.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p telemetry-loom --target-dir target/loom`; without the flag there is
//! nothing to run. The runtime's own files are compiled here, with loom's atomics and locks for those of the standard
//! library and a model for the queue: `trace/ring/sync.rs` is the only file that differs.
#![cfg(loom)]

#[path = "rings/ring.rs"]
mod ring;

use loom::{
    model::Builder,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use crate::ring::rig::{BLOCKS, Recorder, Rig, Totals};

/// More spans than a ring holds.
const MANY: u64 = BLOCKS as u64 + 1;

/// Every span that has begun was received once or is counted as dropped; nobody holds a ring.
fn assert_settled(rig: &Rig, begun: u64) {
    let mut spans: Vec<u64> = rig.got().spans.into_iter().map(|(_, span)| span).collect();
    let received = spans.len() as u64;
    spans.sort_unstable();
    spans.dedup();
    assert_eq!(spans.len() as u64, received, "none comes twice");
    let totals = rig.totals();
    assert_eq!((totals.started, totals.dropped + received), (begun, begun));
    assert_eq!(rig.rings(), 0, "rings of threads that ended are let go");
}

#[test]
fn a_thread_that_ends_beside_the_reader_loses_nothing_uncounted() {
    loom::model(|| {
        let rig = Arc::new(Rig::default());
        let recording = {
            let rig = Arc::clone(&rig);
            thread::spawn(move || {
                let mut recorder = Recorder::new(&rig);
                (0..MANY).for_each(|span| recorder.span(span));
            })
        };
        rig.drain();
        recording.join().expect("no panic");
        rig.drain();
        assert_settled(&rig, MANY);
    });
}

#[test]
fn threads_that_register_at_once_are_all_met() {
    // Three threads with a lock each have more interleavings than are worth waiting for.
    let mut builder = Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(|| {
        let rig = Arc::new(Rig::default());
        let threads = [0, 1].map(|number| {
            let rig = Arc::clone(&rig);
            thread::spawn(move || Recorder::new(&rig).span(number))
        });
        rig.drain();
        for thread in threads {
            thread.join().expect("no panic");
        }
        rig.drain();
        assert_settled(&rig, 2);
        assert_eq!(rig.totals().dropped, 0, "there was room for all");
    });
}

#[test]
fn nothing_is_lost_before_it_has_begun() {
    loom::model(|| {
        let rig = Arc::new(Rig::default());
        let mut recorder = Recorder::new(&rig);
        // Totals are of rings that the reader has met.
        rig.drain();
        (0..BLOCKS as u64).for_each(|span| recorder.span(span));
        let recording = thread::spawn(move || {
            recorder.span(10);
            recorder.span(11);
        });
        let without_ring = {
            let rig = Arc::clone(&rig);
            thread::spawn(move || rig.span_without_ring())
        };
        let at_most = |earlier: Totals, later: Totals| {
            // Those that fill the ring have begun before.
            assert!(later.dropped + BLOCKS as u64 <= later.started, "{later:?}");
            assert!(earlier.started <= later.started && earlier.dropped <= later.dropped);
        };
        let first = rig.totals();
        let second = rig.totals();
        at_most(Totals::default(), first);
        at_most(first, second);
        recording.join().expect("no panic");
        without_ring.join().expect("no panic");
        rig.drain();
        assert_settled(&rig, BLOCKS as u64 + 3);
        assert_eq!(rig.totals().dropped, 3);
    });
}

#[test]
fn one_wake_serves_all_threads_until_the_reader_comes() {
    loom::model(|| {
        let rig = Arc::new(Rig::woken());
        let threads = [0, 10].map(|first| {
            let mut recorder = Recorder::new(&rig);
            thread::spawn(move || {
                recorder.span(first);
                recorder.span(first + 1);
            })
        });
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_eq!(rig.asked(), 1);
        assert!(rig.is_asked());
        rig.drain();
        assert_settled(&rig, 4);
    });
}

/// A record that is written while the reader sets out may find that somebody has asked already; a later one asks again.
#[test]
fn whoever_goes_on_filling_a_ring_wakes_a_reader_that_was_here() {
    loom::model(|| {
        let rig = Arc::new(Rig::woken());
        let mut recorder = Recorder::new(&rig);
        let recording = thread::spawn(move || {
            recorder.span(0);
            recorder.span(1);
            recorder
        });
        rig.drain();
        let mut recorder = recording.join().expect("no panic");
        recorder.span(2);
        recorder.span(3);
        assert!(rig.is_asked());
        assert!(rig.asked() <= 2, "once before the reader came, once after");
        drop(recorder);
        rig.drain();
        assert_settled(&rig, 4);
    });
}

#[test]
fn a_new_reader_is_woken_and_the_one_before_is_not() {
    loom::model(|| {
        let rig = Arc::new(Rig::woken());
        let mut recorder = Recorder::new(&rig);
        let recording = thread::spawn(move || {
            recorder.span(0);
            recorder.span(1);
            recorder
        });
        let next = Arc::<AtomicU64>::default();
        let count = Arc::clone(&next);
        rig.set_waker(move || {
            count.fetch_add(1, Ordering::AcqRel);
        });
        let before = rig.asked();
        rig.drain();
        let mut recorder = recording.join().expect("no panic");
        recorder.span(2);
        recorder.span(3);
        assert_eq!(rig.asked(), before, "the old one hears nothing any more");
        assert!(before + next.load(Ordering::Acquire) > 0, "one of them was woken");
        drop(recorder);
        rig.drain();
        assert_settled(&rig, 4);
    });
}

#[test]
fn an_event_is_received_or_counted_and_told_a_pass_after_its_span_at_the_latest() {
    const SPAN: u64 = 9;
    /// Not in every interleaving: who finds the reader busy does not wait to tell the span.
    static IS_TOLD: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    loom::model(|| {
        let rig = Arc::new(Rig::default());
        let mut recorder = Recorder::new(&rig);
        (0..BLOCKS as u64).for_each(|span| recorder.span(span));
        let recording = thread::spawn(move || {
            recorder.start();
            recorder.event(SPAN);
            recorder.end(SPAN);
        });
        rig.drain();
        recording.join().expect("no panic");
        rig.drain();
        rig.drain();
        assert_settled(&rig, BLOCKS as u64 + 1);
        let got = rig.got();
        let [attributes, lost, links] = rig.totals().parts;
        assert_eq!((attributes, got.events.len() as u64 + lost, links), (0, 1, 0));
        for (pass, span, events) in &got.losses {
            IS_TOLD.store(true, Ordering::Relaxed);
            assert_eq!((*span, *events, lost), (SPAN, 1, 1));
            let ended = got.spans.iter().find(|(_, span)| *span == SPAN);
            assert!(ended.is_none_or(|(ended, _)| *pass <= ended + 1), "{got:?}");
        }
    });
    assert!(IS_TOLD.load(Ordering::Relaxed));
}
