//! What the rings of all threads have in common: who they are, and how their reader is woken.

#[cfg(feature = "_background")]
use super::{
    reader::{Reader, Receiver},
    sync::PoisonError,
};
use super::{
    sender::{Counts, Sender},
    sync::{Arc, AtomicBool, Mutex, Ordering, queue},
};

type Waker = Box<dyn Fn() + Send>;

/// The rings of all threads.
#[derive(Default)]
pub(super) struct Rings {
    /// Of threads that the reader has not met.
    #[cfg(feature = "_background")]
    pub(super) new: Mutex<Vec<Receiver>>,
    #[cfg(feature = "_background")]
    pub(super) reader: Mutex<Reader>,
    /// Spans of threads that can have no ring any more: begun and lost at once.
    pub(super) ringless: Counts,
    /// The reader was asked to come before its time.
    pub(super) is_woken: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Rings {
    /// A ring for a new thread.
    #[cold]
    pub(super) fn register(&self) -> Sender {
        let (producer, consumer) = queue();
        let counts = Arc::<Counts>::default();
        #[cfg(feature = "_background")]
        self.new
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Receiver { blocks: consumer, counts: Arc::clone(&counts) });
        // Nothing is recorded without a background thread.
        #[cfg(not(feature = "_background"))]
        drop(consumer);
        Sender { blocks: producer, counts }
    }

    /// A span has begun whose thread has no ring.
    #[cold]
    pub(super) fn start_ringless(&self) {
        self.ringless.started.fetch_add(1, Ordering::Relaxed);
    }

    /// The span is lost.
    #[cold]
    pub(super) fn end_ringless(&self) {
        self.ringless.dropped.fetch_add(1, Ordering::Release);
    }

    /// Says how the reader is woken before its time.
    #[cfg(feature = "_background")]
    pub(super) fn set_waker(&self, waker: impl Fn() + Send + 'static) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(waker));
    }

    /// Waking costs microseconds, so one wake serves until the reader has been here.
    #[inline]
    pub(super) fn wake(&self) {
        if !self.is_woken.load(Ordering::Relaxed) {
            self.wake_reader();
        }
    }

    #[cold]
    fn wake_reader(&self) {
        if !self.is_woken.swap(true, Ordering::AcqRel)
            && let Ok(waker) = self.waker.try_lock()
            && let Some(waker) = &*waker
        {
            waker();
        }
    }
}
