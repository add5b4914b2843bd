//! Where the values of facade metrics are kept.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use metrics::{CounterFn, GaugeFn, HistogramFn};

use crate::{
    cells::{DEFAULT_BOUNDS, Owned, Shared, SlotTable, Writer},
    metrics::{Buckets, HistogramValue, Labels, Value},
};

/// A series: its labels, escaped once, and its value.
#[derive(Debug)]
pub(super) struct Kept<V> {
    pub(super) labels: Labels,
    value: V,
}

impl<V: Default> Kept<V> {
    pub(super) fn new(labels: Labels) -> Self {
        Self { labels, value: V::default() }
    }
}

/// One word a thread, alone on its cache line.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Word(AtomicU64);

/// A counter's words, and the floor that `absolute` sets.
#[derive(Debug, Default)]
pub(super) struct CounterCells {
    words: SlotTable<Word>,
    floor: AtomicU64,
}

impl Kept<CounterCells> {
    pub(super) fn read(&self) -> Value {
        let words = self.value.words.iter().map(|word| word.0.load(Ordering::Acquire));
        let sum = words.fold(0, u64::wrapping_add);
        Value::Counter(sum.max(self.value.floor.load(Ordering::Acquire)))
    }
}

impl CounterFn for Kept<CounterCells> {
    fn increment(&self, value: u64) {
        self.value.words.with_writer(|word| Owned::add(&word.0, value), |word| Shared::add(&word.0, value));
    }

    fn absolute(&self, value: u64) {
        self.value.floor.fetch_max(value, Ordering::AcqRel);
    }
}

/// The bits of one `f64`, shared by all threads: the last `set` wins.
#[derive(Debug, Default)]
pub(super) struct GaugeCell(AtomicU64);

impl Kept<GaugeCell> {
    pub(super) fn read(&self) -> Value {
        Value::Gauge(f64::from_bits(self.value.0.load(Ordering::Acquire)))
    }
}

impl GaugeFn for Kept<GaugeCell> {
    fn increment(&self, value: f64) {
        add_f64(&self.value.0, value);
    }

    fn decrement(&self, value: f64) {
        add_f64(&self.value.0, -value);
    }

    fn set(&self, value: f64) {
        self.value.0.store(value.to_bits(), Ordering::Release);
    }
}

fn add_f64(bits: &AtomicU64, amount: f64) {
    let add = |old: u64| Some((f64::from_bits(old) + amount).to_bits());
    // Always `Some`, so it cannot fail.
    let _ = bits.fetch_update(Ordering::AcqRel, Ordering::Acquire, add);
}

const BUCKETS: usize = DEFAULT_BOUNDS.len() + 1;

#[derive(Debug, Default)]
struct HistogramWords {
    sum: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
}

/// A histogram's words.
#[derive(Debug, Default)]
pub(super) struct HistogramCells(SlotTable<HistogramWords>);

impl Kept<HistogramCells> {
    pub(super) fn read(&self, buckets: &Buckets) -> Value {
        let mut counts = [0; BUCKETS];
        let mut sum = 0.0;
        for words in self.value.0.iter() {
            for (count, word) in counts.iter_mut().zip(&words.buckets) {
                *count += word.load(Ordering::Acquire);
            }
            sum += f64::from_bits(words.sum.load(Ordering::Acquire));
        }
        Value::Histogram(HistogramValue { buckets: buckets.clone(), counts: counts.into(), sum })
    }
}

impl HistogramFn for Kept<HistogramCells> {
    /// One value that is not finite would spoil the sum for ever, so it is left out.
    fn record(&self, value: f64) {
        if !value.is_finite() {
            return;
        }
        let bucket = DEFAULT_BOUNDS.partition_point(|bound| *bound < value);
        let own = |words: &HistogramWords| {
            let sum = f64::from_bits(words.sum.load(Ordering::Relaxed)) + value;
            words.sum.store(sum.to_bits(), Ordering::Release);
            Owned::add(&words.buckets[bucket], 1);
        };
        self.value.0.with_writer(own, |words| {
            add_f64(&words.sum, value);
            Shared::add(&words.buckets[bucket], 1);
        });
    }
}

/// A handle of one thread: cloning it does not touch a count that threads share.
pub(super) struct ThreadHandle<K>(pub(super) Arc<K>);

impl<K: CounterFn> CounterFn for ThreadHandle<K> {
    fn increment(&self, value: u64) {
        self.0.increment(value);
    }

    fn absolute(&self, value: u64) {
        self.0.absolute(value);
    }
}

impl<K: GaugeFn> GaugeFn for ThreadHandle<K> {
    fn increment(&self, value: f64) {
        self.0.increment(value);
    }

    fn decrement(&self, value: f64) {
        self.0.decrement(value);
    }

    fn set(&self, value: f64) {
        self.0.set(value);
    }
}

impl<K: HistogramFn> HistogramFn for ThreadHandle<K> {
    fn record(&self, value: f64) {
        self.0.record(value);
    }
}
