//! The reading end of all rings.

use super::{
    BLOCK, Block,
    parts::PartCounts,
    record,
    rings::Rings,
    sender::Counts,
    sync::{Arc, Consumer, Ordering, PoisonError, read},
};

/// The reading end of one thread's ring, and what that thread counts.
pub(super) struct Receiver {
    pub(super) blocks: Consumer<Block>,
    pub(super) counts: Arc<Counts>,
}

/// Spans begun and lost before any exporter saw them, and parts of others, over all threads that ever were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) started: u64,
    pub(crate) dropped: u64,
    /// Of spans that were not lost, or not yet.
    pub(crate) parts: PartCounts,
}

impl Totals {
    /// What has come to it since `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            started: self.started.saturating_sub(earlier.started),
            dropped: self.dropped.saturating_sub(earlier.dropped),
            parts: std::array::from_fn(|part| self.parts[part].saturating_sub(earlier.parts[part])),
        }
    }

    fn add(&mut self, counts: &Counts) {
        // Lost ones first: none of them is lost before it has begun.
        self.dropped += counts.dropped.load(Ordering::Acquire);
        self.started += counts.started.load(Ordering::Acquire);
        self.parts.iter_mut().zip(counts.parts.totals()).for_each(|(total, lost)| *total += lost);
    }
}

impl Rings {
    /// Takes all records that are there and hands each thread's words to `read`; gives the blocks of the fullest ring.
    pub(super) fn drain(&self, mut read: impl FnMut(&[u64])) -> usize {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        // Before reading: whoever writes from here on may wake the reader again.
        self.is_woken.store(false, Ordering::Release);
        reader.receivers.append(&mut self.new.lock().unwrap_or_else(PoisonError::into_inner));
        let mut buffer = Vec::new();
        let fullest = reader.take_all(&mut buffer, &mut read);
        buffer.clear();
        tell_losses(&self.ringless, &mut buffer);
        read(&buffer);
        fullest
    }

    /// What has begun and what was lost since the program started.
    pub(super) fn totals(&self) -> Totals {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut totals = reader.ended;
        totals.add(&self.ringless);
        for receiver in &reader.receivers {
            totals.add(&receiver.counts);
        }
        totals
    }
}

impl Rings {
    /// Threads that have a ring.
    pub(super) fn threads(&self) -> usize {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner).receivers.len()
    }
}

/// The reading ends of all rings; there is one, which outlives every pipeline.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) receivers: Vec<Receiver>,
    /// Counts of threads that have ended and whose rings are empty.
    ended: Totals,
}

impl Reader {
    fn take_all(&mut self, buffer: &mut Vec<u64>, read: &mut impl FnMut(&[u64])) -> usize {
        let ended = &mut self.ended;
        let mut fullest = 0;
        self.receivers.retain_mut(|receiver| {
            // Asked before reading: what an ending thread wrote last is read below.
            let is_abandoned = receiver.blocks.is_abandoned();
            fullest = fullest.max(receiver.take(buffer));
            read(buffer);
            if is_abandoned {
                ended.add(&receiver.counts);
            }
            !is_abandoned
        });
        fullest
    }
}

impl Receiver {
    /// Records are written whole, so that what is there is whole too; gives the number of blocks.
    fn take(&mut self, buffer: &mut Vec<u64>) -> usize {
        buffer.clear();
        read(&mut self.blocks, buffer);
        let blocks = buffer.len() / BLOCK;
        // After the words: whatever a span lost before its end is told one pass after that end at the latest.
        tell_losses(&self.counts, buffer);
        blocks
    }
}

/// Writes what spans have lost as records of its own.
fn tell_losses(counts: &Counts, buffer: &mut Vec<u64>) {
    for loss in counts.parts.take() {
        buffer.extend_from_slice(&record::loss(loss.span, loss.parts));
    }
}
