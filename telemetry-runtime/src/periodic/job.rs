//! Something that is done again and again.

use std::time::Duration;

use super::{Pace, Trouble, Work, schedule::Schedule, work::Worker};
use crate::{
    clock::Clock,
    export::Backoff,
    thread::{self, Thread},
};

/// How long a run may take, and how often it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// Of each try.
    pub(crate) timeout: Duration,
    pub(crate) retries: u32,
}

/// Something that is done again and again.
#[derive(Debug)]
pub(crate) struct Job<T> {
    pub(crate) work: Work<T>,
    pub(crate) pace: Pace,
    pub(crate) patience: Patience,
}

impl<T: Send + 'static> Job<T> {
    /// Runs for ever from now on, and hands on what comes out of each run.
    pub(crate) fn run(
        self,
        clock: Clock,
        mut take: impl FnMut(Result<T, Trouble>) + Send,
    ) -> impl Future<Output = ()> + Send {
        let random = || thread::with(Thread::next_seed);
        // Now, and not when somebody polls for the first time.
        let mut schedule = Schedule::new(self.pace, clock.now(), random());
        let mut worker = Worker::new(self.work);
        async move {
            loop {
                clock.wait_until(schedule.due()).await;
                let result = tries(&mut worker, &clock, self.patience).await;
                // Whoever sees the result may move the clock.
                let now = clock.now();
                take(result);
                schedule.advance(now, random());
            }
        }
    }
}

/// One run, tried again after a while if it fails; what hangs cannot be tried again.
async fn tries<T: Send + 'static>(
    worker: &mut Worker<T>,
    clock: &Clock,
    patience: Patience,
) -> Result<T, Trouble> {
    let mut backoff = Backoff::default();
    loop {
        let trouble = match worker.run(clock, patience.timeout).await {
            Ok(done) => return Ok(done),
            Err(trouble) => trouble,
        };
        if backoff.attempts() >= patience.retries || worker.is_hanging() {
            return Err(trouble);
        }
        clock.wait_until(clock.now() + backoff.next(Duration::ZERO)).await;
    }
}
