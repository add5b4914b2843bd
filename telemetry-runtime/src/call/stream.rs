//! Streams as calls: started by the first poll, ended by `None`, the drop or the panic.
#![expect(missing_docs, reason = "the pin macro takes no docs on fields")]

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::stream::{FusedStream, Stream};
use pin_project_lite::pin_project;

use super::{
    live::{Live, Running},
    open::FromOpen,
    records,
};
use crate::{
    breaker::{BreakerOpen, Ticket},
    classify::{ErrorDetail, Judge, Verdict},
    operation::Operation,
    outcome::Outcome,
};

/// The part of an instrumented stream that does not depend on its type.
#[derive(Debug)]
pub struct LiveStream {
    live: Live,
    items: u64,
    failure: Option<Box<Failure>>,
    /// The breaker refused it, and its one item says so.
    is_rejected: bool,
}

/// The first error among the items; it decides the outcome, however the stream ends.
#[derive(Debug)]
struct Failure {
    outcome: Outcome,
    message: Option<String>,
}

impl LiveStream {
    /// A call that starts with its first poll.
    #[must_use]
    pub const fn new(operation: &'static Operation) -> Self {
        Self { live: Live::new(operation), items: 0, failure: None, is_rejected: false }
    }

    fn is_ended(&self) -> bool {
        self.live.is_ended()
    }

    /// As [`Live::is_over`].
    fn is_over(&mut self) -> bool {
        self.live.is_over()
    }
}

/// A poll of a stream, and what the stream's call knows of its items.
struct Observed<'a> {
    running: Running<'a>,
    items: &'a mut u64,
    failure: &'a mut Option<Box<Failure>>,
}

impl LiveStream {
    fn enter(&mut self, ticket: Option<Ticket>) -> Observed<'_> {
        let mut running = Running::new(&mut self.live, ticket);
        running.enter_stream(self.items);
        Observed { running, items: &mut self.items, failure: &mut self.failure }
    }

    fn admit(&mut self) -> Result<Option<Ticket>, BreakerOpen> {
        self.live.admit().inspect_err(|_| self.is_rejected = true)
    }
}

impl Observed<'_> {
    /// Takes note of what the poll gave.
    fn end<I>(mut self, polled: &Poll<Option<I>>, judge: impl Judge<I>) {
        match polled {
            Poll::Pending => self.running.pause(),
            Poll::Ready(Some(item)) => {
                *self.items += 1;
                let verdict = judge.judge(item);
                if self.failure.is_none() && matches!(verdict.outcome, Outcome::Error { .. }) {
                    *self.failure = Some(Failure::first(&self.running, &verdict));
                }
                self.running.pause();
            }
            Poll::Ready(None) => {
                self.running.finish_stream(verdict(self.failure.as_deref(), Outcome::Success));
            }
        }
    }
}

impl Failure {
    #[cold]
    fn first(running: &Running<'_>, verdict: &Verdict<'_>) -> Box<Self> {
        running.note_error(verdict);
        let message =
            if records::wants_message(running.operation()) { verdict.detail.message() } else { None };
        Box::new(Self { outcome: verdict.outcome, message })
    }
}

/// The verdict on a stream that ended without a panic.
fn verdict(failure: Option<&Failure>, otherwise: Outcome) -> Verdict<'_> {
    match failure {
        None => otherwise.into(),
        Some(Failure { outcome: Outcome::Error { error_type }, message: Some(message) }) => {
            Verdict::error(*error_type, ErrorDetail::Display(message))
        }
        Some(failure) => failure.outcome.into(),
    }
}

impl Drop for LiveStream {
    fn drop(&mut self) {
        if !self.is_ended() {
            let verdict = verdict(self.failure.as_deref(), Outcome::Cancelled);
            self.live.abandon(verdict, Some(self.items));
        }
    }
}

pin_project! {
    /// A stream whose run is one call.
    ///
    /// The user's stream is dropped before the call ends, so that its values end inside the call.
    #[must_use = "streams do nothing unless polled"]
    #[derive(Debug)]
    pub struct InstrumentedStream<S, J> {
        #[pin]
        pub stream: S,
        pub live: LiveStream,
        pub pick: J,
    }
}

impl<S: Stream, J: Judge<S::Item>> Stream for InstrumentedStream<S, J> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        if this.live.is_over() {
            return this.stream.poll_next(cx);
        }
        let observed = this.live.enter(None);
        let polled = this.stream.poll_next(cx);
        observed.end(&polled, *this.pick);
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

pin_project! {
    /// A stream whose run is one call, if its breaker admits it.
    ///
    /// If not, the rejection is its only item.
    #[must_use = "streams do nothing unless polled"]
    #[derive(Debug)]
    pub struct ProtectedStream<S, J> {
        #[pin]
        pub stream: S,
        pub live: LiveStream,
        pub pick: J,
    }
}

impl<S: Stream<Item: FromOpen>, J: Judge<S::Item>> Stream for ProtectedStream<S, J> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        if this.live.is_rejected {
            return Poll::Ready(None);
        }
        if this.live.is_ended() {
            return this.stream.poll_next(cx);
        }
        let ticket = match this.live.admit() {
            Ok(ticket) => ticket,
            Err(open) => return Poll::Ready(Some(S::Item::from_open(open))),
        };
        let observed = this.live.enter(ticket);
        let polled = this.stream.poll_next(cx);
        observed.end(&polled, *this.pick);
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // A rejection is one item where the stream itself may have none or many.
        let (_, most) = self.stream.size_hint();
        (0, most.map(|most| most.max(1)))
    }
}

/// What both kinds of streams have in common with the stream inside.
macro_rules! transparent {
    ($($wrapper:ident, $bound:path);*) => {$(
        impl<S: FusedStream<Item: $bound>, J: Judge<S::Item>> FusedStream for $wrapper<S, J> {
            fn is_terminated(&self) -> bool {
                self.live.is_rejected || self.stream.is_terminated()
            }
        }

        impl<S: Clone, J: Clone> Clone for $wrapper<S, J> {
            /// A copy is a call of its own.
            fn clone(&self) -> Self {
                let live = LiveStream::new(self.live.live.operation());
                Self { stream: self.stream.clone(), live, pick: self.pick.clone() }
            }
        }
    )*};
}
transparent!(InstrumentedStream, Sized; ProtectedStream, FromOpen);
