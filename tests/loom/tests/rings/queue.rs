//! A queue of few blocks that behaves as the runtime's does, and fails where both ends touch a block at once.

use loom::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use super::Block;

/// So few that tests fill it; the second one that is taken is beyond a quarter.
pub(crate) const BLOCKS: usize = 3;

#[derive(Debug)]
struct Shared {
    blocks: [Cell<Block>; BLOCKS],
    /// Blocks that were ever taken, and ever written.
    head: AtomicUsize,
    tail: AtomicUsize,
    is_abandoned: AtomicBool,
}

#[derive(Debug)]
pub(super) struct Producer<T> {
    shared: Arc<Shared>,
    tail: usize,
    cached_head: std::cell::Cell<usize>,
    of: std::marker::PhantomData<T>,
}

#[derive(Debug)]
pub(super) struct Consumer<T> {
    shared: Arc<Shared>,
    head: usize,
    of: std::marker::PhantomData<T>,
}

pub(super) fn queue() -> (Producer<Block>, Consumer<Block>) {
    let shared = Arc::new(Shared {
        blocks: std::array::from_fn(|_| Cell::new(Block::default())),
        head: AtomicUsize::new(0),
        tail: AtomicUsize::new(0),
        is_abandoned: AtomicBool::new(false),
    });
    let of = std::marker::PhantomData;
    (
        Producer { shared: Arc::clone(&shared), tail: 0, cached_head: 0.into(), of },
        Consumer { shared, head: 0, of },
    )
}

impl Producer<Block> {
    /// Free blocks, as far as this end knows.
    pub(super) fn cached_slots(&self) -> usize {
        BLOCKS - (self.tail - self.cached_head.get())
    }

    /// Free blocks, now.
    pub(super) fn slots(&self) -> usize {
        self.cached_head.set(self.shared.head.load(Ordering::Acquire));
        self.cached_slots()
    }
}

impl<T> Drop for Producer<T> {
    fn drop(&mut self) {
        self.shared.is_abandoned.store(true, Ordering::Release);
    }
}

impl Consumer<Block> {
    pub(super) fn is_abandoned(&self) -> bool {
        self.shared.is_abandoned.load(Ordering::Acquire)
    }
}

pub(super) fn push(ring: &mut Producer<Block>, block: Block) -> bool {
    write(ring, &[block])
}

pub(super) fn write(ring: &mut Producer<Block>, record: &[Block]) -> bool {
    if ring.cached_slots() < record.len() && ring.slots() < record.len() {
        return false;
    }
    for block in record {
        ring.shared.blocks[ring.tail % BLOCKS].set(*block);
        ring.tail += 1;
    }
    ring.shared.tail.store(ring.tail, Ordering::Release);
    true
}

pub(super) fn read(ring: &mut Consumer<Block>, buffer: &mut Vec<u64>) {
    let tail = ring.shared.tail.load(Ordering::Acquire);
    while ring.head < tail {
        buffer.extend_from_slice(&ring.shared.blocks[ring.head % BLOCKS].get());
        ring.head += 1;
    }
    ring.shared.head.store(ring.head, Ordering::Release);
}
