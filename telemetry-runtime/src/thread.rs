//! What a call keeps on its own thread: a slot number and the current context.
//!
//! The block is plain cells without a destructor, so it can be read at any moment of a thread's life, also from
//! destructors of other thread-locals. A second thread-local with a destructor gives the slot number back.

use std::{
    cell::Cell,
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// The slot number of "no cells of my own": not yet assigned, thread ending, or inside a test scope.
pub(crate) const NO_SLOT: u32 = 0;

/// Slots handed out at the most; further threads share slot 0.
pub(crate) const MAX_SLOT: u32 = 4096;

/// The context that is current on a thread, in words that a call can save and restore cheaply.
///
/// `trace` is zero while the trace id is derived from `span` (a local root that was not sampled); `span` is zero
/// while nothing is current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ContextWords {
    pub(crate) trace: [u64; 2],
    pub(crate) span: u64,
    /// Trace flags in the low byte, [`ContextWords::REMOTE`] and others above.
    pub(crate) flags: u32,
}

impl ContextWords {
    pub(crate) const NONE: Self = Self { trace: [0; 2], span: 0, flags: 0 };
    pub(crate) const SAMPLED: u32 = 1;
    /// The trace id's last seven bytes are random (W3C trace context, second level).
    pub(crate) const RANDOM: u32 = 2;
    pub(crate) const REMOTE: u32 = 1 << 8;
    /// A sampler of the program decides for every span below.
    pub(crate) const ASKED: u32 = 1 << 9;
    /// Recorded, and kept or dropped once the trace's root has ended; never together with [`ContextWords::SAMPLED`].
    pub(crate) const PENDING: u32 = 1 << 10;
    /// Of a remote parent: below a span that is not recorded itself.
    pub(crate) const REFUSED: u32 = 1 << 11;
    /// Of a sampled span whose parent is pending.
    pub(crate) const UNDER_PENDING: u32 = 1 << 12;
    /// The number of the trace state that a sampler chose; zero if none did.
    pub(crate) const STATE: u32 = 0xffff << Self::STATE_SHIFT;
    pub(crate) const STATE_SHIFT: u32 = 16;

    pub(crate) fn is_none(self) -> bool {
        self.span == 0
    }

    pub(crate) fn state_number(self) -> u16 {
        (self.flags >> Self::STATE_SHIFT) as u16
    }

    /// Whether a span with these flags is recorded, here or, if remote, there.
    #[inline(always)]
    pub(crate) const fn is_recorded(flags: u32) -> bool {
        flags & (Self::SAMPLED | Self::PENDING) != 0
    }

    /// Whether the span with these flags is one of this process and recorded.
    #[inline(always)]
    pub(crate) const fn is_recorded_here(flags: u32) -> bool {
        Self::is_recorded(flags) && flags & Self::REMOTE == 0
    }
}

pub(crate) struct Thread {
    slot: Cell<u32>,
    /// No slot may be assigned: the thread is ending, or a test scope is entered.
    barred: Cell<bool>,
    flags: Cell<u32>,
    span: Cell<u64>,
    trace: Cell<[u64; 2]>,
    seed: Cell<u64>,
    recording: Cell<Recording>,
}

/// What head sampling does on a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recording {
    /// As the sampler says.
    Sampled,
    /// Every trace: inside a test's scope.
    Everything,
    /// No trace: on telemetry's own thread, and while a sampler is asked.
    Nothing,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            slot: Cell::new(NO_SLOT),
            barred: Cell::new(false),
            flags: Cell::new(0),
            span: Cell::new(0),
            trace: Cell::new([0; 2]),
            seed: Cell::new(0),
            recording: Cell::new(Recording::Sampled),
        }
    };
    static SLOT_GUARD: SlotGuard = const { SlotGuard { slot: Cell::new(NO_SLOT) } };
}

/// What [`Thread::bar`] found, for [`Thread::unbar`].
#[cfg(feature = "testing")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Barred {
    slot: u32,
    barred: bool,
}

/// Runs `work` on this thread's block.
#[inline(always)]
pub(crate) fn with<R>(work: impl FnOnce(&Thread) -> R) -> R {
    THREAD.with(work)
}

impl Thread {
    #[inline(always)]
    pub(crate) fn slot(&self) -> u32 {
        self.slot.get()
    }

