//! A call that has begun, between its start and its end: what it counts and records.

use super::{journey, spans};
use crate::{
    breaker::Ticket,
    classify::Verdict,
    operation::{Operation, Signals},
    outcome::Outcome,
    thread::{self, ContextWords, Thread},
    trace::{
        live_span::{self, Place},
        sampler::Subject,
    },
};

/// A call that has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunningCall {
    pub(super) operation: &'static Operation,
    pub(super) start: u64,
    pub(super) own: Own,
    pub(super) ticket: Option<Ticket>,
}

impl RunningCall {
    /// Starts the call, which somebody counts, on this thread and makes its context current.
    #[inline(always)]
    pub(super) fn begin(&mut self, thread: &Thread) {
        let (operation, subject) = (self.operation, Subject::Call(self.operation));
        if operation.signals().has(Signals::SPAN) {
            self.begin_in(live_span::enter(thread, subject), thread);
        } else if operation.signals().has(Signals::SPAN_BY_RULE)
            && let Some(place) = live_span::enter_by_rule(thread, operation.sample(), subject)
        {
            self.begin_in(place, thread);
        } else {
            self.start = journey::begin_counted(operation, thread);
        }
    }

    #[inline(always)]
    fn begin_in(&mut self, place: Place, thread: &Thread) {
        self.start = journey::begin_counted(self.operation, thread);
        self.own.form = SpanForm::Context;
        if place.is_sampled {
            live_span::open_recorded(thread);
            self.own.parent = place.before;
            self.own.form = SpanForm::Recorded { is_parent_remote: place.is_parent_remote };
        }
        self.own.context = thread.context();
    }

    /// Counts the end; gives its ticks.
    pub(super) fn count(&self, verdict: Verdict<'_>) -> u64 {
        let Self { operation, start, ticket, .. } = *self;
        thread::with(|thread| match (verdict.outcome, ticket) {
            (Outcome::Success, None) => journey::count_success(operation, thread, start),
            _ => journey::count_end(operation, thread, start, ticket, verdict),
        })
    }

    /// Records an error as an event of the call's span, or of the one around a call without a span.
    pub(super) fn record_exception(&self, tick: u64, verdict: &Verdict<'_>) {
        if !matches!(verdict.outcome, Outcome::Error { .. }) {
            return;
        }
        match self.own.form {
            SpanForm::Recorded { .. } => {
                spans::record_exception(self.operation, self.own.context.span, tick, verdict);
            }
            SpanForm::Nothing => thread::with(|thread| {
                spans::record_exception_on_current(self.operation, thread, tick, verdict);
            }),
            SpanForm::Context => {}
        }
    }

    pub(super) fn record_items(&self, items: u64) {
        if let SpanForm::Recorded { .. } = self.own.form {
            spans::record_items(self.own.context.span, items);
        }
    }

    #[inline(always)]
    pub(super) fn record_end(&self, end: u64, outcome: Outcome) {
        if let SpanForm::Recorded { is_parent_remote } = self.own.form {
            let Own { parent, context, .. } = self.own;
            let place = Place { before: parent, is_sampled: true, is_parent_remote, ..Place::default() };
            spans::record_end(self.operation, context, place, [self.start, end], outcome);
        }
    }
}

/// What a call has of a span, and what is current during its polls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    form: SpanForm,
    context: ContextWords,
    /// Of a recorded span.
    parent: u64,
}

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

impl Own {
    pub(super) const NOTHING: Self = Self { form: SpanForm::Nothing, context: ContextWords::NONE, parent: 0 };

    /// Makes it current, if it is anything.
    pub(super) fn enter(&self, thread: &Thread) {
        if self.form != SpanForm::Nothing {
            thread.replace_context(self.context);
        }
    }

    /// From the word of a trace that began here and is not recorded.
    pub(super) fn of_word(span: u64) -> Self {
        match span {
            0 => Self::NOTHING,
            span => {
                let context = ContextWords { span, ..ContextWords::NONE };
                Self { form: SpanForm::Context, context, parent: 0 }
            }
        }
    }

    /// The word that says all of it, if one does.
    pub(super) fn word(&self) -> Option<u64> {
        let span = self.context.span;
        let says_all = self.context == ContextWords { span, ..ContextWords::NONE };
        (says_all && !matches!(self.form, SpanForm::Recorded { .. })).then_some(span)
    }
}
