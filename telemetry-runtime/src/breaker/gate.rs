//! What calls touch of a breaker: a few atomics in front of the locked state machine.

use std::sync::{
    Mutex, MutexGuard, PoisonError, RwLock,
    atomic::{AtomicU8, AtomicU64, Ordering},
};

use super::{
    BreakerConfig, BreakerOpen, BreakerState,
    state::{Admission, Machine, ProbeEnd, Spans, Ticket},
    window::Sums,
};
use crate::{
    cells::{CallCells, CellSource, End, Judged, Owned, Shared, SlotTable, Writer},
    clock::Clock,
};

/// How an admitted call ended, as far as its breaker cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallEnd {
    Succeeded,
    Failed,
    /// Says nothing of the dependency.
    Ignored,
}

#[derive(Debug)]
pub(crate) struct Gate {
    /// [`BreakerState::index`]; zero, closed, is what the hot path tests for.
    gate: AtomicU8,
    /// A call that ends at or after this tick moves the window.
    next_roll: AtomicU64,
    /// Calls that started before this tick belong to an earlier closed period.
    closed_since: AtomicU64,
    /// A call of this many ticks is slow.
    slow_ticks: AtomicU64,
    open_until: AtomicU64,
    name: &'static str,
    clock: Clock,
    machine: Mutex<Machine>,
    sources: RwLock<Vec<CellSource>>,
    /// Calls made through [`Permit`](super::Permit).
    own: SlotTable<CallCells>,
    slow: AtomicU64,
    /// Late results of earlier closed periods: in the cells, but not of this window.
    stale: [AtomicU64; 3],
    transitions: [[AtomicU64; 3]; 3],
}

