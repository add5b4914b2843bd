//! A latch with counters for cells, moved by hand.

use loom::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

pub(crate) use super::state::BreakerState as State;
use super::{
    latch::Latch,
    limits::{Limits, WindowKind},
    machine::{Admission, Ended, Machine},
    notice::{Change, Notice},
    open_time::OpenTime,
    probes::{Judged, Ticket},
    window::Sums,
};

/// A latch with counters for cells; what a gate does around it, without its clock.
pub(crate) struct Rig {
    latch: Latch<Sums>,
    told: Mutex<Vec<(u64, State, State)>>,
    probes_out: AtomicU64,
}

impl Rig {
    pub(crate) const OPEN_FOR: u64 = 100;

    pub(crate) fn closed(required_calls: u64, permits: u32) -> Self {
        let limits = Limits {
            failure_rate: 0.5,
            slow_rate: 1.0,
            required_calls,
            window: WindowKind::Ticks(1_000),
            permits,
            lease: 1_000,
            open: OpenTime { first: Self::OPEN_FOR, max: 1_000, multiplier: 1.0, jitter: 0.0 },
        };
        let machine = Machine::new(limits, 1, 0, Sums::default());
        Self {
            latch: Latch::new(machine, Sums::default(), u64::MAX),
            told: Mutex::new(Vec::new()),
            probes_out: AtomicU64::new(0),
        }
    }

    pub(crate) fn open(permits: u32) -> Self {
        let rig = Self::closed(1, permits);
        rig.end(None, 0, Some(true));
        assert_eq!(rig.state(), State::Open);
        rig.told.lock().expect("no panic").clear();
        rig
    }

    pub(crate) fn state(&self) -> State {
        self.latch.state()
    }

    /// A call in closed state.
    pub(crate) fn call(&self, now: u64, failed: bool) {
        if self.latch.words().passes() {
            self.end(None, now, Some(failed));
        }
    }

    pub(crate) fn is_admitted(&self, now: u64) -> bool {
        self.latch.words().passes() || self.admit(now).is_some()
    }

    /// Whether a call passes without a ticket; one that gets a ticket is an error here.
    pub(crate) fn passes(&self, now: u64) -> bool {
        if self.latch.words().passes() {
            return true;
        }
        if now < self.latch.refused_until() {
            return false;
        }
        self.step(|machine, sums| match machine.admit(now, || *sums) {
            Admission::Free => true,
            Admission::Refused => false,
            Admission::Probe(ticket) => panic!("{ticket:?}"),
        })
    }

    /// The ticket of a probe.
    pub(crate) fn admit(&self, now: u64) -> Option<Ticket> {
        if now < self.latch.refused_until() {
            return None;
        }
        self.step(|machine, sums| match machine.admit(now, || *sums) {
            Admission::Probe(ticket) => Some(ticket),
            Admission::Free | Admission::Refused => None,
        })
    }

    /// `None` if the call says nothing.
    pub(crate) fn end(&self, ticket: Option<Ticket>, now: u64, failed: Option<bool>) {
        let judged = failed.map(|failed| Judged { failed, slow: false });
        let ended = Ended { ticket, start: now, judged };
        self.step(|machine, sums| {
            if let Some(judged) = judged.filter(|_| machine.counts(&ended)) {
                *sums = sums.plus(Sums { finished: 1, failed: judged.failed.into(), slow: 0 });
            }
            let sums = *sums;
            machine.ended(&ended, now, || sums);
        });
    }

    pub(crate) fn force_open(&self) {
        self.step(|machine, sums| {
            let sums = *sums;
            machine.go_to(State::ForcedOpen, 0, || sums);
        });
    }

    /// Each transition, in the order of the steps: they are told outside of the lock, in any order.
    pub(crate) fn told(&self) -> Vec<(State, State)> {
        let mut told = self.told.lock().expect("no panic").clone();
        told.sort_unstable_by_key(|(number, ..)| *number);
        told.into_iter().map(|(_, from, to)| (from, to)).collect()
    }

    /// Counts a probe that runs; gives how many do.
    pub(crate) fn enter(&self) -> u64 {
        self.probes_out.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn leave(&self) {
        self.probes_out.fetch_sub(1, Ordering::SeqCst);
    }

    fn step<R>(&self, work: impl FnOnce(&mut Machine, &mut Sums) -> R) -> R {
        let (result, notice) = self.latch.step(work);
        if let Some(Notice { change: Change::State { from, to }, number, .. }) = notice {
            self.told.lock().expect("no panic").push((number, from, to));
        }
        result
    }
}
