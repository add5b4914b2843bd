//! Where the values of one series are kept.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::{FamilyKind, Spec, Stored, Table, Value};
use crate::{
    cells::SlotTable,
    metrics::HistogramValue,
    thread::{self, Thread},
};

/// The values of one series, of one kind.
pub(crate) trait Cells: Sized + Send + Sync + 'static {
    const KIND: FamilyKind;

    fn new(spec: &Spec) -> Self;

    fn read(&self, spec: &Spec) -> Value;

    /// Changes whenever somebody writes, apart from gauges: see [`Cells::take_touch`].
    fn mark(&self) -> u64;

    /// Whether somebody has written since the last time; for values that may be written without changing.
    fn take_touch(&self) -> bool {
        false
    }

    #[cfg(feature = "_background")]
    fn bytes(&self) -> usize;

    fn of(stored: &Stored) -> Option<Arc<Table<Self>>>;

    fn stored(table: Arc<Table<Self>>) -> Stored;
}

/// Words alone on their cache line, so that no two threads write the same one.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(super) struct Line([AtomicU64; WORDS]);

const WORDS: usize = 8;

/// Bounds of most histograms at the most.
const FEW: usize = 32;

/// A counter's words, one a thread, and the floor that `absolute` sets.
#[derive(Debug, Default)]
pub(crate) struct CounterCells {
    words: SlotTable<Line>,
    floor: AtomicU64,
}

impl CounterCells {
    /// Counts in this thread's word; `false` if it has none yet.
    #[inline]
    pub(super) fn add_own(&self, amount: u64) -> bool {
        let Some(Line([word, ..])) = self.words.get(thread::with(Thread::slot)) else { return false };
        // A counter that is full stays so: beginning anew would look like a restart of the program.
        word.store(word.load(Ordering::Relaxed).saturating_add(amount), Ordering::Release);
        true
    }

    #[cold]
    pub(super) fn add_first(&self, amount: u64) {
        if self.words.get_or_make(thread::with(Thread::assign_slot)).is_none() || !self.add_own(amount) {
            let Line([word, ..]) = self.words.shared();
            let add = |count: u64| Some(count.saturating_add(amount));
            // Always `Some`, so it cannot fail.
            let _ = word.fetch_update(Ordering::AcqRel, Ordering::Acquire, add);
        }
    }

    #[cfg(any(feature = "prometheus", feature = "monitor"))]
    pub(super) fn raise(&self, to: u64) {
        self.floor.fetch_max(to, Ordering::AcqRel);
    }

    fn sum(&self) -> u64 {
        let words = self.words.iter().map(|Line([word, ..])| word.load(Ordering::Acquire));
        words.fold(0, u64::saturating_add).max(self.floor.load(Ordering::Acquire))
    }
}

impl Cells for CounterCells {
    const KIND: FamilyKind = FamilyKind::Counter;

    fn new(_: &Spec) -> Self {
        Self::default()
    }

    fn read(&self, _: &Spec) -> Value {
        Value::Counter(self.sum())
    }

    fn mark(&self) -> u64 {
        self.sum()
    }

    #[cfg(feature = "_background")]
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.words.iter().count() * size_of::<Line>()
    }

    fn of(stored: &Stored) -> Option<Arc<Table<Self>>> {
        if let Stored::Counter(table) = stored { Some(Arc::clone(table)) } else { None }
    }

    fn stored(table: Arc<Table<Self>>) -> Stored {
        Stored::Counter(table)
    }
}

/// The bits of one `f64`, shared by all threads: the last `set` wins.
#[derive(Debug, Default)]
pub(crate) struct GaugeCells {
    bits: AtomicU64,
    is_touched: AtomicBool,
}

impl GaugeCells {
    #[inline]
    pub(super) fn set(&self, value: f64) {
        self.bits.store(value.to_bits(), Ordering::Release);
        self.touch();
    }

    /// Nearly always it is touched already, and reading is cheaper than writing.
    #[inline]
    fn touch(&self) {
        if !self.is_touched.load(Ordering::Relaxed) {
            self.is_touched.store(true, Ordering::Relaxed);
        }
    }

    /// Says whether the gauge took it: one sum that is not finite would spoil the gauge for ever.
    #[inline]
    pub(super) fn add(&self, amount: f64) -> bool {
        self.touch();
        add_finite(&self.bits, amount)
    }
}

impl Cells for GaugeCells {
    const KIND: FamilyKind = FamilyKind::Gauge;

    fn new(_: &Spec) -> Self {
        Self::default()
    }

    fn read(&self, _: &Spec) -> Value {
        Value::Gauge(f64::from_bits(self.bits.load(Ordering::Acquire)))
    }

    fn mark(&self) -> u64 {
        self.bits.load(Ordering::Acquire)
    }

    fn take_touch(&self) -> bool {
        self.is_touched.swap(false, Ordering::Relaxed)
    }