    /// Sends every call to the slow path until [`Thread::unbar`].
    #[cfg(feature = "testing")]
    pub(crate) fn bar(&self) -> Barred {
        Barred { slot: self.slot.replace(NO_SLOT), barred: self.barred.replace(true) }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn unbar(&self, before: Barred) {
        self.barred.set(before.barred);
        // A thread that ended meanwhile has given its slot back.
        self.slot.set(if before.barred { NO_SLOT } else { before.slot });
    }

    /// The thread's own slot, taken at the first call; [`NO_SLOT`] while the thread ends or is barred.
    #[cold]
    pub(crate) fn assign_slot(&self) -> u32 {
        if self.barred.get() || self.slot.get() != NO_SLOT {
            return self.slot.get();
        }
        // The guard is touched first: if its destructor already ran, the slot could never be given back.
        let assigned = SLOT_GUARD.try_with(|guard| {
            if guard.slot.get() == NO_SLOT {
                guard.slot.set(free_slots().take());
            }
            guard.slot.get()
        });
        self.slot.set(assigned.unwrap_or(NO_SLOT));
        self.slot.get()
    }

    #[inline(always)]
    pub(crate) fn context(&self) -> ContextWords {
        ContextWords { trace: self.trace.get(), span: self.span.get(), flags: self.flags.get() }
    }

    #[inline(always)]
    pub(crate) fn replace_context(&self, words: ContextWords) -> ContextWords {
        let before = self.context();
        self.trace.set(words.trace);
        self.span.set(words.span);
        self.flags.set(words.flags);
        before
    }

    #[inline(always)]
    pub(crate) fn recording(&self) -> Recording {
        self.recording.get()
    }

    pub(crate) fn replace_recording(&self, recording: Recording) -> Recording {
        self.recording.replace(recording)
    }

    /// Records no trace that begins on this thread.
    #[cfg(feature = "_background")]
    pub(crate) fn suppress(&self) {
        self.recording.set(Recording::Nothing);
    }

    #[inline(always)]
    pub(crate) fn span(&self) -> u64 {
        self.span.get()
    }

    #[inline(always)]
    pub(crate) fn set_span(&self, span: u64) {
        self.span.set(span);
    }

    #[inline(always)]
    pub(crate) fn flags(&self) -> u32 {
        self.flags.get()
    }

    /// Makes another span of the current trace current.
    #[inline(always)]
    pub(crate) fn set_span_and_flags(&self, span: u64, flags: u32) {
        self.span.set(span);
        self.flags.set(flags);
    }

    /// A random word that is never zero.
    #[inline(always)]
    pub(crate) fn next_seed(&self) -> u64 {
        let mut x = self.seed.get();
        if x == 0 {
            x = first_seed();
        }
        // xorshift64 (Marsaglia 2003): period 2^64 - 1, never zero.
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.seed.set(x);
        x
    }
}

#[cold]
fn first_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::thread::current().id()) | 1
}

struct SlotGuard {
    slot: Cell<u32>,
}

impl Drop for SlotGuard {
    fn drop(&mut self) {
        THREAD.with(|thread| {
            thread.barred.set(true);
            thread.slot.set(NO_SLOT);
        });
        free_slots().give_back(self.slot.get());
    }
}

/// Slot numbers that threads gave back, lowest first, so that memory follows the peak of threads.
struct FreeSlots {
    returned: BTreeSet<u32>,
    next: u32,
}

static FREE: Mutex<FreeSlots> = Mutex::new(FreeSlots { returned: BTreeSet::new(), next: 1 });

fn free_slots() -> std::sync::MutexGuard<'static, FreeSlots> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FreeSlots {
    fn take(&mut self) -> u32 {
        if let Some(slot) = self.returned.pop_first() {
            return slot;
        }
        if self.next > MAX_SLOT {
            return NO_SLOT;
        }
        self.next += 1;
        self.next - 1
    }

    fn give_back(&mut self, slot: u32) {
        if slot != NO_SLOT {
            self.returned.insert(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_reused_lowest_first_and_bounded() {
        let mut free = FreeSlots { returned: BTreeSet::new(), next: 1 };
        assert_eq!((free.take(), free.take(), free.take()), (1, 2, 3));
        free.give_back(2);
        free.give_back(1);
        free.give_back(NO_SLOT);
        assert_eq!((free.take(), free.take(), free.take()), (1, 2, 4));
        free.next = MAX_SLOT + 1;
        assert_eq!(free.take(), NO_SLOT);
    }

    #[test]
    fn seeds_are_never_zero_and_differ() {
        with(|thread| {
            let seeds: std::collections::HashSet<u64> = (0..1000).map(|_| thread.next_seed()).collect();
            assert_eq!(seeds.len(), 1000);
            assert!(!seeds.contains(&0));
        });
    }
}
