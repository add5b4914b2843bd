//! The way of span records from their threads to the background thread.
//!
//! Every thread that records has a ring of its own; it writes whole records or counts them as dropped, and never
//! waits. The reader takes everything now and then. So a span costs no lock and no wake-up, memory is bounded, and
//! what is lost is known exactly.

mod parts;
#[cfg(feature = "_background")]
mod reader;

use std::{
    cell::RefCell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use rtrb::{Producer, RingBuffer};

#[cfg(feature = "_background")]
pub(crate) use self::{
    parts::PartCounts,
    reader::{Claim, Totals, drain, set_waker, totals},
};

use self::parts::LostParts;
use crate::{
    cells::{Owned, Writer},
    clock::{self, Clock},
    thread::{self, Recording, Thread},
};

/// Words of one thread's ring: 128 KiB, some two thousand spans without fields.
const WORDS: usize = 16 * 1024;

/// Spans begun and lost, and what others have lost, of one thread. Only that thread writes.
#[derive(Debug)]
struct Counts {
    started: AtomicU64,
    dropped: AtomicU64,
    parts: LostParts,
}

impl Counts {
    const fn new() -> Self {
        Self { started: AtomicU64::new(0), dropped: AtomicU64::new(0), parts: LostParts::new() }
    }
}

struct Sender {
    words: Producer<u64>,
    counts: Arc<Counts>,
}

impl Sender {
    /// Writes the whole record if there is room for it, and asks the reader to come when a quarter is full.
    #[inline]
    fn push(&mut self, record: &[u64]) -> bool {
        let fits = write(&mut self.words, record);
        if fits && self.words.cached_slots() < WORDS * 3 / 4 {
            wake();
        }
        fits
    }
}

thread_local! {
    static SENDER: RefCell<Option<Sender>> = const { RefCell::new(None) };
}

/// Spans of threads that can have no ring any more: begun and lost at once.
static RINGLESS: Counts = Counts::new();

/// The reader was asked to come before its time.
static IS_WOKEN: AtomicBool = AtomicBool::new(false);

/// Wakes the reader.
static WAKER: Mutex<Option<Box<dyn Fn() + Send>>> = Mutex::new(None);

/// Where a test's scope keeps its records.
#[derive(Debug)]
pub(crate) struct Sink {
    words: Mutex<Vec<u64>>,
    clock: Clock,
}

impl Sink {
    #[cfg(feature = "testing")]
    pub(crate) fn new(clock: Clock) -> Self {
        Self { words: Mutex::default(), clock }
    }

    /// All records so far.
    #[cfg(feature = "testing")]
    pub(crate) fn words(&self) -> Vec<u64> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

thread_local! {
    static SINK: RefCell<Option<Arc<Sink>>> = const { RefCell::new(None) };
}

/// Sends this thread's records into `sink` instead of a ring; gives the sink before.
#[cfg(feature = "testing")]
pub(crate) fn replace_sink(sink: Option<Arc<Sink>>) -> Option<Arc<Sink>> {
    SINK.try_with(|current| current.replace(sink)).ok().flatten()
}

#[inline(always)]
fn is_scoped() -> bool {
    thread::with(Thread::recording) == Recording::Everything
}

/// The time on this thread, in ticks of the clock that its records are read with.
pub(crate) fn now() -> u64 {
    let scoped =
        || SINK.try_with(|sink| sink.borrow().as_ref().map(|sink| sink.clock.ticks())).ok().flatten();
    let scoped = if is_scoped() { scoped() } else { None };
    scoped.unwrap_or_else(|| clock::process().ticks())
}

/// Hands `record` to the scope's sink, if this thread is in one.
#[inline(always)]
fn push_to_sink(record: &[u64]) -> bool {
    is_scoped() && push_to_entered_sink(record)
}

#[cold]
fn push_to_entered_sink(record: &[u64]) -> bool {
    SINK.try_with(|sink| {
        let sink = sink.borrow();
        let Some(sink) = &*sink else { return false };
        sink.words.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(record);
        true
    })
    .unwrap_or(false)
}

/// Runs `work` on this thread's ring; `None` in destructors of thread-locals.
#[inline]
fn with_sender<R>(work: impl FnOnce(&mut Sender) -> R) -> Option<R> {
    let run = |sender: &RefCell<Option<Sender>>| {
        let mut sender = sender.try_borrow_mut().ok()?;
        Some(work(sender.get_or_insert_with(register)))
    };
    SENDER.try_with(run).ok().flatten()
}

#[cold]
fn register() -> Sender {
    let (producer, consumer) = RingBuffer::new(WORDS);
    let counts = Arc::new(Counts::new());
    #[cfg(feature = "_background")]
    reader::register(consumer, &counts);
    // Nothing is recorded without a background thread.
    #[cfg(not(feature = "_background"))]
    drop(consumer);
    Sender { words: producer, counts }
}

/// A recorded span has begun.
#[inline]
pub(crate) fn count_started() {
    if is_scoped() {
        return;
    }
    if with_sender(|sender| Owned::add(&sender.counts.started, 1)).is_none() {
        RINGLESS.started.fetch_add(1, Ordering::Relaxed);
    }
}

/// Hands over the record that ends a span; a record that finds no room is a dropped span.
#[inline]
pub(crate) fn push_end(record: &[u64]) {
    if push_to_sink(record) {
        return;
    }
    let pushed = with_sender(|sender| {
        if !sender.push(record) {
            Owned::add(&sender.counts.dropped, 1);
        }
    });
    if pushed.is_none() {
        RINGLESS.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

/// Hands over a record that adds to a span; one that finds no room is counted.
pub(crate) fn push_addition(record: &[u64]) {
    if push_to_sink(record) {
        return;
    }
    let pushed = with_sender(|sender| {
        if !sender.push(record) {
            sender.counts.parts.count_owned(record);
        }
    });
    if pushed.is_none() {
        RINGLESS.parts.count_shared(record);
    }
}

/// Writes the whole record, if there is room for it.
///
/// Word by word: the record was written just now, and a copy in wider steps would have to wait for that.
#[inline(always)]
fn write(ring: &mut Producer<u64>, record: &[u64]) -> bool {
    let Ok(room) = ring.write_chunk_uninit(record.len()) else { return false };
    room.fill_from_iter(record.iter().copied());
    true
}

/// Waking costs microseconds, so one wake serves until the reader has been here.
#[inline]
fn wake() {
    if !IS_WOKEN.load(Ordering::Relaxed) {
        wake_reader();
    }
}

#[cold]
fn wake_reader() {
    if !IS_WOKEN.swap(true, Ordering::AcqRel)
        && let Ok(waker) = WAKER.try_lock()
        && let Some(waker) = &*waker
    {
        waker();
    }
}