impl Gate {
    pub(super) fn new(name: &'static str, config: BreakerConfig, clock: Clock) -> Self {
        let config = config.sane();
        let spans = spans(&config, &clock);
        let slow_ticks = clock.ticks_in(config.slow_call);
        let machine = Machine::new(config, spans, clock.ticks(), Sums::default());
        Self {
            gate: AtomicU8::new(0),
            next_roll: AtomicU64::new(machine.next_roll()),
            closed_since: AtomicU64::new(0),
            slow_ticks: AtomicU64::new(slow_ticks),
            open_until: AtomicU64::new(0),
            name,
            clock,
            machine: Mutex::new(machine),
            sources: RwLock::new(Vec::new()),
            own: SlotTable::new(),
            slow: AtomicU64::new(0),
            stale: [const { AtomicU64::new(0) }; 3],
            transitions: [const { [const { AtomicU64::new(0) }; 3] }; 3],
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn config(&self) -> BreakerConfig {
        *self.machine().config()
    }

    pub(crate) fn state(&self) -> BreakerState {
        BreakerState::ALL[usize::from(self.gate.load(Ordering::Acquire)).min(2)]
    }

    /// The window sums these cells too from now on.
    pub(crate) fn attach(&self, source: CellSource) {
        self.sources.write().unwrap_or_else(PoisonError::into_inner).push(source);
    }

    pub(super) fn reconfigure(&self, config: BreakerConfig) {
        let config = config.sane();
        self.slow_ticks.store(self.clock.ticks_in(config.slow_call), Ordering::Relaxed);
        let spans = spans(&config, &self.clock);
        self.step(|machine, now, sums| machine.reconfigure(config, spans, now, sums));
    }

    #[inline(always)]
    pub(crate) fn is_closed(&self) -> bool {
        self.gate.load(Ordering::Relaxed) == 0
    }

    /// Asks for one call; a closed breaker needs no ticket.
    #[inline]
    pub(crate) fn admit(&self) -> Result<Option<Ticket>, BreakerOpen> {
        if self.is_closed() { Ok(None) } else { self.admit_slowly() }
    }

    #[cold]
    fn admit_slowly(&self) -> Result<Option<Ticket>, BreakerOpen> {
        let now = self.clock.ticks();
        let until = self.open_until.load(Ordering::Relaxed);
        if now < until {
            return Err(self.refusal(Some(until - now)));
        }
        match self.step(Machine::admit) {
            Admission::Free => Ok(None),
            Admission::Probe(ticket) => Ok(Some(ticket)),
            Admission::Refused(ticks) => Err(self.refusal(ticks)),
        }
    }

    fn refusal(&self, ticks: Option<u64>) -> BreakerOpen {
        BreakerOpen { breaker: self.name, retry_after: ticks.map(|ticks| self.clock.duration(ticks)) }
    }

    /// Whether a call that ended well must come by: see [`Gate::before_end`] and [`Gate::after_end`].
    #[inline(always)]
    pub(crate) fn needs_success(&self, start: u64, end: u64) -> bool {
        end >= self.next_roll.load(Ordering::Relaxed)
            || start < self.closed_since.load(Ordering::Relaxed)
            || end.saturating_sub(start) >= self.slow_ticks.load(Ordering::Relaxed)
    }

    /// Moves the window; to be called before the cells count the call.
    #[cold]
    pub(crate) fn before_end(&self, end: u64) {
        if end >= self.next_roll.load(Ordering::Relaxed) {
            self.step(|machine, _, sums| machine.roll(end, sums));
        }
    }

    /// Judges; to be called once the cells have counted the call.
    #[cold]
    pub(crate) fn after_end(&self, ticket: Option<Ticket>, start: u64, end: u64, how: CallEnd) {
        let slow = end.saturating_sub(start) >= self.slow_ticks.load(Ordering::Relaxed);
        if slow && how != CallEnd::Ignored {
            self.slow.fetch_add(1, Ordering::AcqRel);
        }
        if let Some(ticket) = ticket {
            self.end_probe(ticket, how, slow);
        } else if how != CallEnd::Ignored {
            self.end_free(start, how == CallEnd::Failed, slow);
        }
    }

    fn end_probe(&self, ticket: Ticket, how: CallEnd, slow: bool) {
        let end = match how {
            CallEnd::Succeeded => ProbeEnd::Succeeded { slow },
            CallEnd::Failed => ProbeEnd::Failed,
            CallEnd::Ignored => ProbeEnd::Released,
        };
        self.step(|machine, now, sums| {
            // A late probe finds a closed breaker whose window must not hold it.
            if machine.state() == BreakerState::Closed && how != CallEnd::Ignored {
                self.exclude(how == CallEnd::Failed, slow);
            }
            machine.probe_ended(ticket, end, now, sums);
        });
    }

    fn end_free(&self, start: u64, failed: bool, slow: bool) {
        let late = start < self.closed_since.load(Ordering::Relaxed);
        self.step(|machine, now, sums| match machine.state() {
            BreakerState::Closed if late => self.exclude(failed, slow),
            BreakerState::Closed => {
                machine.push(failed, slow);
                machine.judge(now, sums);
            }
            BreakerState::Open | BreakerState::HalfOpen => {}
        });
    }

    fn exclude(&self, failed: bool, slow: bool) {
        for (cell, counts) in self.stale.iter().zip([true, failed, slow]) {
            cell.fetch_add(u64::from(counts), Ordering::AcqRel);
        }
    }

    /// One atomic step of the machine; what it made of it is published before the lock is released, told after.
    fn step<R>(&self, work: impl FnOnce(&mut Machine, u64, Sums) -> R) -> R {
        let mut machine = self.machine();
        let (from, now) = (machine.state(), self.clock.ticks());
        let result = work(&mut machine, now, self.sums());
        let to = machine.state();
        self.publish(&machine, from, to, now);
        drop(machine);
        if from != to {
            tell(self.name, from, to);
        }
        result
    }

    fn publish(&self, machine: &Machine, from: BreakerState, to: BreakerState, now: u64) {
        if from != to {
            self.transitions[from.index()][to.index()].fetch_add(1, Ordering::Relaxed);
            if to == BreakerState::Closed {
                self.closed_since.store(now, Ordering::Relaxed);
            }
        }
        self.next_roll.store(machine.next_roll(), Ordering::Relaxed);
        self.open_until.store(machine.open_until(), Ordering::Relaxed);
        self.gate.store(to.index() as u8, Ordering::Release);
    }

    fn sums(&self) -> Sums {
        let mut judged = Judged::default();
        judged.add(&self.own);
        for source in self.sources.read().unwrap_or_else(PoisonError::into_inner).iter() {
            judged.add(source.table());
        }
        let [finished, failed, slow] = self.stale.each_ref().map(|cell| cell.load(Ordering::Acquire));
        Sums {
            finished: judged.finished.saturating_sub(finished),
            failed: judged.failed.saturating_sub(failed),
            slow: self.slow.load(Ordering::Acquire).saturating_sub(slow),
        }
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn acquire_by_hand(&self) -> Result<(Option<Ticket>, u64), BreakerOpen> {
        let admitted = self.admit();
        self.write_own(
            |cells| count_admission::<Owned>(cells, admitted.is_ok()),
            |cells| count_admission::<Shared>(cells, admitted.is_ok()),
        );
        Ok((admitted?, self.clock.ticks()))
    }

    /// `None` if the call says nothing of the dependency.
    pub(super) fn end_by_hand(&self, ticket: Option<Ticket>, start: u64, failed: Option<bool>) {
        let end = self.clock.ticks();
        self.before_end(end);
        let (cells_end, how) = match failed {
            Some(false) => (End::Success, CallEnd::Succeeded),
            Some(true) => (End::Error(0), CallEnd::Failed),
            None => (End::Cancelled, CallEnd::Ignored),
        };
        self.write_own(
            |cells| cells.end::<Owned>(cells_end, 0, 0),
            |cells| cells.end::<Shared>(cells_end, 0, 0),
        );
        if ticket.is_some() || failed == Some(true) || self.needs_success(start, end) {
            self.after_end(ticket, start, end, how);
        }
    }

    fn write_own(&self, owned: impl FnOnce(&CallCells), shared: impl FnOnce(&CallCells)) {
        self.own.with_writer(owned, shared);
    }

    /// Calls refused so far, over all cells.
    pub(super) fn rejected(&self) -> u64 {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        let tables = sources.iter().map(CellSource::table).chain([&self.own]);
        tables.flat_map(SlotTable::iter).map(CallCells::rejected).sum()
    }

    /// How often the breaker went from one state to another.
    pub(super) fn transitions(&self, from: BreakerState, to: BreakerState) -> u64 {
        self.transitions[from.index()][to.index()].load(Ordering::Relaxed)
    }
}

fn count_admission<W: Writer>(cells: &CallCells, admitted: bool) {
    if admitted {
        cells.start::<W>();
    } else {
        cells.reject::<W>();
    }
}

fn spans(config: &BreakerConfig, clock: &Clock) -> Spans {
    Spans {
        window: clock.ticks_in(config.window),
        open_for: clock.ticks_in(config.open_for),
        lease: clock.ticks_in(config.lease),
    }
}

/// Tells of a transition, outside the lock.
fn tell(name: &str, from: BreakerState, to: BreakerState) {
    let (from, to) = (from.as_str(), to.as_str());
    match to {
        "closed" => tracing::info!(target: "telemetry", breaker = name, from, to, "circuit breaker closed"),
        _ => tracing::warn!(target: "telemetry", breaker = name, from, to, "circuit breaker is {to}"),
    }
}
