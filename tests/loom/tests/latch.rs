//! Admission and transitions of a breaker, in every interleaving of its threads.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p telemetry-loom --target-dir target/loom`; without the flag there is
//! nothing to run. The runtime's own latch and machine are compiled here, with loom's atomics and lock for those of
//! the standard library: `breaker/sync.rs` is the only file that differs.
#![cfg(loom)]

#[path = "latch/breaker.rs"]
mod breaker;

use loom::{sync::Arc, thread};

use crate::breaker::rig::{Rig, State};

/// Runs `work` on two threads, and `last` on this one.
fn beside(rig: &Arc<Rig>, work: fn(&Rig), last: impl FnOnce(&Rig)) {
    let threads = [0, 1].map(|_| {
        let rig = Arc::clone(rig);
        thread::spawn(move || work(&rig))
    });
    last(rig);
    for thread in threads {
        thread.join().expect("no panic");
    }
}

#[test]
fn two_failures_at_once_open_it_once() {
    loom::model(|| {
        let rig = Arc::new(Rig::closed(2, 1));
        beside(&rig, |rig| rig.call(0, true), |_| {});
        assert_eq!(rig.state(), State::Open);
        assert_eq!(rig.told(), [(State::Closed, State::Open)]);
        assert!(!rig.is_admitted(1), "open admits nothing");
    });
}

#[test]
fn never_more_probes_are_out_than_permitted() {
    loom::model(|| {
        let rig = Arc::new(Rig::open(1));
        let probe = |rig: &Rig| {
            if let Some(ticket) = rig.admit(Rig::OPEN_FOR) {
                let out = rig.enter();
                assert!(out <= 1, "{out} probes");
                rig.leave();
                rig.end(Some(ticket), Rig::OPEN_FOR, None);
            }
        };
        beside(&rig, probe, |_| {});
        assert_eq!(rig.state(), State::HalfOpen, "both gave their permit back");
        assert_eq!(rig.told(), [(State::Open, State::HalfOpen)]);
        let ticket = rig.admit(Rig::OPEN_FOR);
        assert!(ticket.is_some(), "so it can be had again");
        rig.end(ticket, Rig::OPEN_FOR, Some(false));
        assert_eq!(rig.state(), State::Closed);
    });
}

#[test]
fn probes_that_end_at_once_decide_once() {
    loom::model(|| {
        let rig = Arc::new(Rig::open(2));
        let probe = |rig: &Rig| {
            if let Some(ticket) = rig.admit(Rig::OPEN_FOR) {
                rig.end(Some(ticket), Rig::OPEN_FOR, Some(false));
            }
        };
        beside(&rig, probe, |_| {});
        assert_eq!(rig.state(), State::Closed);
        assert_eq!(rig.told(), [(State::Open, State::HalfOpen), (State::HalfOpen, State::Closed)]);
    });
}

#[test]
fn an_order_beside_a_failure_is_not_overridden() {
    loom::model(|| {
        let rig = Arc::new(Rig::closed(1, 1));
        let other = Arc::clone(&rig);
        let failing = thread::spawn(move || other.call(0, true));
        rig.force_open();
        failing.join().expect("no panic");
        assert_eq!(rig.state(), State::ForcedOpen);
        assert!(!rig.is_admitted(1_000));
        let told = rig.told();
        let direct = [(State::Closed, State::ForcedOpen)];
        let by_open = [(State::Closed, State::Open), (State::Open, State::ForcedOpen)];
        assert!(told == direct || told == by_open, "{told:?}");
    });
}

/// The words may lag behind the machine, but whoever is refused by them would have been refused just before.
#[test]
fn a_call_beside_a_recovery_is_admitted_or_refused_as_before_it() {
    loom::model(|| {
        let rig = Arc::new(Rig::open(1));
        let ticket = rig.admit(Rig::OPEN_FOR);
        assert!(ticket.is_some());
        let other = Arc::clone(&rig);
        let calling = thread::spawn(move || {
            if other.passes(Rig::OPEN_FOR) {
                assert_eq!(other.state(), State::Closed, "there is no second permit");
            }
        });
        rig.end(ticket, Rig::OPEN_FOR, Some(false));
        calling.join().expect("no panic");
        assert_eq!(rig.state(), State::Closed);
        assert!(rig.passes(Rig::OPEN_FOR));
    });
}
