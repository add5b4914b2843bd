//! Futures as calls: started by the first poll, ended by the value, the drop or the panic.
#![expect(missing_docs, reason = "the pin macro takes no docs on fields")]

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use super::{journey, open::FromOpen, spans};
use crate::{
    breaker::{BreakerOpen, Ticket},
    classify::{Judge, Verdict},
    operation::{Operation, Signals},
    outcome::Outcome,
    thread::{self, ContextWords, Thread},
    trace::{
        live_span::{self, Place},
        sampler::Subject,
    },
};

/// The part of an instrumented future that does not depend on its type.
///
/// It makes the call's context current for the time of each poll, and nothing in between.
#[derive(Debug)]
pub struct Live {
    operation: &'static Operation,
    start: u64,
    /// What is current during a poll.
    context: ContextWords,
    /// Of a recorded span.
    parent: u64,
    stage: Stage,
    span: SpanForm,
}

/// What a call has of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SpanForm {
    /// Nothing, and no context of its own.
    Nothing,
    /// A context that goes on, but nothing recorded.
    Context,
    Recorded {
        is_parent_remote: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Not polled yet: no call.
    Waiting,
    Running,
    /// Inside a poll; found by `Drop` only if that poll unwound.
    Polling,
    Ended,
}

impl Live {
    /// A call that starts with its first poll.
    #[must_use]
    pub const fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            start: 0,
            context: ContextWords::NONE,
            parent: 0,
            stage: Stage::Waiting,
            span: SpanForm::Nothing,
        }
    }

    /// Starts the call if it has not, and makes its context current.
    #[inline(never)]
    fn enter(&mut self) -> Outer {
        thread::with(|thread| {
            let outer = Outer(thread.context());
            if self.stage == Stage::Waiting {
                self.begin(thread);
            } else if self.span != SpanForm::Nothing {
                thread.replace_context(self.context);
            }
            self.stage = Stage::Polling;
            outer
        })
    }

    fn begin(&mut self, thread: &Thread) {
        if !self.operation.signals().has(Signals::SPAN) {
            self.start = journey::begin(self.operation, thread);
            return;
        }
        let place = live_span::enter(thread, Subject::Call(self.operation));
        self.start = journey::begin(self.operation, thread);
        self.span = SpanForm::Context;
        if place.is_sampled {
            live_span::open_recorded(thread);
            self.parent = place.before;
            self.span = SpanForm::Recorded { is_parent_remote: place.is_parent_remote };
        }
        self.context = thread.context();
    }

    #[inline(never)]
    fn pause(&mut self) {
        self.stage = Stage::Running;
    }

    #[inline(never)]
    fn succeed(&mut self) {
        self.stage = Stage::Ended;
        let end = thread::with(|thread| journey::count_success(self.operation, thread, self.start));
        self.record_end(end, Outcome::Success);
    }

    #[inline(never)]
    fn end(&mut self, ticket: Option<Ticket>, verdict: Verdict<'_>) {
        self.stage = Stage::Ended;
        let end = thread::with(|thread| {
            let end = journey::count_end(self.operation, thread, self.start, ticket, verdict);
            let (operation, span) = (self.operation, self.context.span);
            match self.span {
                SpanForm::Recorded { .. } => spans::record_exception(operation, span, end, &verdict),
                SpanForm::Nothing => spans::record_exception_on_current(operation, thread, end, &verdict),
                SpanForm::Context => {}
            }
            end
        });
        self.record_end(end, verdict.outcome);
    }

    #[inline]
    fn record_end(&self, end: u64, outcome: Outcome) {
        if let SpanForm::Recorded { is_parent_remote } = self.span {
            let place = Place { before: self.parent, is_sampled: true, is_parent_remote, ..Place::default() };
            spans::record_end(self.operation, self.context, place, [self.start, end], outcome);
        }
    }

    fn finish(&mut self, ticket: Option<Ticket>, verdict: Verdict<'_>) {
        match (verdict.outcome, ticket) {
            (Outcome::Success, None) => self.succeed(),
            _ => self.end(ticket, verdict),
        }
    }

    fn is_ended(&self) -> bool {
        self.stage == Stage::Ended
    }

    /// Ends the call of a future that is dropped before its value.
    fn abandon(&mut self, ticket: Option<Ticket>) {
        match self.stage {
            Stage::Waiting | Stage::Ended => {}
            Stage::Running => self.end(ticket, Outcome::Cancelled.into()),
            Stage::Polling => self.end(ticket, Outcome::Panicked.into()),
        }
    }
}

impl Drop for Live {
    #[inline]
    fn drop(&mut self) {
        if !self.is_ended() {
            self.abandon(None);
        }
    }
}

/// The context that was current before a poll; restored when the poll ends, also by unwinding.
struct Outer(ContextWords);

impl Drop for Outer {
    #[inline(always)]
    fn drop(&mut self) {
        thread::with(|thread| thread.replace_context(self.0));
    }
}

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
        if this.live.is_ended() {
            return this.fut.poll(cx);
        }
        let _outer = this.live.enter();
        let polled = this.fut.poll(cx);
        match &polled {
            Poll::Pending => this.live.pause(),
            Poll::Ready(output) => this.live.finish(None, this.pick.judge(output)),
        }
        polled
    }
}

/// A [`Live`] whose breaker must admit the call at its first poll.
#[derive(Debug)]
pub struct Guarded {
    live: Live,
    ticket: Option<Ticket>,
}

impl Guarded {
    /// A call that asks its breaker with its first poll.
    #[must_use]
    pub const fn new(operation: &'static Operation) -> Self {
        Self { live: Live::new(operation), ticket: None }
    }

    #[inline]
    fn enter(&mut self) -> Result<Outer, BreakerOpen> {
        if self.live.stage == Stage::Waiting {
            match journey::admit(self.live.operation) {
                Ok(ticket) => self.ticket = ticket,
                Err(open) => {
                    self.live.stage = Stage::Ended;
                    return Err(open);
                }
            }
        }
        Ok(self.live.enter())
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.live.abandon(self.ticket);
    }
}

pin_project! {
    /// A future whose run is one call, if its breaker admits it.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Protected<F, J> {
        #[pin]
        pub fut: F,
        pub live: Guarded,
        pub pick: J,
    }
}

impl<F: Future<Output: FromOpen>, J: Judge<F::Output>> Future for Protected<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.live.live.is_ended() {
            return this.fut.poll(cx);
        }
        let _outer = match this.live.enter() {
            Ok(outer) => outer,
            Err(open) => return Poll::Ready(F::Output::from_open(open)),
        };
        let polled = this.fut.poll(cx);
        match &polled {
            Poll::Pending => this.live.live.pause(),
            Poll::Ready(output) => this.live.live.finish(this.live.ticket, this.pick.judge(output)),
        }
        polled
    }
}
