//! What one thread counts of the calls that were admitted by hand.

use std::sync::atomic::{AtomicU64, Ordering};

use super::window::Sums;
use crate::cells::{SlotTable, Writer};

/// What one thread counts of the calls that were admitted by hand; no other thread's words lie beside them.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(super) struct OwnCells {
    finished: AtomicU64,
    failed: AtomicU64,
    rejected: AtomicU64,
}

impl OwnCells {
    #[inline(always)]
    pub(super) fn finish<W: Writer>(&self) {
        W::add(&self.finished, 1);
    }

    pub(super) fn fail<W: Writer>(&self) {
        W::add(&self.failed, 1);
        W::add(&self.finished, 1);
    }

    pub(super) fn reject<W: Writer>(&self) {
        W::add(&self.rejected, 1);
    }

    pub(super) fn sums(table: &SlotTable<Self>) -> Sums {
        let mut sums = Sums::default();
        for cells in table.iter() {
            sums.finished += cells.finished.load(Ordering::Acquire);
            sums.failed += cells.failed.load(Ordering::Acquire);
        }
        sums
    }

    pub(super) fn rejected(table: &SlotTable<Self>) -> u64 {
        table.iter().map(|cells| cells.rejected.load(Ordering::Relaxed)).sum()
    }
}