    #[cfg(feature = "_background")]
    fn bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn of(stored: &Stored) -> Option<Arc<Table<Self>>> {
        if let Stored::Gauge(table) = stored { Some(Arc::clone(table)) } else { None }
    }

    fn stored(table: Arc<Table<Self>>) -> Stored {
        Stored::Gauge(table)
    }
}

/// Adds, unless the sum would not be finite.
fn add_finite(bits: &AtomicU64, amount: f64) -> bool {
    let add = |old: u64| {
        let sum = f64::from_bits(old) + amount;
        sum.is_finite().then(|| sum.to_bits())
    };
    bits.fetch_update(Ordering::AcqRel, Ordering::Acquire, add).is_ok()
}

/// A histogram's words: the sum's bits first, then a count for each bucket.
#[derive(Debug)]
pub(crate) struct HistogramCells {
    words: SlotTable<[Line]>,
    bounds: Box<[f64]>,
}

impl HistogramCells {
    /// Counts in this thread's words; `None` if it has none yet, else whether the histogram took the value.
    #[inline]
    pub(super) fn record_own(&self, value: f64) -> Option<bool> {
        let lines = self.words.get(thread::with(Thread::slot))?;
        let sum = f64::from_bits(word(lines, 0).load(Ordering::Relaxed)) + value;
        // No number and an infinite one make such a sum, too.
        if value < 0.0 || !is_sum(sum) {
            return Some(false);
        }
        let bucket = word(lines, self.bucket(value) + 1);
        word(lines, 0).store(sum.to_bits(), Ordering::Release);
        bucket.store(bucket.load(Ordering::Relaxed) + 1, Ordering::Release);
        Some(true)
    }

    #[cold]
    pub(super) fn record_first(&self, value: f64) -> bool {
        if self.words.get_or_make_with(thread::with(Thread::assign_slot), || self.lines()).is_some()
            && let Some(taken) = self.record_own(value)
        {
            return taken;
        }
        let lines = self.words.shared_with(|| self.lines());
        if value < 0.0 || !add_finite(word(lines, 0), value) {
            return false;
        }
        word(lines, self.bucket(value) + 1).fetch_add(1, Ordering::AcqRel);
        true
    }

    #[inline]
    fn bucket(&self, value: f64) -> usize {
        // Most values are small, and are found sooner from the front than from the middle.
        match self.bounds.len() {
            len @ ..=FEW => self.bounds.iter().position(|bound| value <= *bound).unwrap_or(len),
            _ => self.bounds.partition_point(|bound| *bound < value),
        }
    }

    /// A word for the sum, and one for each bucket with that above the last bound.
    fn lines(&self) -> Box<[Line]> {
        (0..(self.bounds.len() + 2).div_ceil(WORDS)).map(|_| Line::default()).collect()
    }
}

/// Whether it is a finite number, of what cannot be negative.
#[inline]
fn is_sum(sum: f64) -> bool {
    sum <= f64::MAX
}

#[inline]
fn word(lines: &[Line], index: usize) -> &AtomicU64 {
    &lines[index / WORDS].0[index % WORDS]
}

impl Cells for HistogramCells {
    const KIND: FamilyKind = FamilyKind::Histogram;

    fn new(spec: &Spec) -> Self {
        Self { words: SlotTable::new(), bounds: spec.buckets.bounds().into() }
    }

    fn read(&self, spec: &Spec) -> Value {
        let mut counts: Box<[u64]> = vec![0; self.bounds.len() + 1].into();
        let mut sum = 0.0_f64;
        for lines in self.words.iter() {
            for (index, count) in counts.iter_mut().enumerate() {
                *count += word(lines, index + 1).load(Ordering::Acquire);
            }
            sum += f64::from_bits(word(lines, 0).load(Ordering::Acquire));
        }
        // Each thread's is finite; all of them together need not be.
        Value::Histogram(HistogramValue::new(spec.buckets.clone(), counts, sum.min(f64::MAX)))
    }

    fn mark(&self) -> u64 {
        let buckets = 1..self.bounds.len() + 2;
        let count = |lines: &[Line]| -> u64 {
            buckets.clone().map(|index| word(lines, index).load(Ordering::Acquire)).sum()
        };
        self.words.iter().map(count).sum()
    }

    #[cfg(feature = "_background")]
    fn bytes(&self) -> usize {
        let lines: usize = self.words.iter().map(size_of_val).sum();
        size_of::<Self>() + size_of_val(&*self.bounds) + lines
    }

    fn of(stored: &Stored) -> Option<Arc<Table<Self>>> {
        if let Stored::Histogram(table) = stored { Some(Arc::clone(table)) } else { None }
    }

    fn stored(table: Arc<Table<Self>>) -> Stored {
        Stored::Histogram(table)
    }
}
