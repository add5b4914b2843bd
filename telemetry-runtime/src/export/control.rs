//! What other threads ask the pipeline for.

use std::sync::{Mutex, PoisonError, mpsc};

use tokio::{sync::Notify, time};

/// What other threads ask the pipeline for.
#[derive(Debug, Default)]
pub(crate) struct Control {
    pub(super) asked: Notify,
    wishes: Mutex<Wishes>,
}

#[derive(Debug, Default)]
struct Wishes {
    flushes: Vec<mpsc::Sender<()>>,
    stop_by: Option<time::Instant>,
}

impl Control {
    /// Asks for a flush; a message comes once everything until now is settled.
    pub(crate) fn flush(&self) -> mpsc::Receiver<()> {
        let (done, is_done) = mpsc::channel();
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner).flushes.push(done);
        self.asked.notify_one();
        is_done
    }

    /// Asks to end, delivering until then.
    pub(crate) fn stop(&self, by: time::Instant) {
        let mut wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
        wishes.stop_by.get_or_insert(by);
        drop(wishes);
        self.asked.notify_one();
    }

    pub(super) fn take_flushes(&self) -> Option<Vec<mpsc::Sender<()>>> {
        let flushes = std::mem::take(&mut self.wishes.lock().unwrap_or_else(PoisonError::into_inner).flushes);
        (!flushes.is_empty()).then_some(flushes)
    }

    pub(super) fn stop_by(&self) -> Option<time::Instant> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner).stop_by
    }
}
