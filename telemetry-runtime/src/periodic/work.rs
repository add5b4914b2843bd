//! What a job does, and doing it once.

use std::{
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use super::Trouble;
use crate::clock::Clock;

/// An error of the program.
type BoxError = Box<dyn Error + Send + Sync>;

type Done<T> = Result<T, BoxError>;
type DoneLater<T> = Pin<Box<dyn Future<Output = Done<T>> + Send>>;

/// What a job does: code that may block, on a thread for that, or a future, on the background thread.
pub(crate) enum Work<T> {
    Blocking(Arc<dyn Fn() -> Done<T> + Send + Sync>),
    Async(Box<dyn Fn() -> DoneLater<T> + Send + Sync>),
}

impl<T> fmt::Debug for Work<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blocking(_) => "Blocking",
            Self::Async(_) => "Async",
        })
    }
}

/// Does the work of one job, on one thread at a time.
pub(super) struct Worker<T> {
    work: Work<T>,
    /// The thread that did not come back in time.
    hanging: Option<JoinHandle<Done<T>>>,
}

impl<T: Send + 'static> Worker<T> {
    pub(super) fn new(work: Work<T>) -> Self {
        Self { work, hanging: None }
    }

    /// Whether a thread is still in a run that was given up.
    pub(super) fn is_hanging(&self) -> bool {
        self.hanging.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Does it once, within `timeout`.
    ///
    /// A thread cannot be stopped: one that takes longer is left alone, and until it comes back no other is begun.
    pub(super) async fn run(&mut self, clock: &Clock, timeout: Duration) -> Result<T, Trouble> {
        if self.is_hanging() {
            return Err(Trouble::Hanging);
        }
        let by = clock.now() + timeout;
        match &self.work {
            Work::Blocking(work) => {
                let work = Arc::clone(work);
                let mut thread = spawn_blocking(move || work());
                tokio::select! {
                    biased;
                    done = &mut thread => joined(done),
                    () = clock.wait_until(by) => {
                        self.hanging = Some(thread);
                        Err(Trouble::TimedOut(timeout))
                    }
                }
            }
            Work::Async(work) => tokio::select! {
                biased;
                done = caught(&**work) => done,
                () = clock.wait_until(by) => Err(Trouble::TimedOut(timeout)),
            },
        }
    }
}

fn said<T>(done: Done<T>) -> Result<T, Trouble> {
    done.map_err(|error| Trouble::failed(&error))
}

fn joined<T>(done: Result<Done<T>, JoinError>) -> Result<T, Trouble> {
    match done {
        Ok(done) => said(done),
        Err(error) => match error.try_into_panic() {
            Ok(payload) => Err(Trouble::panicked(&*payload)),
            // The runtime ends, and this with it.
            Err(error) => Err(Trouble::failed(&error)),
        },
    }
}

/// The future's result; its panic, and that of the function that makes it, are troubles like others.
async fn caught<T>(work: &(dyn Fn() -> DoneLater<T> + Send + Sync)) -> Result<T, Trouble> {
    let future = catch_unwind(AssertUnwindSafe(work));
    let mut future = future.map_err(|payload| Trouble::panicked(&*payload))?;
    let polled = std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(done)) => Poll::Ready(said(done)),
            Err(payload) => Poll::Ready(Err(Trouble::panicked(&*payload))),
        }
    });
    polled.await
}
