//! One series, and how it is written.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{Cells, CounterCells, GaugeCells, HistogramCells, Labels, Spec, redirected};
use crate::metrics::Series;
#[cfg(feature = "testing")]
use crate::thread::{self, NO_SLOT, Thread};

/// One series: what sets it apart, and its values.
#[derive(Debug)]
pub(crate) struct Child<C> {
    pub(super) labels: Labels,
    spec: Arc<Spec>,
    pub(super) cells: C,
    /// Left out of readings until somebody feeds it again.
    pub(super) is_idle: AtomicBool,
    /// What [`Cells::mark`] was, and since when in nanoseconds.
    mark: AtomicU64,
    since: AtomicU64,
}

impl<C: Cells> Child<C> {
    pub(super) fn new(labels: Labels, spec: Arc<Spec>) -> Self {
        Self {
            labels,
            cells: C::new(&spec),
            spec,
            is_idle: AtomicBool::new(false),
            mark: AtomicU64::new(0),
            since: AtomicU64::new(0),
        }
    }

    #[cfg(feature = "monitor")]
    pub(crate) fn labels(&self) -> &Labels {
        &self.labels
    }

    pub(super) fn read(&self) -> Series {
        Series { labels: self.labels.clone(), value: self.cells.read(&self.spec) }
    }

    /// Whether it was fed lately; one that was fed just now need not wait for the next look.
    pub(super) fn is_shown(&self) -> bool {
        !self.is_idle.load(Ordering::Relaxed) || self.cells.mark() != self.mark.load(Ordering::Relaxed)
    }

    pub(super) fn is_idle_at(&self, now: Duration, idle: Duration) -> bool {
        let (mark, now) = (self.cells.mark(), u64::try_from(now.as_nanos()).unwrap_or(u64::MAX));
        let has_changed = self.mark.swap(mark, Ordering::Relaxed) != mark;
        // Zero is the first look.
        if self.cells.take_touch() || has_changed || self.since.load(Ordering::Relaxed) == 0 {
            self.since.store(now.max(1), Ordering::Relaxed);
        }
        let unfed = Duration::from_nanos(now.saturating_sub(self.since.load(Ordering::Relaxed)));
        let is_idle = unfed >= idle;
        self.is_idle.store(is_idle, Ordering::Relaxed);
        is_idle
    }

    /// The same series where this thread counts, if that is elsewhere.
    fn elsewhere(&self) -> Option<Arc<Self>> {
        let registry = redirected(&self.spec)?;
        let table = self.spec.again(|new| registry.store().family::<C>(new)).ok()?;
        Some(table.child(self.labels.iter()))
    }
}

impl Child<CounterCells> {
    #[inline]
    pub(crate) fn add(&self, amount: u64) {
        if !self.cells.add_own(amount) {
            self.add_first(amount);
        }
    }

    #[cold]
    fn add_first(&self, amount: u64) {
        match self.elsewhere() {
            Some(other) => other.cells.add_first(amount),
            None => self.cells.add_first(amount),
        }
    }

    #[cfg(any(feature = "prometheus", feature = "monitor"))]
    pub(crate) fn raise(&self, to: u64) {
        match self.elsewhere() {
            Some(other) => other.cells.raise(to),
            None => self.cells.raise(to),
        }
    }
}

impl Child<GaugeCells> {
    #[inline]
    pub(crate) fn set(&self, value: f64) {
        match self.unslotted() {
            Some(other) => other.cells.set(value),
            None => self.cells.set(value),
        }
    }

    #[inline]
    pub(crate) fn add(&self, amount: f64) {
        match self.unslotted() {
            Some(other) => other.add_here(amount),
            None => self.add_here(amount),
        }
    }

    #[inline]
    fn add_here(&self, amount: f64) {
        if !self.cells.add(amount) {
            self.spec.refuse();
        }
    }

    /// Threads inside of a test have no slot.
    #[cfg(feature = "testing")]
    #[inline]
    fn unslotted(&self) -> Option<Arc<Self>> {
        if thread::with(Thread::slot) == NO_SLOT { self.elsewhere() } else { None }
    }

    #[cfg(not(feature = "testing"))]
    #[inline]
    fn unslotted(&self) -> Option<Arc<Self>> {
        None
    }
}

impl Child<HistogramCells> {
    #[inline]
    pub(crate) fn record(&self, value: f64) {
        match self.cells.record_own(value) {
            Some(true) => {}
            Some(false) => self.spec.refuse(),
            None => self.record_first(value),
        }
    }

    #[cold]
    fn record_first(&self, value: f64) {
        let other = self.elsewhere();
        let child = other.as_deref().unwrap_or(self);
        if !child.cells.record_first(value) {
            child.spec.refuse();
        }
    }
}
