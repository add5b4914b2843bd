//! The way of span records from their threads to the background thread.
//!
//! Every thread that records has a ring of its own; it writes whole records or counts them as dropped, and never
//! waits. The reader takes everything now and then. So a span costs no lock and no wake-up, memory is bounded, and
//! what is lost is known exactly.

#[cfg(feature = "_background")]
mod claim;
mod parts;
#[cfg(feature = "_background")]
mod reader;
mod rings;
mod sender;
mod sync;

use std::{
    cell::RefCell,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

#[cfg(feature = "_background")]
pub(crate) use self::{claim::Claim, parts::PartCounts, reader::Totals, sync::BLOCKS};
use self::{rings::Rings, sender::Sender};
#[cfg(feature = "_background")]
use super::record::{self, BLOCK};
use super::record::{Block, Kind};
use crate::{
    clock::{self, Clock},
    thread::{self, Recording, Thread},
};

thread_local! {
    static SENDER: RefCell<Option<Sender>> = const { RefCell::new(None) };
}

/// The rings of this process.
static RINGS: LazyLock<Rings> = LazyLock::new(Rings::default);

fn rings() -> &'static Rings {
    &RINGS
}

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

/// A time of the past, in the same ticks; a test's clock knows no other time than its own.
#[cfg(feature = "otel-api")]
pub(crate) fn tick_of(time: std::time::SystemTime) -> u64 {
    if is_scoped() {
        return now();
    }
    let clock = clock::process();
    let ticks = clock.ticks();
    match time.elapsed() {
        Ok(ago) => ticks.saturating_sub(clock.ticks_in(ago)),
        Err(ahead) => ticks.saturating_add(clock.ticks_in(ahead.duration())),
    }
}

/// Hands `record` to the scope's sink, if this thread has one.
#[cold]
fn push_to_entered_sink(record: &[Block]) -> bool {
    SINK.try_with(|sink| {
        let sink = sink.borrow();
        let Some(sink) = &*sink else { return false };
        let mut words = sink.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend_from_slice(record.as_flattened());
        true
    })
    .unwrap_or(false)
}

/// Runs `work` on this thread's ring; `None` in destructors of thread-locals.
#[inline(always)]
fn with_sender<R>(work: impl FnOnce(&mut Sender) -> R) -> Option<R> {
    let run = |sender: &RefCell<Option<Sender>>| {
        let mut sender = sender.try_borrow_mut().ok()?;
        Some(work(sender.get_or_insert_with(|| rings().register())))
    };
    SENDER.try_with(run).ok().flatten()
}

/// A recorded span has begun.
#[inline]
pub(crate) fn count_started() {
    if is_scoped() {
        return;
    }
    if with_sender(|sender| sender.start()).is_none() {
        rings().start_ringless();
    }
}

/// Hands over the record that ends a call's span; one that finds no room is a dropped span.
///
/// By value, so that its words go from registers into the ring: reading them back from where they were just put
/// together costs more than writing them.
#[inline(always)]
pub(crate) fn push_call_end(record: Block) {
    if is_scoped() {
        return push_end(&[record]);
    }
    if with_sender(|sender| sender.end_call(record, rings)).is_none() {
        rings().end_ringless();
    }
}

/// Hands over the record that ends a span; one that finds no room is a dropped span.
#[inline(never)]
pub(crate) fn push_end(record: &[Block]) {
    if is_scoped() && push_to_entered_sink(record) {
        return;
    }
    if with_sender(|sender| sender.end(record, rings)).is_none() {
        rings().end_ringless();
    }
}

/// Hands over a record that adds a part to a span; one that finds no room is counted.
pub(crate) fn push_addition(record: &[Block]) {
    push_additions(record, 1);
}

/// Hands over a record that adds several parts to a span.
#[inline]
pub(crate) fn push_additions(record: &[Block], parts: u64) {
    if is_scoped() && push_to_entered_sink(record) {
        return;
    }
    if with_sender(|sender| sender.add(record, parts, rings)).is_none() {
        rings().ringless.parts.count_shared(record, parts);
    }
}

/// Says how the reader is woken before its time.
#[cfg(feature = "_background")]
pub(crate) fn set_waker(waker: impl Fn() + Send + 'static) {
    rings().set_waker(waker);
}

/// Takes all records that are there and hands each thread's words to `read`; gives the blocks of the fullest ring.
#[cfg(feature = "_background")]
pub(crate) fn drain(read: impl FnMut(&[u64])) -> usize {
    rings().drain(read)
}

/// What the rings of all threads hold.
#[cfg(feature = "_background")]
pub(crate) fn bytes() -> usize {
    rings().threads() * BLOCKS * size_of::<Block>()
}

/// What has begun and what was lost since the program started.
#[cfg(feature = "_background")]
pub(crate) fn totals() -> Totals {
    rings().totals()
}
