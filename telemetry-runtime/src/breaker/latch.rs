//! The words that calls read without a lock, in front of the locked state machine.

use std::sync::PoisonError;

use super::{
    machine::Machine,
    notice::Notice,
    state::BreakerState,
    sync::{AtomicU8, AtomicU64, Mutex, MutexGuard, Ordering},
};

/// The words that calls read without a lock, in front of the locked state machine and its books.
///
/// The machine decides alone; the words only say when it need not be asked. A call that reads them while they change
/// is one that came just before the change.
#[derive(Debug)]
pub(super) struct Latch<B> {
    words: Words,
    locked: Mutex<Locked<B>>,
}

/// On a cache line of their own: all calls read them, and nearly nobody writes.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Words {
    /// [`BreakerState`] as a number.
    state: AtomicU8,
    /// A call that ends at or after this tick moves the window.
    next_roll: AtomicU64,
    /// Calls that started before this tick belong to an earlier period.
    since: AtomicU64,
    /// A call of this many ticks is slow.
    slow_ticks: AtomicU64,
    refused_until: AtomicU64,
}

#[derive(Debug)]
struct Locked<B> {
    machine: Machine,
    books: B,
}

impl Words {
    /// Whether every call passes.
    #[inline(always)]
    pub(super) fn passes(&self) -> bool {
        BreakerState::word_passes(self.state.load(Ordering::Relaxed))
    }

    /// Whether a call that ended well must come by all the same.
    #[inline(always)]
    pub(super) fn wants(&self, start: u64, end: u64) -> bool {
        end >= self.next_roll.load(Ordering::Relaxed)
            || start < self.since.load(Ordering::Relaxed)
            || self.is_slow(start, end)
    }

    #[inline(always)]
    pub(super) fn is_slow(&self, start: u64, end: u64) -> bool {
        end.saturating_sub(start) >= self.slow_ticks.load(Ordering::Relaxed)
    }
}

impl<B> Latch<B> {
    pub(super) fn new(machine: Machine, books: B, slow_ticks: u64) -> Self {
        let words = Words {
            state: AtomicU8::new(machine.state() as u8),
            next_roll: AtomicU64::new(machine.next_roll()),
            since: AtomicU64::new(machine.since()),
            slow_ticks: AtomicU64::new(slow_ticks),
            refused_until: AtomicU64::new(machine.refused_until()),
        };
        Self { words, locked: Mutex::new(Locked { machine, books }) }
    }

    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    pub(super) fn state(&self) -> BreakerState {
        BreakerState::from_word(self.words.state.load(Ordering::Acquire))
    }

    /// The tick until which no call needs to ask the machine.
    pub(super) fn refused_until(&self) -> u64 {
        self.words.refused_until.load(Ordering::Acquire)
    }

    pub(super) fn set_slow_ticks(&self, ticks: u64) {
        self.words.slow_ticks.store(ticks, Ordering::Relaxed);
    }

    /// One atomic step of the machine, published before the lock is released; whoever made it tells its notice after.
    pub(super) fn step<R>(&self, work: impl FnOnce(&mut Machine, &mut B) -> R) -> (R, Option<Notice>) {
        let mut locked = self.lock();
        let Locked { machine, books } = &mut *locked;
        let result = work(machine, books);
        let notice = machine.take_notice();
        self.publish(machine);
        (result, notice)
    }

    /// Looks without changing anything.
    pub(super) fn look<R>(&self, look: impl FnOnce(&Machine, &B) -> R) -> R {
        let locked = self.lock();
        look(&locked.machine, &locked.books)
    }

    fn publish(&self, machine: &Machine) {
        self.words.next_roll.store(machine.next_roll(), Ordering::Relaxed);
        self.words.since.store(machine.since(), Ordering::Relaxed);
        self.words.refused_until.store(machine.refused_until(), Ordering::Release);
        self.words.state.store(machine.state() as u8, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Locked<B>> {
        self.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
