//! The part of an instrumented future or stream that does not depend on its type.

use super::{
    journey,
    running::{Own, RunningCall},
};
use crate::{
    breaker::{BreakerOpen, Ticket},
    classify::Verdict,
    operation::{Inside, Operation},
    outcome::Outcome,
    thread::{self, ContextWords, Thread},
    trace::ring,
};

/// A call that starts with its first poll.
///
/// Three words, so that futures stay small. What does not fit is boxed when the future first has to wait, which only
/// calls with a recorded span, under a remote parent or with a breaker's permit need.
#[derive(Debug)]
pub struct Live(State);

#[derive(Debug)]
enum State {
    /// All that a call has without a recorded span; `span` is zero if it has no context of its own.
    Light {
        operation: &'static Operation,
        start: Start,
        span: u64,
    },
    Kept(Box<RunningCall>),
}

/// The start in ticks, exact to four, and in its lowest bits the stage.
#[derive(Clone, Copy, Debug)]
struct Start(u64);

impl Start {
    /// Not polled yet: no call.
    const WAITING: Self = Self(0);
    const RUNNING: u64 = 1;
    const ENDED: Self = Self(2);
    const STAGES: u64 = 3;

    fn running(ticks: u64) -> Self {
        Self(ticks & !Self::STAGES | Self::RUNNING)
    }

    /// The start of a running call.
    fn ticks(self) -> Option<u64> {
        (self.0 & Self::STAGES == Self::RUNNING).then_some(self.0 & !Self::STAGES)
    }
}

impl Live {
    /// A call that starts with its first poll.
    #[must_use]
    pub const fn new(operation: &'static Operation) -> Self {
        Self(State::Light { operation, start: Start::WAITING, span: 0 })
    }

    #[cfg_attr(not(debug_assertions), inline)]
    pub(super) fn operation(&self) -> &'static Operation {
        match &self.0 {
            State::Light { operation, .. } => operation,
            State::Kept(kept) => kept.operation,
        }
    }

    #[cfg_attr(not(debug_assertions), inline)]
    pub(super) fn is_ended(&self) -> bool {
        matches!(&self.0, State::Light { start, .. } if start.0 == Start::ENDED.0)
    }

    #[inline]
    fn is_waiting(&self) -> bool {
        matches!(&self.0, State::Light { start, .. } if start.0 == Start::WAITING.0)
    }

    /// Whether there is nothing to observe: the call has ended, or nobody counts it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn is_over(&mut self) -> bool {
        if self.is_waiting() && thread::with(|thread| journey::is_uncounted(self.operation(), thread)) {
            self.close();
        }
        self.is_ended()
    }

    /// Asks the operation's breaker, if the call has not begun.
    #[cfg_attr(not(debug_assertions), inline)]
    pub(super) fn admit(&mut self) -> Result<Option<Ticket>, BreakerOpen> {
        if !self.is_waiting() {
            return Ok(None);
        }
        journey::admit(self.operation()).inspect_err(|_| self.close())
    }

    /// A call that starts now, with the `body` that makes its future.
    #[cfg(feature = "tower")]
    pub(crate) fn begun<R>(operation: &'static Operation, body: impl FnOnce() -> R) -> (Self, R) {
        Self::begun_with(operation, None, body)
    }

    /// As [`Live::begun`], if the operation's breaker admits the call.
    #[cfg(feature = "tower")]
    pub(crate) fn begun_admitted<R>(
        operation: &'static Operation,
        body: impl FnOnce() -> R,
    ) -> Result<(Self, R), BreakerOpen> {
        journey::admit(operation).map(|ticket| Self::begun_with(operation, ticket, body))
    }

    #[cfg(feature = "tower")]
    fn begun_with<R>(
        operation: &'static Operation,
        ticket: Option<Ticket>,
        body: impl FnOnce() -> R,
    ) -> (Self, R) {
        let mut live = Self::new(operation);
        if live.is_over() {
            return (live, body());
        }
        let mut running = Running::new(&mut live, ticket);
        running.enter();
        let made = body();
        running.pause();
        drop(running);
        (live, made)
    }

    /// The call, if it has begun and not ended.
    fn running(&self) -> Option<RunningCall> {
        match &self.0 {
            State::Light { operation, start, span } => {
                let start = start.ticks()?;
                Some(RunningCall { operation, start, own: Own::of_word(*span), ticket: None })
            }
            State::Kept(call) => Some(**call),
        }
    }

    /// The call has ended, or never was one.
    fn close(&mut self) {
        match &mut self.0 {
            State::Light { start, .. } => *start = Start::ENDED,
            State::Kept(call) => {
                self.0 = State::Light { operation: call.operation, start: Start::ENDED, span: 0 };
            }
        }
    }

    /// Ends a call that is dropped between two polls; `items` are those of a stream.
    #[cold]
    pub(super) fn abandon(&mut self, verdict: Verdict<'_>, items: Option<u64>) {
        if let Some(call) = self.running() {
            self.end(call, verdict, items);
        }
    }

    fn end(&mut self, call: RunningCall, verdict: Verdict<'_>, items: Option<u64>) {
        if let Some(items) = items {
            call.record_items(items);
        }
        let end = call.count(verdict);
        call.record_end(end, verdict.outcome);
        self.close();
    }
}

