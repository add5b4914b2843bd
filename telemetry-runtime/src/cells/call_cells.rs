//! What one thread counts of one operation's calls.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use super::{MAX_BOUNDS, SlotTable, Writer};

/// Error labels counted in one allocation.
pub(crate) const LABEL_CHUNK: usize = 8;

/// The words of one thread for one operation.
///
/// A successful call writes three of them; the others are derived by readers: finished is the sum of the buckets,
/// active is started less finished, and success is what remains of finished. In this order, so that what every call
/// writes lies side by side.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct CallCells {
    started: AtomicU64,
    /// Ticks, of all finished calls.
    sum: AtomicU64,
    buckets: [AtomicU64; MAX_BOUNDS + 1],
    errors: AtomicU64,
    rare: OnceLock<Box<RareCells>>,
}

/// What most operations never see on most threads.
#[derive(Debug, Default)]
struct RareCells {
    cancelled: AtomicU64,
    panicked: AtomicU64,
    rejected: AtomicU64,
    fallbacks: AtomicU64,
    labels: LabelCells,
}

#[derive(Debug, Default)]
struct LabelCells {
    counts: [AtomicU64; LABEL_CHUNK],
    more: OnceLock<Box<LabelCells>>,
}

/// How a call that had started ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Success,
    /// With the index of its label in the operation's table.
    Error(usize),
    Cancelled,
    Panicked,
}

impl CallCells {
    #[inline(always)]
    pub(crate) fn start<W: Writer>(&self) {
        W::add(&self.started, 1);
    }

    #[inline(always)]
    pub(crate) fn reject<W: Writer>(&self) {
        W::add(&self.rare().rejected, 1);
    }

    pub(crate) fn fall_back<W: Writer>(&self) {
        W::add(&self.rare().fallbacks, 1);
    }

    fn fallbacks(&self) -> u64 {
        self.read_rare(|rare| &rare.fallbacks)
    }

    pub(crate) fn rejected(&self) -> u64 {
        self.read_rare(|rare| &rare.rejected)
    }

    #[inline]
    fn rare(&self) -> &RareCells {
        self.rare.get_or_init(Box::default)
    }

    /// What was never written is zero.
    fn read_rare(&self, cell: impl FnOnce(&RareCells) -> &AtomicU64) -> u64 {
        self.rare.get().map_or(0, |rare| read(cell(rare)))
    }

    #[inline(always)]
    pub(crate) fn succeed<W: Writer>(&self, bucket: usize, ticks: u64) {
        W::add(&self.sum, ticks);
        W::add(&self.buckets[bucket], 1);
    }

    /// The sum is written first and the bucket last: see [`Words::read_once`].
    #[inline]
    pub(crate) fn end<W: Writer>(&self, end: End, bucket: usize, ticks: u64) {
        W::add(&self.sum, ticks);
        match end {
            End::Success => {}
            End::Error(label) => {
                self.count_label::<W>(label);
                W::add(&self.errors, 1);
            }
            End::Cancelled => W::add(&self.rare().cancelled, 1),
            End::Panicked => W::add(&self.rare().panicked, 1),
        }
        W::add(&self.buckets[bucket], 1);
    }

    #[inline]
    fn count_label<W: Writer>(&self, mut label: usize) {
        let mut cells = &self.rare().labels;
        while label >= LABEL_CHUNK {
            cells = cells.more.get_or_init(Box::default);
            label -= LABEL_CHUNK;
        }
        W::add(&cells.counts[label], 1);
    }
}

/// The sum of an operation's cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallTotals {
    pub(crate) started: u64,
    pub(crate) sum: u64,
    pub(crate) buckets: [u64; MAX_BOUNDS + 1],
    pub(crate) errors: u64,
    pub(crate) cancelled: u64,
    pub(crate) panicked: u64,
    pub(crate) rejected: u64,
    pub(crate) fallbacks: u64,
    pub(crate) labels: Vec<u64>,
}

impl CallTotals {
    pub(crate) fn of(table: &SlotTable<CallCells>) -> Self {
        let mut totals = Self::default();
        for cells in table.iter() {
            totals.add(cells);
        }
        totals
    }

    fn add(&mut self, cells: &CallCells) {
        let words = Words::read_at_rest(cells);
        for (total, bucket) in self.buckets.iter_mut().zip(words.buckets) {
            *total += bucket;
        }
        self.sum = self.sum.wrapping_add(words.sum);
        self.errors += words.errors;
        self.cancelled += words.cancelled;
        self.panicked += words.panicked;
        self.rejected += cells.rejected();
        self.fallbacks += cells.fallbacks();
        self.started += words.started;
        self.add_labels(cells);
    }

