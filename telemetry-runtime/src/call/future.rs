//! Futures as calls: started by the first poll, ended by the value, the drop or the panic.
#![expect(missing_docs, reason = "the pin macro takes no docs on fields")]

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::future::FusedFuture;
use pin_project_lite::pin_project;

use super::{
    live::{Live, Running},
    open::FromOpen,
};
use crate::classify::Judge;

pin_project! {
    /// A future whose run is one call.
    ///
    /// The user's future is dropped before the call ends, so that its values end inside the call.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Instrumented<F, J> {
        #[pin]
        pub fut: F,
        pub live: Live,
        pub pick: J,
    }
}

impl<F: Future, J: Judge<F::Output>> Future for Instrumented<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.live.is_over() {
            return this.fut.poll(cx);
        }
        let mut running = Running::new(this.live, None);
        running.enter();
        let polled = this.fut.poll(cx);
        match &polled {
            Poll::Pending => running.pause(),
            Poll::Ready(output) => running.finish(this.pick.judge(output)),
        }
        polled
    }
}

pin_project! {
    /// A future whose run is one call, if its breaker admits it.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Protected<F, J> {
        #[pin]
        pub fut: F,
        pub live: Live,
        pub pick: J,
    }
}

impl<F: Future<Output: FromOpen>, J: Judge<F::Output>> Future for Protected<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.live.is_ended() {
            return this.fut.poll(cx);
        }
        let ticket = match this.live.admit() {
            Ok(ticket) => ticket,
            Err(open) => return Poll::Ready(F::Output::from_open(open)),
        };
        let mut running = Running::new(this.live, ticket);
        running.enter();
        let polled = this.fut.poll(cx);
        match &polled {
            Poll::Pending => running.pause(),
            Poll::Ready(output) => running.finish(this.pick.judge(output)),
        }
        polled
    }
}

/// What both kinds of futures have in common with the future inside.
macro_rules! transparent {
    ($($wrapper:ident, $bound:path);*) => {$(
        impl<F: FusedFuture<Output: $bound>, J: Judge<F::Output>> FusedFuture for $wrapper<F, J> {
            fn is_terminated(&self) -> bool {
                self.fut.is_terminated()
            }
        }

        impl<F: Clone, J: Clone> Clone for $wrapper<F, J> {
            /// A copy is a call of its own.
            fn clone(&self) -> Self {
                Self { fut: self.fut.clone(), live: Live::new(self.live.operation()), pick: self.pick.clone() }
            }
        }
    )*};
}
transparent!(Instrumented, Sized; Protected, FromOpen);
