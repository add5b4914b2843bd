//! What other threads ask of the readers.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use tokio::{sync::Notify, time::Instant};

use super::ReaderState;

/// What other threads ask of the readers.
#[derive(Debug)]
pub(crate) struct ReaderControl {
    readers: Vec<Arc<ReaderState>>,
    stop_by: Mutex<Option<Instant>>,
    stopped: Notify,
}

impl ReaderControl {
    pub(super) fn new(readers: Vec<Arc<ReaderState>>) -> Self {
        Self { readers, stop_by: Mutex::default(), stopped: Notify::new() }
    }

    pub(crate) fn readers(&self) -> &[Arc<ReaderState>] {
        &self.readers
    }

    /// Asks for a snapshot now; the channel is closed once every reader has tried to hand it on.
    pub(crate) fn flush(&self) -> mpsc::Receiver<()> {
        let (done, is_done) = mpsc::channel();
        self.readers.iter().for_each(|reader| reader.ask_to_flush(done.clone()));
        is_done
    }

    /// Asks to hand a last snapshot on and to end before `by`.
    pub(crate) fn stop(&self, by: Instant) {
        self.stop_by.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(by);
        self.readers.iter().for_each(|reader| reader.ask_to_stop(by));
        self.stopped.notify_waiters();
    }

    /// Returns once the readers have had their time.
    pub(super) async fn deadline(&self) {
        loop {
            let stopped = self.stopped.notified();
            let by = *self.stop_by.lock().unwrap_or_else(PoisonError::into_inner);
            match by {
                Some(by) => return tokio::time::sleep_until(by).await,
                None => stopped.await,
            }
        }
    }

    /// Counts what the readers had begun as lost with the program.
    pub(super) fn abandon(&self) {
        self.readers.iter().for_each(|reader| reader.abandon());
    }
}
