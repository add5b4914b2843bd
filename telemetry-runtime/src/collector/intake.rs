//! Where all threads leave their events.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Notify;

use super::packed::Packed;
use crate::export::{Account, DropReason, Dropped};

/// A bounded queue; what finds no room is dropped and counted, at every sink.
#[derive(Debug)]
pub(super) struct Intake {
    capacity: usize,
    queue: Mutex<Queue>,
    started: AtomicU64,
    lost: Account,
    /// So much waits that somebody should come.
    filling: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<Packed>,
    is_closed: bool,
}

impl Intake {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            queue: Mutex::default(),
            started: AtomicU64::new(0),
            lost: Account::default(),
            filling: Notify::new(),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next event, which is counted by this: it must be pushed or counted as lost.
    pub(super) fn next_number(&self) -> u64 {
        self.started.fetch_add(1, Ordering::AcqRel)
    }

    pub(super) fn push(&self, event: Packed) {
        let mut queue = self.queue();
        let reason = match () {
            () if queue.is_closed => DropReason::Shutdown,
            () if queue.events.len() >= self.capacity => DropReason::QueueFull,
            () => {
                queue.make_room(self.capacity);
                queue.events.push_back(event);
                let is_filling = queue.events.len() == self.capacity.div_ceil(4);
                drop(queue);
                if is_filling {
                    self.filling.notify_one();
                }
                return;
            }
        };
        drop(queue);
        self.lost.dropped(reason, 1);
    }

    /// The oldest events, at most so many; says whether there are more.
    pub(super) fn take(&self, most: usize, into: &mut Vec<Packed>) -> bool {
        let mut queue = self.queue();
        let size = most.min(queue.events.len());
        into.extend(queue.events.drain(..size));
        !queue.events.is_empty()
    }

    /// Takes nothing any more.
    pub(super) fn close(&self) {
        self.queue().is_closed = true;
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue().events.len()
    }

    pub(super) fn lose(&self, reason: DropReason, events: u64) {
        self.lost.dropped(reason, events);
    }

    /// What was lost before it reached any sink.
    pub(super) fn lost(&self) -> Dropped {
        self.lost.read().dropped
    }

    pub(super) fn started(&self) -> u64 {
        self.started.load(Ordering::Acquire)
    }

    pub(super) fn filling(&self) -> &Notify {
        &self.filling
    }
}

impl Queue {
    /// Doubles as a vector does, but never beyond what may be needed.
    fn make_room(&mut self, capacity: usize) {
        let (len, held) = (self.events.len(), self.events.capacity());
        if len == held {
            self.events.reserve_exact((held * 2).clamp(64, capacity.max(64)).saturating_sub(len).max(1));
        }
    }
}
