//! A breaker as calls meet it: its latch, the cells that it sums, the clock, and who hears of it.

use std::hash::{BuildHasher, RandomState};

use super::{
    BreakerConfig, BreakerOpen, BreakerState, Judgement,
    event::Observers,
    judgement::Judges,
    latch::{Latch, Words},
    machine::{Admission, Ended, Machine},
    own_cells::OwnCells,
    probes::{Judged, Ticket},
    window::Sums,
};
use crate::{
    cells::{self, CellSource, Owned, Shared, SlotTable},
    clock::Clock,
    outcome::Outcome,
};

#[derive(Debug)]
pub(crate) struct Gate {
    latch: Latch<Books>,
    /// Calls made through [`Permit`](super::Permit).
    own: SlotTable<OwnCells>,
    name: &'static str,
    clock: Clock,
    judges: Judges,
    observers: Observers,
}

/// What only changes under the lock.
#[derive(Debug, Default)]
struct Books {
    config: BreakerConfig,
    sources: Vec<CellSource>,
    /// What the cells count otherwise than the window does: slow calls, late ones, ignored errors.
    corrections: Sums,
}

/// An admitted call that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallEnd {
    pub(crate) ticket: Option<Ticket>,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) outcome: Outcome,
}

impl Gate {
    pub(super) fn new(name: &'static str, config: BreakerConfig, clock: Clock) -> Self {
        let config = config.sane();
        let seed = RandomState::new().hash_one(name);
        let machine = Machine::new(config.limits(&clock), seed, clock.ticks(), Sums::default());
        let judges = Judges::default();
        judges.set(&config);
        Self {
            latch: Latch::new(
                machine,
                Books { config, ..Books::default() },
                clock.ticks_in(config.slow_call),
            ),
            own: SlotTable::new(),
            name,
            clock,
            judges,
            observers: Observers::default(),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn config(&self) -> BreakerConfig {
        self.latch.look(|_, books| books.config)
    }

    pub(crate) fn state(&self) -> BreakerState {
        self.latch.state()
    }

    pub(super) fn observers(&self) -> &Observers {
        &self.observers
    }

    /// The window sums these cells too from now on.
    pub(crate) fn attach(&self, source: CellSource) {
        self.step(|_, books, _| books.sources.push(source));
    }

    pub(super) fn reconfigure(&self, config: BreakerConfig) {
        let config = config.sane();
        self.judges.set(&config);
        self.latch.set_slow_ticks(self.clock.ticks_in(config.slow_call));
        self.step(|machine, books, now| {
            books.config = config;
            machine.roll(now, || self.sums(books));
            machine.reconfigure(config.limits(&self.clock), now, || self.sums(books));
        });
    }

    pub(super) fn go_to(&self, state: BreakerState) {
        self.step(|machine, books, now| machine.go_to(state, now, || self.sums(books)));
    }

    pub(super) fn reset(&self) {
        self.step(|machine, books, now| machine.reset(now, || self.sums(books)));
    }

    /// Asks for one call; needs a ticket only as a probe.
    #[inline(always)]
    pub(crate) fn admit(&self) -> Result<Option<Ticket>, BreakerOpen> {
        if self.words().passes() { Ok(None) } else { self.admit_slowly() }
    }

    /// What a closed breaker is asked by.
    #[inline(always)]
    pub(super) fn words(&self) -> &Words {
        self.latch.words()
    }

    #[cold]
    fn admit_slowly(&self) -> Result<Option<Ticket>, BreakerOpen> {
        let now = self.clock.ticks();
        let until = self.latch.refused_until();
        if now < until {
            return Err(self.refusal(now, until));
        }
        let (admission, now, until) = self.step(|machine, books, now| {
            let admission = machine.admit(now, || self.sums(books));
            (admission, now, machine.refused_until())
        });
        match admission {
            Admission::Free => Ok(None),
            Admission::Probe(ticket) => Ok(Some(ticket)),
            Admission::Refused => Err(self.refusal(now, until)),
        }
    }

    /// How long calls are refused for certain; none if they are not, or until nobody knows when.
    #[cfg(feature = "dashboard")]
    pub(crate) fn retry_after(&self) -> Option<std::time::Duration> {
        let (now, until) = (self.clock.ticks(), self.latch.refused_until());
        (now < until && until != u64::MAX).then(|| self.clock.duration(until - now))
    }

    fn refusal(&self, now: u64, until: u64) -> BreakerOpen {
        let retry_after = (until != u64::MAX).then(|| self.clock.duration(until.saturating_sub(now)));
        BreakerOpen { breaker: self.name, retry_after }
    }

    /// Judges a call; `count` writes it into its cells.
    #[cold]
    pub(crate) fn end(&self, call: CallEnd, count: impl FnOnce()) {
        self.end_judged(call, self.judges.judge(call.outcome), count);
    }

    fn end_judged(&self, call: CallEnd, judgement: Judgement, count: impl FnOnce()) {
        let judged = match judgement {
            Judgement::Ignored => None,
            _ => Some(Judged {
                failed: judgement == Judgement::Failure,
                slow: judgement == Judgement::Slow || self.words().is_slow(call.start, call.end),
            }),
        };
        let ended = Ended { ticket: call.ticket, start: call.start, judged };
        self.step(|machine, books, now| {
            machine.roll(now, || self.sums(books));
            count();
            let wanted = judged.filter(|_| machine.counts(&ended)).map(in_window).unwrap_or_default();
            books.corrections = books.corrections.plus(wanted.minus(in_cells(call.outcome)));
            machine.ended(&ended, now, || self.sums(books));
        });
    }

    /// One atomic step; what it brought about is told after the lock is released.
    fn step<R>(&self, work: impl FnOnce(&mut Machine, &mut Books, u64) -> R) -> R {
        let (result, notice) = self.latch.step(|machine, books| work(machine, books, self.clock.ticks()));
        if let Some(notice) = notice {
            self.observers.tell(self.name, notice);
        }
        result
    }

    fn sums(&self, books: &Books) -> Sums {
        let mut judged = cells::Judged::default();
        for source in &books.sources {
            judged.add(source.table());
        }
        let counted = Sums { finished: judged.finished, failed: judged.failed, slow: 0 };
        counted.plus(OwnCells::sums(&self.own)).plus(books.corrections)
    }

    /// The calls that the rates are of.
    pub(super) fn window(&self) -> Sums {
        let now = self.clock.ticks();
        self.latch
            .step(|machine, books| {
                machine.roll(now, || self.sums(books));
                machine.look_back(|| self.sums(books))
            })
            .0
    }

    /// Calls refused so far, over all cells.
    pub(crate) fn rejected(&self) -> u64 {
        let own = OwnCells::rejected(&self.own);
        self.latch.look(|_, books| {
            let tables = books.sources.iter().map(CellSource::table);
            own + tables.flat_map(SlotTable::iter).map(cells::CallCells::rejected).sum::<u64>()
        })
    }

    /// From, to and how often, of all pairs of states.
    pub(super) fn transitions(&self) -> Vec<(BreakerState, BreakerState, u64)> {
        let pairs = BreakerState::ALL.into_iter().flat_map(|from| BreakerState::ALL.map(|to| (from, to)));
        self.latch
            .look(|machine, _| pairs.map(|(from, to)| (from, to, machine.transitions(from, to))).collect())
    }
}

/// Calls made by hand, which are counted here and nowhere else.
impl Gate {
    /// The ticket, if it needs one, and the start of the call.
    #[inline]
    pub(super) fn acquire_by_hand(&self) -> Result<(Option<Ticket>, u64), BreakerOpen> {
        let admitted = self.admit().inspect_err(|_| {
            self.own.with_writer(OwnCells::reject::<Owned>, OwnCells::reject::<Shared>);
        });
        Ok((admitted?, self.clock.ticks()))
    }

    #[inline]
    pub(super) fn succeed_by_hand(&self, ticket: Option<Ticket>, start: u64) {
        let end = self.clock.ticks();
        if ticket.is_some() || self.words().wants(start, end) {
            return self
                .end_at(CallEnd { ticket, start, end, outcome: Outcome::Success }, Judgement::Success);
        }
        self.own.with_writer(OwnCells::finish::<Owned>, OwnCells::finish::<Shared>);
    }

    /// `None` leaves the judgement to the rules.
    pub(super) fn end_by_hand(
        &self,
        ticket: Option<Ticket>,
        start: u64,
        outcome: Outcome,
        judgement: Option<Judgement>,
    ) {
        let judgement = judgement.unwrap_or_else(|| self.judges.judge(outcome));
        self.end_at(CallEnd { ticket, start, end: self.clock.ticks(), outcome }, judgement);
    }

    #[cold]
    fn end_at(&self, call: CallEnd, judgement: Judgement) {
        self.end_judged(call, judgement, || match in_cells(call.outcome) {
            Sums { finished: 0, .. } => {}
            Sums { failed: 0, .. } => {
                self.own.with_writer(OwnCells::finish::<Owned>, OwnCells::finish::<Shared>);
            }
            Sums { .. } => self.own.with_writer(OwnCells::fail::<Owned>, OwnCells::fail::<Shared>),
        });
    }
}

fn in_window(judged: Judged) -> Sums {
    Sums { finished: 1, failed: judged.failed.into(), slow: judged.slow.into() }
}

/// What cells add for an outcome, as [`cells::Judged`] reads them.
fn in_cells(outcome: Outcome) -> Sums {
    let (finished, failed) = match outcome {
        Outcome::Success => (1, 0),
        Outcome::Error { .. } | Outcome::Panicked => (1, 1),
        Outcome::Cancelled | Outcome::Rejected => (0, 0),
    };
    Sums { finished, failed, slow: 0 }
}