impl Drop for Live {
    #[cfg_attr(not(debug_assertions), inline)]
    fn drop(&mut self) {
        if !self.is_ended() {
            self.abandon(Outcome::Cancelled.into(), None);
        }
    }
}

/// A poll of a running call; its context is current until the poll ends, also by unwinding.
#[derive(Debug)]
pub(super) struct Running<'a> {
    live: &'a mut Live,
    call: RunningCall,
    /// The context that was current before the poll.
    outer: ContextWords,
    /// Of a stream, so far.
    items: Option<u64>,
    is_open: bool,
    /// Left after the end, which writes records.
    _inside: Inside,
}

impl<'a> Running<'a> {
    /// A poll that [`Running::enter`] begins; made where it stays, because moving it would cost more than the rest.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn new(live: &'a mut Live, ticket: Option<Ticket>) -> Self {
        let call = RunningCall { operation: live.operation(), start: 0, own: Own::NOTHING, ticket };
        let _inside = Inside::of(call.operation);
        Self { live, call, outer: ContextWords::NONE, items: None, is_open: true, _inside }
    }

    /// Starts the call if it has not begun, and makes its context current.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn enter(&mut self) {
        // A large closure is not always inlined into `with`, and then it all becomes slower.
        thread::with(|thread| self.enter_on(thread));
    }

    #[inline(never)]
    fn enter_on(&mut self, thread: &Thread) {
        self.outer = thread.context();
        if self.live.is_waiting() {
            self.call.begin(thread);
        } else if let Some(call) = self.live.running() {
            self.call = call;
            self.call.own.enter(thread);
        }
    }

    /// As [`Running::enter`], for a stream that has given so many items.
    pub(super) fn enter_stream(&mut self, items: u64) {
        self.items = Some(items);
        self.enter();
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.call.operation
    }

    /// The poll has ended, the call goes on.
    #[inline(never)]
    pub(super) fn pause(&mut self) {
        self.is_open = false;
        if let State::Kept(_) = self.live.0 {
            return;
        }
        let RunningCall { operation, start, own, ticket } = self.call;
        self.live.0 = match (own.word(), ticket) {
            (Some(span), None) => State::Light { operation, start: Start::running(start), span },
            _ => State::Kept(Box::new(self.call)),
        };
    }

    /// The call has ended with a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn finish(&mut self, verdict: Verdict<'_>) {
        self.is_open = false;
        match (verdict.outcome, self.call.ticket) {
            (Outcome::Success, None) => self.succeed(),
            _ => self.end(verdict),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn succeed(&mut self) {
        thread::with(|thread| self.succeed_on(thread));
    }

    #[inline(never)]
    fn succeed_on(&mut self, thread: &Thread) {
        let RunningCall { operation, start, .. } = self.call;
        let end = journey::count_success(operation, thread, start);
        self.call.record_end(end, Outcome::Success);
        self.live.close();
    }

    #[inline(never)]
    fn end(&mut self, verdict: Verdict<'_>) {
        let end = self.call.count(verdict);
        self.call.record_exception(end, &verdict);
        self.call.record_end(end, verdict.outcome);
        self.live.close();
    }

    /// Records an error that does not end the call.
    pub(super) fn note_error(&self, verdict: &Verdict<'_>) {
        self.call.record_exception(ring::now(), verdict);
    }

    /// The call of a stream has ended; its error, if there was one, is noted already.
    #[inline(never)]
    pub(super) fn finish_stream(&mut self, verdict: Verdict<'_>) {
        self.is_open = false;
        self.live.end(self.call, verdict, self.items);
    }

    /// The poll has panicked.
    #[cold]
    fn unwind(&mut self) {
        self.live.end(self.call, Outcome::Panicked.into(), self.items);
    }
}

impl Drop for Running<'_> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if self.is_open {
            self.unwind();
        }
        thread::with(|thread| thread.replace_context(self.outer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiting_call_is_three_words() {
        assert_eq!(size_of::<Live>(), 3 * size_of::<u64>());
    }
}
