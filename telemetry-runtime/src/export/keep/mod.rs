//! Traces that were not chosen at their beginning: held until their root has ended, then kept whole or dropped.
//!
//! A trace is kept as soon as one of its spans gives a reason; what was held of it goes out, and what still comes
//! follows. Without a reason it is dropped when its root has ended, or after a time. What comes later than that follows
//! too, as long as the decision is remembered. One bound holds for all traces together.

mod decisions;
mod open;

use std::collections::{HashMap, VecDeque};

use self::{
    decisions::{Decision, Decisions, SeedHasher},
    open::{Held, Open, Waiting},
};
use super::{
    account::{DropReason, Dropped},
    ended::Complete,
};
use crate::{
    clock::Clock,
    trace::{
        head::KeepRule,
        record::{EndStatus, EndedSpan},
    },
};

/// Decides which of the traces that were not chosen are kept.
///
/// They all began here, so that one word says which: the low half of the id, of which the high one is made.
#[derive(Debug)]
pub(super) struct Keeper {
    clock: Clock,
    rule: KeepRule,
    /// `rule.slower_than` and `rule.timeout`.
    slow_ticks: u64,
    timeout_ticks: u64,
    now: u64,
    open: HashMap<u64, Open, SeedHasher>,
    /// Traces in the order of their first span; some are not open any more.
    order: VecDeque<Waiting>,
    /// Of all open traces.
    spans: usize,
    bytes: usize,
    decisions: Decisions,
    /// Kept, and not handed on yet.
    released: Vec<Complete>,
    dropped: Dropped,
}

impl Keeper {
    pub(super) fn new(clock: Clock) -> Self {
        let mut keeper = Self {
            rule: KeepRule::OFF,
            slow_ticks: u64::MAX,
            timeout_ticks: 0,
            now: 0,
            open: HashMap::default(),
            order: VecDeque::new(),
            spans: 0,
            bytes: 0,
            decisions: Decisions::default(),
            released: Vec::new(),
            dropped: Dropped::new(),
            clock,
        };
        keeper.begin_pass(KeepRule::OFF);
        keeper
    }

    /// Goes by `rule` from now on.
    pub(super) fn begin_pass(&mut self, rule: KeepRule) {
        self.now = self.clock.ticks();
        self.rule = rule;
        self.slow_ticks = rule.slower_than.map_or(u64::MAX, |time| self.clock.ticks_in(time));
        self.timeout_ticks = self.clock.ticks_in(rule.timeout);
    }

    /// Looks at the end of a span; what else was said of it, except that it failed, may still come.
    ///
    /// Whatever ended before a root is seen before that root is complete, so no reason comes too late.
    pub(super) fn see(&mut self, span: &EndedSpan, says_error: bool, is_wanted: bool) {
        let is_reason = is_wanted || self.is_reason(span) || (says_error && self.rule.errors);
        if !is_reason || self.decisions.of(seed(span)).is_some() {
            return;
        }
        let held = self.open_trace(span).want();
        self.release(held);
    }

    fn is_reason(&self, span: &EndedSpan) -> bool {
        let is_error = matches!(span.how.status, EndStatus::Error | EndStatus::Panicked);
        (is_error && self.rule.errors) || span.end.saturating_sub(span.start) > self.slow_ticks
    }

    /// Takes a span that is complete; gives it back if its trace is kept.
    pub(super) fn hold(&mut self, complete: Complete) -> Option<Complete> {
        let span = complete.ended.span;
        match self.decisions.of(seed(&span)) {
            Some(Decision::Kept) => return Some(complete),
            Some(Decision::Dropped(reason)) => {
                self.drop_spans(reason, 1);
                return None;
            }
            None => {}
        }
        let is_root = span.parent == 0;
        let is_alone = is_root && !self.open.contains_key(&seed(&span));
        if is_alone {
            self.decisions.remember(seed(&span), Decision::Dropped(DropReason::NotKept));
            self.drop_spans(DropReason::NotKept, 1);
            return None;
        }
        if self.open_trace(&span).is_wanted() {
            if is_root {
                self.close(seed(&span), Decision::Kept);
            }
            return Some(complete);
        }
        let bytes = complete.bytes();
        self.open_trace(&span).hold(complete, bytes);
        self.spans += 1;
        self.bytes += bytes;
        if is_root {
            self.close(seed(&span), Decision::Dropped(DropReason::NotKept));
        }
        self.make_room();
        None
    }

