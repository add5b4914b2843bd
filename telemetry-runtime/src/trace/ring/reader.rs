//! The reading end of all rings.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rtrb::Consumer;

use super::{Counts, IS_WOKEN, RINGLESS, WAKER, parts::PartCounts};
use crate::trace::record;

struct Receiver {
    words: Consumer<u64>,
    counts: Arc<Counts>,
}

static NEW: Mutex<Vec<Receiver>> = Mutex::new(Vec::new());

/// Lets the reader know of a new thread's ring.
pub(super) fn register(words: Consumer<u64>, counts: &Arc<Counts>) {
    let receiver = Receiver { words, counts: Arc::clone(counts) };
    NEW.lock().unwrap_or_else(PoisonError::into_inner).push(receiver);
}

/// Says how the reader is woken before its time.
pub(crate) fn set_waker(waker: impl Fn() + Send + 'static) {
    *WAKER.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(waker));
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
    const ZERO: Self = Self { started: 0, dropped: 0, parts: [0; 3] };

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

static IS_CLAIMED: AtomicBool = AtomicBool::new(false);

/// The right to read the rings, which one pipeline has at a time; given back when dropped.
#[derive(Debug)]
pub(crate) struct Claim(());

impl Claim {
    /// `None` while another has it.
    pub(crate) fn take() -> Option<Self> {
        (!IS_CLAIMED.swap(true, Ordering::AcqRel)).then_some(Self(()))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        IS_CLAIMED.store(false, Ordering::Release);
    }
}

/// Takes all records that are there and hands each thread's words to `read`.
pub(crate) fn drain(read: impl FnMut(&[u64])) {
    reader().drain(read);
}

/// What has begun and what was lost since the program started.
pub(crate) fn totals() -> Totals {
    reader().totals()
}

fn reader() -> std::sync::MutexGuard<'static, Reader> {
    static READER: Mutex<Reader> = Mutex::new(Reader { receivers: Vec::new(), ended: Totals::ZERO });
    READER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The reading end of all rings; there is one, which outlives every pipeline.
struct Reader {
    receivers: Vec<Receiver>,
    /// Counts of threads that have ended and whose rings are empty.
    ended: Totals,
}

impl Reader {
    fn drain(&mut self, mut read: impl FnMut(&[u64])) {
        IS_WOKEN.store(false, Ordering::Release);
        self.receivers.append(&mut NEW.lock().unwrap_or_else(PoisonError::into_inner));
        let mut buffer = Vec::new();
        let ended = &mut self.ended;
        self.receivers.retain_mut(|receiver| {
            // Asked before reading: what an ending thread wrote last is read below.
            let is_abandoned = receiver.words.is_abandoned();
            receiver.take(&mut buffer);
            read(&buffer);
            if is_abandoned {
                ended.add(&receiver.counts);
            }
            !is_abandoned
        });
        buffer.clear();
        tell_losses(&RINGLESS, &mut buffer);
        read(&buffer);
    }

    fn totals(&self) -> Totals {
        let mut totals = self.ended;
        totals.add(&RINGLESS);
        for receiver in &self.receivers {
            totals.add(&receiver.counts);
        }
        totals
    }
}

impl Receiver {
    /// Records are written whole, so that what is there is whole too.
    fn take(&mut self, buffer: &mut Vec<u64>) {
        buffer.clear();
        self.take_words(buffer);
        // After the words: whatever a span lost before its end is told one pass after that end at the latest.
        tell_losses(&self.counts, buffer);
    }

    fn take_words(&mut self, buffer: &mut Vec<u64>) {
        let Ok(chunk) = self.words.read_chunk(self.words.slots()) else { return };
        let (first, second) = chunk.as_slices();
        buffer.extend_from_slice(first);
        buffer.extend_from_slice(second);
        chunk.commit_all();
    }
}

/// Writes what spans have lost as records of its own.
fn tell_losses(counts: &Counts, buffer: &mut Vec<u64>) {
    for loss in counts.parts.take() {
        buffer.extend_from_slice(&record::loss(loss.span, loss.parts));
    }
}
