//! Parts of spans that found no room on their way: which, and of which spans.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use crate::{
    cells::{Owned, Writer},
    trace::record::Kind,
};

/// Parts of a span, by kind: attributes, events, links.
pub(crate) type PartCounts = [u64; 3];

/// Losses that are told apart by span until the reader comes; beyond it only the totals know.
const MAX_LOSSES: usize = 1024;

/// What one span has lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loss {
    pub(super) span: u64,
    pub(super) parts: PartCounts,
}

/// Parts that found no room.
#[derive(Debug)]
pub(super) struct LostParts {
    totals: [AtomicU64; 3],
    of_spans: Mutex<Vec<Loss>>,
}

impl LostParts {
    pub(super) const fn new() -> Self {
        Self { totals: [const { AtomicU64::new(0) }; 3], of_spans: Mutex::new(Vec::new()) }
    }

    /// Counts a record that only this thread could have written.
    #[cold]
    pub(super) fn count_owned(&self, record: &[u64]) {
        if let Some(part) = part_of(record) {
            Owned::add(&self.totals[part], 1);
            self.note(record[1], part);
        }
    }

    /// Counts a record of any thread.
    #[cold]
    pub(super) fn count_shared(&self, record: &[u64]) {
        if let Some(part) = part_of(record) {
            self.totals[part].fetch_add(1, Ordering::Relaxed);
            self.note(record[1], part);
        }
    }

    /// Tells the span, unless that would mean to wait for the reader.
    fn note(&self, span: u64, part: usize) {
        let Ok(mut losses) = self.of_spans.try_lock() else { return };
        if losses.last().is_none_or(|last| last.span != span) {
            if losses.len() >= MAX_LOSSES {
                return;
            }
            losses.push(Loss { span, parts: [0; 3] });
        }
        if let Some(last) = losses.last_mut() {
            last.parts[part] += 1;
        }
    }

    /// How much was lost so far.
    #[cfg(feature = "_background")]
    pub(super) fn totals(&self) -> PartCounts {
        std::array::from_fn(|part| self.totals[part].load(Ordering::Acquire))
    }

    /// What spans have lost since this was asked last.
    #[cfg(feature = "_background")]
    pub(super) fn take(&self) -> Vec<Loss> {
        std::mem::take(&mut *self.of_spans.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

/// What a record adds to its span; `None` for one that ends it.
fn part_of(record: &[u64]) -> Option<usize> {
    [Kind::Attribute, Kind::Event, Kind::Link].into_iter().position(|kind| kind as u8 == record[0] as u8)
}

#[cfg(all(test, feature = "_background"))]
mod tests {
    use super::*;
    use crate::trace::record::Encoder;

    fn record(kind: Kind, span: u64) -> Vec<u64> {
        Encoder::new(kind, span).finish().to_vec()
    }

    #[test]
    fn totals_are_exact_and_spans_are_told_apart_as_far_as_there_is_room() {
        let lost = LostParts::new();
        for kind in [Kind::Attribute, Kind::Event, Kind::Event, Kind::Link] {
            lost.count_owned(&record(kind, 7));
        }
        lost.count_shared(&record(Kind::Attribute, 8));
        assert_eq!(lost.take(), [Loss { span: 7, parts: [1, 2, 1] }, Loss { span: 8, parts: [1, 0, 0] }]);
        assert_eq!(lost.take(), []);
        let many = MAX_LOSSES as u64 + 10;
        (0..many).for_each(|span| lost.count_owned(&record(Kind::Link, span)));
        assert_eq!(lost.take().len(), MAX_LOSSES);
        assert_eq!(lost.totals(), [2, 2, 1 + many]);
    }

    #[test]
    fn a_reader_that_is_busy_is_not_waited_for() {
        let lost = LostParts::new();
        let reading = lost.of_spans.lock().expect("no panic");
        lost.count_owned(&record(Kind::Event, 7));
        drop(reading);
        assert_eq!((lost.totals(), lost.take()), ([0, 1, 0], Vec::new()));
    }
}
