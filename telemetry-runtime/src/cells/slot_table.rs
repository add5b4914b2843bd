//! A table with one entry a thread.
//!
//! A counter shared by threads costs each of them the trip of a cache line. Here every thread has cells of its
//! own, found by its slot number; it writes them with a plain load and store, and a reader adds them up. Slot 0 is
//! shared by everyone without a slot of its own, and is written with atomic additions.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use crate::thread::MAX_SLOT;

/// How a cell is written: by its one owner, or by anybody.
pub(crate) trait Writer {
    fn add(cell: &AtomicU64, amount: u64);
}

/// The thread is the only writer of the cell.
pub(crate) enum Owned {}
/// Other threads may write the same cell.
pub(crate) enum Shared {}

impl Writer for Owned {
    /// Release, so that a reader who sees this word also sees what was written before it.
    #[inline(always)]
    fn add(cell: &AtomicU64, amount: u64) {
        cell.store(cell.load(Ordering::Relaxed).wrapping_add(amount), Ordering::Release);
    }
}

impl Writer for Shared {
    #[inline]
    fn add(cell: &AtomicU64, amount: u64) {
        cell.fetch_add(amount, Ordering::AcqRel);
    }
}

const NEAR: usize = 8;
/// Chunks of 8, 16, 32 … slots, up to the last one.
const CHUNKS: usize = (MAX_SLOT as usize / NEAR).ilog2() as usize;

type Chunk<T> = Box<[OnceLock<Box<T>>]>;

/// One `T` a slot, made when its thread first asks for it.
///
/// The first threads' cells are one step away; the others hang in a second level that most programs never build. Its
/// chunks double, so that what is reserved stays below what is used, also where many operations see a ninth thread.
/// Memory depends on the peak of threads that used the table, never on the number of calls.
#[derive(Debug)]
pub(crate) struct SlotTable<T: ?Sized> {
    near: [OnceLock<Box<T>>; NEAR],
    shared: OnceLock<Box<T>>,
    far: OnceLock<Box<[OnceLock<Chunk<T>>; CHUNKS]>>,
}

/// The chunk of an index beyond the near ones, and the place in it.
#[inline]
fn far_place(index: usize) -> (usize, usize) {
    // Chunk n begins at index 8 << n.
    let chunk = (index / NEAR).checked_ilog2().unwrap_or(0) as usize;
    (chunk, index - (NEAR << chunk))
}

impl<T: ?Sized> SlotTable<T> {
    pub(crate) const fn new() -> Self {
        Self { near: [const { OnceLock::new() }; NEAR], shared: OnceLock::new(), far: OnceLock::new() }
    }
}

impl<T: ?Sized> Default for SlotTable<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized> SlotTable<T> {
    /// The cells of `slot`, if its thread has been here; never those of slot 0.
    #[inline(always)]
    pub(crate) fn get(&self, slot: u32) -> Option<&T> {
        let index = (slot as usize).wrapping_sub(1);
        if let Some(near) = self.near.get(index) {
            return near.get().map(|cells| &**cells);
        }
        self.get_far(index)
    }

    #[cold]
    fn get_far(&self, index: usize) -> Option<&T> {
        // No slot at all comes as the largest index.
        if index >= MAX_SLOT as usize {
            return None;
        }
        let (chunk, place) = far_place(index);
        self.far.get()?[chunk].get()?[place].get().map(|cells| &**cells)
    }

    /// The cells of `slot`, made if need be. `None` for slot 0 and beyond the last slot.
    pub(crate) fn get_or_make_with(&self, slot: u32, make: impl FnOnce() -> Box<T>) -> Option<&T> {
        let index = (slot as usize).checked_sub(1)?;
        let place = match self.near.get(index) {
            Some(near) => near,
            None => {
                let (chunk, place) = far_place(index);
                let far = self.far.get_or_init(|| Box::new([const { OnceLock::new() }; CHUNKS]));
                let chunk_of = || (0..NEAR << chunk).map(|_| OnceLock::new()).collect();
                &far.get(chunk)?.get_or_init(chunk_of)[place]
            }
        };
        Some(place.get_or_init(make))
    }

    /// The cells that everybody may write, with [`Shared`] only; made if need be.
    pub(crate) fn shared_with(&self, make: impl FnOnce() -> Box<T>) -> &T {
        self.shared.get_or_init(make)
    }

    /// All cells that exist, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let far = self.far.get().into_iter().flat_map(|far| far.iter());
        let far = far.filter_map(OnceLock::get).flat_map(|chunk| chunk.iter());
        let places = self.near.iter().chain(std::iter::once(&self.shared)).chain(far);
        places.filter_map(|place| place.get().map(|cells| &**cells))
    }
}

impl<T: Default> SlotTable<T> {
    /// The cells of `slot`, made if need be. `None` for slot 0 and beyond the last slot.
    pub(crate) fn get_or_make(&self, slot: u32) -> Option<&T> {
        self.get_or_make_with(slot, Box::default)
    }

    /// The cells that everybody may write, with [`Shared`] only.
    pub(crate) fn shared(&self) -> &T {
        self.shared_with(Box::default)
    }

    /// Hands this thread's cells to `owned`, or those of everybody to `shared`.
    #[inline]
    pub(crate) fn with_writer(&self, owned: impl FnOnce(&T), shared: impl FnOnce(&T)) {
        let slot = crate::thread::with(crate::thread::Thread::slot);
        match self.get(slot) {
            Some(cells) => owned(cells),
            None => {
                let slot = crate::thread::with(crate::thread::Thread::assign_slot);
                match self.get_or_make(slot) {
                    Some(cells) => owned(cells),
                    None => shared(self.shared()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_its_own_cells_and_the_sum_sees_all() {
        let table: SlotTable<AtomicU64> = SlotTable::new();
        for slot in [1, 8, 9, 16, 17, 72, 73, 4000, MAX_SLOT] {
            Owned::add(table.get_or_make(slot).expect("a slot in range"), u64::from(slot));
            assert_eq!(table.get(slot).expect("just made").load(Ordering::Relaxed), u64::from(slot));
        }
        Shared::add(table.shared(), 5);
        assert!(table.get(0).is_none() && table.get_or_make(0).is_none());
        assert!(table.get(2).is_none() && table.get_or_make(MAX_SLOT + 1).is_none());
        let sum: u64 = table.iter().map(|cell| cell.load(Ordering::Relaxed)).sum();
        assert_eq!(sum, 1 + 8 + 9 + 16 + 17 + 72 + 73 + 4000 + u64::from(MAX_SLOT) + 5);
    }

    #[test]
    fn threads_that_end_leave_their_cells_to_those_that_come() {
        const THREADS: u64 = 10_000;
        const AT_ONCE: u64 = 8;
        static TABLE: SlotTable<AtomicU64> = SlotTable::new();
        let count = || TABLE.with_writer(|cell| Owned::add(cell, 1), |cell| Shared::add(cell, 1));
        for _ in 0..THREADS / AT_ONCE {
            let threads: Vec<_> = (0..AT_ONCE).map(|_| std::thread::spawn(count)).collect();
            for thread in threads {
                thread.join().expect("no panic");
            }
        }
        assert_eq!(TABLE.iter().map(|cell| cell.load(Ordering::Relaxed)).sum::<u64>(), THREADS);
        // Beside those of tests that run meanwhile.
        let cells = TABLE.iter().count();
        assert!(cells <= 16 * AT_ONCE as usize, "{cells} cells");
    }
}