    fn add_labels(&mut self, cells: &CallCells) {
        let mut chunk = cells.rare.get().map(|rare| &rare.labels);
        let mut first = 0;
        while let Some(labels) = chunk {
            if self.labels.len() < first + LABEL_CHUNK {
                self.labels.resize(first + LABEL_CHUNK, 0);
            }
            for (total, cell) in self.labels[first..].iter_mut().zip(&labels.counts) {
                *total += read(cell);
            }
            chunk = labels.more.get().map(|more| &**more);
            first += LABEL_CHUNK;
        }
    }

    /// Adds the totals of another operation; labels are numbered by operation and stay out.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (total, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *total += more;
        }
        self.started += other.started;
        self.sum = self.sum.wrapping_add(other.sum);
        self.errors += other.errors;
        self.cancelled += other.cancelled;
        self.panicked += other.panicked;
        self.rejected += other.rejected;
        self.fallbacks += other.fallbacks;
    }

    /// Moves the count of each bucket to the one that `to` names.
    pub(crate) fn regroup(&mut self, to: &[usize; MAX_BOUNDS + 1]) {
        let mut buckets = [0; MAX_BOUNDS + 1];
        for (count, to) in self.buckets.iter().zip(to) {
            buckets[*to] += count;
        }
        self.buckets = buckets;
    }

    pub(crate) fn finished(&self) -> u64 {
        self.buckets.iter().sum()
    }

    pub(crate) fn active(&self) -> u64 {
        self.started.saturating_sub(self.finished())
    }

    pub(crate) fn success(&self) -> u64 {
        self.finished().saturating_sub(self.errors + self.cancelled + self.panicked)
    }
}

fn read(cell: &AtomicU64) -> u64 {
    cell.load(Ordering::Acquire)
}

/// The words of one thread that must be of one moment.
struct Words {
    buckets: [u64; MAX_BOUNDS + 1],
    sum: u64,
    errors: u64,
    cancelled: u64,
    panicked: u64,
    started: u64,
}

impl Words {
    /// Reads again while calls end meanwhile, but not for ever: a very busy thread is read as it runs.
    fn read_at_rest(cells: &CallCells) -> Self {
        const TRIES: usize = 8;
        let mut words = Self::read_once(cells);
        for _ in 1..TRIES {
            if words.sum == read(&cells.sum) {
                break;
            }
            words = Self::read_once(cells);
        }
        words
    }

    /// The sum is what every ending call writes first, so that it tells whether one came in between. Buckets come
    /// before the words that a call writes before its bucket: active calls are then never negative.
    fn read_once(cells: &CallCells) -> Self {
        Self {
            sum: read(&cells.sum),
            buckets: cells.buckets.each_ref().map(read),
            errors: read(&cells.errors),
            cancelled: cells.read_rare(|rare| &rare.cancelled),
            panicked: cells.read_rare(|rare| &rare.panicked),
            started: read(&cells.started),
        }
    }
}

/// Two words of every cell, for a breaker that reads them on each failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Calls that say something of the dependency: cancelled ones do not.
    pub(crate) finished: u64,
    pub(crate) failed: u64,
}

impl Judged {
    pub(crate) fn add(&mut self, table: &SlotTable<CallCells>) {
        for cells in table.iter() {
            let finished: u64 = cells.buckets.iter().map(read).sum();
            self.finished += finished.saturating_sub(cells.read_rare(|rare| &rare.cancelled));
            self.failed += read(&cells.errors) + cells.read_rare(|rare| &rare.panicked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::{Owned, Shared};

    #[test]
    fn derived_words_agree_with_what_was_written() {
        let table: SlotTable<CallCells> = SlotTable::new();
        let mine = table.get_or_make(1).expect("slot 1");
        for _ in 0..7 {
            mine.start::<Owned>();
        }
        mine.succeed::<Owned>(0, 10);
        mine.end::<Owned>(End::Error(0), 1, 20);
        mine.end::<Owned>(End::Error(9), 1, 20);
        table.shared().end::<Shared>(End::Cancelled, 2, 30);
        table.shared().end::<Shared>(End::Panicked, 15, 40);
        mine.reject::<Owned>();
        let totals = CallTotals::of(&table);
        assert_eq!((totals.finished(), totals.active(), totals.success()), (5, 2, 1));
        assert_eq!((totals.errors, totals.cancelled, totals.panicked, totals.rejected), (2, 1, 1, 1));
        assert_eq!((totals.sum, totals.labels[0], totals.labels[9], totals.labels.len()), (120, 1, 1, 16));
        let mut judged = Judged::default();
        judged.add(&table);
        assert_eq!(judged, Judged { finished: 4, failed: 3 });
    }

    #[test]
    fn an_operation_costs_a_thread_at_most_200_bytes() {
        // With the place in a far chunk, at worst twice as long as needed.
        let place = 2 * size_of::<OnceLock<Box<CallCells>>>();
        assert!(size_of::<CallCells>() + place <= 200, "{}", size_of::<CallCells>());
    }
}
