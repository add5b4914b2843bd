//! What rings are made of. `tests/loom` compiles the files beside this one with models in its place.

#[cfg(feature = "_background")]
pub(super) use std::sync::PoisonError;
pub(super) use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

pub(super) use rtrb::{Consumer, Producer};

use crate::trace::record::Block;

/// Blocks of one thread's ring: 128 KiB, two thousand spans without fields.
pub(crate) const BLOCKS: usize = 2 * 1024;

/// A ring's two ends.
pub(super) fn queue() -> (Producer<Block>, Consumer<Block>) {
    rtrb::RingBuffer::new(BLOCKS)
}

/// Writes one block, or nothing if there is no room for it.
#[inline(always)]
pub(super) fn push(ring: &mut Producer<Block>, block: Block) -> bool {
    ring.push(block).is_ok()
}

/// Writes all blocks, or nothing if there is no room for them.
#[inline]
pub(super) fn write(ring: &mut Producer<Block>, record: &[Block]) -> bool {
    if let [block] = record {
        return push(ring, *block);
    }
    let Ok(room) = ring.write_chunk_uninit(record.len()) else { return false };
    room.fill_from_iter(record.iter().copied());
    true
}

/// Takes everything that is there.
#[cfg(feature = "_background")]
pub(super) fn read(ring: &mut Consumer<Block>, buffer: &mut Vec<u64>) {
    let Ok(chunk) = ring.read_chunk(ring.slots()) else { return };
    let (first, second) = chunk.as_slices();
    buffer.extend_from_slice(first.as_flattened());
    buffer.extend_from_slice(second.as_flattened());
    chunk.commit_all();
}