    /// What is to go out now: of traces that are kept since the last time.
    pub(super) fn end_pass(&mut self) -> Vec<Complete> {
        while let Some(waiting) =
            self.oldest_if(|keeper, waiting| keeper.now.saturating_sub(waiting.since) >= keeper.timeout_ticks)
        {
            let decision = self.decide_early(waiting.seed, DropReason::NotKept);
            self.close(waiting.seed, decision);
        }
        self.make_room();
        if self.order.len() > 2 * self.open.len() + 1024 {
            let open = &self.open;
            self.order.retain(|waiting| open.get(&waiting.seed).is_some_and(|open| open.is(waiting)));
        }
        self.decisions.age(self.now, self.timeout_ticks);
        std::mem::take(&mut self.released)
    }

    /// Decides on everything that is open, because the program ends.
    pub(super) fn finish(&mut self) -> Vec<Complete> {
        while let Some(waiting) = self.oldest_if(|_, _| true) {
            let decision = self.decide_early(waiting.seed, DropReason::Shutdown);
            self.close(waiting.seed, decision);
        }
        std::mem::take(&mut self.released)
    }

    /// Spans that were not handed on, by reason.
    pub(super) fn dropped(&self) -> &Dropped {
        &self.dropped
    }

    /// Lets the oldest traces go as long as there is too much.
    fn make_room(&mut self) {
        while let Some(waiting) = self.oldest_if(|keeper, _| keeper.is_full()) {
            let is_wanted = self.open.get(&waiting.seed).is_some_and(Open::is_wanted);
            let decision = if is_wanted { Decision::Kept } else { Decision::Dropped(DropReason::Evicted) };
            self.close(waiting.seed, decision);
        }
    }

    fn is_full(&self) -> bool {
        let KeepRule { max_spans, max_bytes, .. } = self.rule;
        self.spans > max_spans || self.bytes > max_bytes || self.open.len() > max_spans
    }

    /// The oldest open trace, if `is_due`; it waits no more.
    fn oldest_if(&mut self, is_due: impl Fn(&Self, &Waiting) -> bool) -> Option<Waiting> {
        loop {
            let oldest = *self.order.front()?;
            let is_open = self.open.get(&oldest.seed).is_some_and(|open| open.is(&oldest));
            if is_open && !is_due(self, &oldest) {
                return None;
            }
            self.order.pop_front();
            if is_open {
                return Some(oldest);
            }
        }
    }

    /// A root that has not ended runs at least since the first of its spans began.
    fn decide_early(&self, seed: u64, otherwise: DropReason) -> Decision {
        let is_reason = self
            .open
            .get(&seed)
            .is_some_and(|open| open.is_wanted() || self.now.saturating_sub(open.began()) > self.slow_ticks);
        if is_reason { Decision::Kept } else { Decision::Dropped(otherwise) }
    }

    fn open_trace(&mut self, span: &EndedSpan) -> &mut Open {
        self.open.entry(seed(span)).or_insert_with(|| {
            self.order.push_back(Waiting { seed: seed(span), since: self.now });
            Open::new(self.now)
        })
    }

    fn close(&mut self, seed: u64, decision: Decision) {
        let Some(mut open) = self.open.remove(&seed) else { return };
        let held = open.want();
        match decision {
            Decision::Kept => self.release(held),
            Decision::Dropped(reason) => {
                self.uncount(&held);
                self.drop_spans(reason, held.spans.len());
            }
        }
        self.decisions.remember(seed, decision);
    }

    fn release(&mut self, held: Held) {
        self.uncount(&held);
        self.released.extend(held.spans);
    }

    fn drop_spans(&mut self, reason: DropReason, spans: usize) {
        *self.dropped.entry(reason).or_default() += spans as u64;
    }

    fn uncount(&mut self, held: &Held) {
        self.spans -= held.spans.len();
        self.bytes -= held.bytes;
    }
}

fn seed(span: &EndedSpan) -> u64 {
    span.trace[1]
}
