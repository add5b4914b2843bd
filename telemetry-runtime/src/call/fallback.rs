//! Calls whose function has a fallback.
#![expect(missing_docs, reason = "the pin macro takes no docs on fields")]

use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use super::{
    journey,
    live::{Live, Running},
};
use crate::{
    breaker::{BreakerOpen, Ticket},
    classify::Judge,
    operation::Operation,
};

/// Counts a call whose value comes from its fallback.
#[cold]
pub fn fall_back(operation: &'static Operation) {
    journey::fall_back(operation);
}

/// Whether a call has failed, so that its fallback has to help out.
#[derive(Debug, Default)]
pub struct Failed(AtomicBool);

impl Failed {
    /// A call that has not.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Keeps an argument for a fallback that may need it after the call has had it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is given to the call and cannot be kept for its fallback",
    label = "needs `Clone`",
    note = "with `on = error` the fallback runs after the call; implement `Clone`, take `&`, or leave `on = error` away"
)]
pub trait Keep {
    /// The same value once more.
    #[must_use]
    fn keep(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Keep for T {
    fn keep(&self) -> Self {
        self.clone()
    }
}

/// A copy of an argument.
pub fn kept<T: Keep>(argument: &T) -> T {
    argument.keep()
}

/// A call that its breaker has admitted, and that starts with its first poll.
#[derive(Debug)]
pub struct AdmittedLive {
    live: Live,
    /// The breaker's, until the call has it.
    ticket: Option<Ticket>,
}

/// Asks the breaker before the future is made, so that a refused call still has its arguments.
///
/// The future has to be polled at once: only a call that has begun gives its permit back.
///
/// # Errors
///
/// [`BreakerOpen`] if it does not admit the call, which is counted as rejected.
#[inline]
pub fn admit_future(operation: &'static Operation) -> Result<AdmittedLive, BreakerOpen> {
    journey::admit(operation).map(|ticket| AdmittedLive { live: Live::new(operation), ticket })
}

pin_project! {
    /// A future whose run is one call that its breaker has admitted.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Admittee<F, J> {
        #[pin]
        pub fut: F,
        pub live: AdmittedLive,
        pub pick: J,
    }
}

impl<F: Future, J: Judge<F::Output>> Future for Admittee<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let AdmittedLive { live, ticket } = this.live;
        if live.is_ended() {
            return this.fut.poll(cx);
        }
        let mut running = Running::new(live, ticket.take());
        running.enter();
        let polled = this.fut.poll(cx);
        match &polled {
            Poll::Pending => running.pause(),
            Poll::Ready(output) => running.finish(this.pick.judge(output)),
        }
        polled
    }
}
