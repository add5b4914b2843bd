//! Parts of spans that found no room on their way: which, and of which spans.

use super::{
    Block, Kind,
    sender::add_alone,
    sync::{AtomicU64, Mutex, Ordering},
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
#[derive(Debug, Default)]
pub(super) struct LostParts {
    totals: [AtomicU64; 3],
    of_spans: Mutex<Vec<Loss>>,
}

impl LostParts {
    /// Counts a record that only this thread could have written, and that has so many parts.
    #[cold]
    pub(super) fn count_owned(&self, record: &[Block], parts: u64) {
        if let Some((kind, span)) = part_of(record) {
            add_alone(&self.totals[kind], parts);
            self.note(span, kind, parts);
        }
    }

    /// Counts a record of any thread.
    #[cold]
    pub(super) fn count_shared(&self, record: &[Block], parts: u64) {
        if let Some((kind, span)) = part_of(record) {
            self.totals[kind].fetch_add(parts, Ordering::Relaxed);
            self.note(span, kind, parts);
        }
    }

    /// Tells the span, unless that would mean to wait for the reader.
    fn note(&self, span: u64, kind: usize, parts: u64) {
        let Ok(mut losses) = self.of_spans.try_lock() else { return };
        if losses.last().is_none_or(|last| last.span != span) {
            if losses.len() >= MAX_LOSSES {
                return;
            }
            losses.push(Loss { span, parts: [0; 3] });
        }
        if let Some(last) = losses.last_mut() {
            last.parts[kind] += parts;
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
        std::mem::take(&mut *self.of_spans.lock().unwrap_or_else(super::sync::PoisonError::into_inner))
    }
}

/// What a record adds to its span, and to which; `None` for one that ends it.
fn part_of(record: &[Block]) -> Option<(usize, u64)> {
    let [head, span, ..] = *record.first()?;
    let is = |kind: Kind| kind as u8 == head as u8;
    let kind = Kind::PARTS.into_iter().position(|kinds| kinds.iter().any(|kind| is(*kind)))?;
    Some((kind, span))
}

#[cfg(all(test, feature = "_background", not(loom)))]
mod tests {
    use super::*;
    use crate::trace::record::Encoder;

    fn record(kind: Kind, span: u64) -> Vec<Block> {
        Encoder::new(kind, span).finish().to_vec()
    }

    #[test]
    fn totals_are_exact_and_spans_are_told_apart_as_far_as_there_is_room() {
        let lost = LostParts::default();
        for kind in [Kind::Attribute, Kind::Event, Kind::Event, Kind::Link] {
            lost.count_owned(&record(kind, 7), 1);
        }
        lost.count_shared(&record(Kind::Fields, 8), 3);
        assert_eq!(lost.take(), [Loss { span: 7, parts: [1, 2, 1] }, Loss { span: 8, parts: [3, 0, 0] }]);
        assert_eq!(lost.take(), []);
        let many = MAX_LOSSES as u64 + 10;
        (0..many).for_each(|span| lost.count_owned(&record(Kind::Link, span), 1));
        assert_eq!(lost.take().len(), MAX_LOSSES);
        assert_eq!(lost.totals(), [4, 2, 1 + many]);
    }

    #[test]
    fn a_reader_that_is_busy_is_not_waited_for() {
        let lost = LostParts::default();
        let reading = lost.of_spans.lock().expect("no panic");
        lost.count_owned(&record(Kind::Event, 7), 1);
        drop(reading);
        assert_eq!((lost.totals(), lost.take()), ([0, 1, 0], Vec::new()));
    }
}
