//! The writing end of one thread's ring.

use super::{
    Block,
    parts::LostParts,
    rings::Rings,
    sync::{Arc, AtomicU64, BLOCKS, Ordering, Producer, push, write},
};

/// Spans begun and lost, and what others have lost, of one thread. Only that thread writes.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) started: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) parts: LostParts,
}

/// Adds to a word that no other thread writes.
///
/// Release, so that a reader who sees this word also sees what was written before it.
#[inline(always)]
pub(super) fn add_alone(cell: &AtomicU64, amount: u64) {
    cell.store(cell.load(Ordering::Relaxed).wrapping_add(amount), Ordering::Release);
}

/// The writing end of one thread's ring, and what that thread counts.
pub(super) struct Sender {
    pub(super) blocks: Producer<Block>,
    pub(super) counts: Arc<Counts>,
}

impl Sender {
    /// A span has begun.
    #[inline(always)]
    pub(super) fn start(&self) {
        add_alone(&self.counts.started, 1);
    }

    /// As [`Sender::end`], of a call.
    #[inline(always)]
    pub(super) fn end_call<'r>(&mut self, record: Block, rings: impl FnOnce() -> &'r Rings) {
        if push(&mut self.blocks, record) {
            self.wake_if_filling(rings);
        } else {
            add_alone(&self.counts.dropped, 1);
        }
    }

    /// Writes the record that ends a span, or counts the span as dropped.
    pub(super) fn end<'r>(&mut self, record: &[Block], rings: impl FnOnce() -> &'r Rings) {
        if write(&mut self.blocks, record) {
            self.wake_if_filling(rings);
        } else {
            add_alone(&self.counts.dropped, 1);
        }
    }

    /// Writes a record that adds `parts` to a span, or counts them as lost.
    #[inline]
    pub(super) fn add<'r>(&mut self, record: &[Block], parts: u64, rings: impl FnOnce() -> &'r Rings) {
        if write(&mut self.blocks, record) {
            self.wake_if_filling(rings);
        } else {
            self.counts.parts.count_owned(record, parts);
        }
    }

    /// Asks the reader to come when a quarter is full.
    #[inline(always)]
    fn wake_if_filling<'r>(&self, rings: impl FnOnce() -> &'r Rings) {
        if self.blocks.cached_slots() < BLOCKS * 3 / 4 {
            self.wake(rings);
        }
    }

    /// What the ring remembers of the reader may be old, and to ask a reader who was here costs microseconds.
    #[cold]
    fn wake<'r>(&self, rings: impl FnOnce() -> &'r Rings) {
        if self.blocks.slots() < BLOCKS * 3 / 4 {
            rings().wake();
        }
    }
}
