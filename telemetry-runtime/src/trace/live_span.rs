//! The span of a running call: opened and closed beside the call's own work, in words.

use super::{
    below, current,
    head::{self, Choice, Decider},
    ids,
    record::{self, EndWord},
    ring,
    sampler::{self, Subject},
    states,
};
use crate::{
    operation::Sample,
    thread::{ContextWords, Thread},
};

/// What a call's span needs to be closed, where a call carries it: see [`open`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The span word that was current before.
    pub(crate) before: u64,
    pub(crate) is_sampled: bool,
    pub(crate) is_parent_remote: bool,
    /// The remote parent was not recorded itself.
    pub(crate) is_parent_unsampled: bool,
    /// Not recorded, and the context before was changed for that.
    pub(crate) is_dropped: bool,
}

/// Enters a span on this thread: a recorded one, or for a trace that is not recorded just its context.
///
/// The recorded span has no id yet; [`open_recorded`] gives it one.
#[inline(always)]
pub(crate) fn enter(thread: &Thread, subject: Subject<'_>) -> Place {
    let before = thread.span();
    if before == 0 {
        let seed = thread.next_seed();
        if head::samples(thread, seed) {
            return enter_recorded_root(thread, seed, subject);
        }
        thread.set_span(seed);
        return Place { before, ..Place::default() };
    }
    let flags = thread.flags();
    if flags & (ContextWords::REMOTE | ContextWords::ASKED) != 0 {
        return enter_specially(thread, subject);
    }
    Place { before, is_sampled: ContextWords::is_recorded(flags), ..Place::default() }
}

/// As [`enter`], where `sample` decides on new traces; none if the call has no span and no context of its own.
///
/// A sampler of the program is not asked about such a root, only about what is recorded below it.
#[inline(never)]
pub(crate) fn enter_by_rule(thread: &Thread, sample: Sample, subject: Subject<'_>) -> Option<Place> {
    let before = thread.span();
    if before != 0 {
        let is_wanted = sample != Sample::Never;
        return is_wanted.then(|| below::enter(thread, subject, Some(sample)));
    }
    let seed = thread.next_seed();
    let choice = head::decide_root_by(thread, seed, sample);
    Some(begin_root(thread, seed, choice, head::asked_flag_by_rule(thread, choice)))
}

#[cold]
fn enter_specially(thread: &Thread, subject: Subject<'_>) -> Place {
    below::enter(thread, subject, None)
}

#[inline(never)]
fn enter_recorded_root(thread: &Thread, seed: u64, subject: Subject<'_>) -> Place {
    let decider = head::decider(thread);
    if decider == Decider::Policy {
        let choice = head::decide_root(seed, subject);
        return begin_root(thread, seed, choice, head::asked_flag());
    }
    if decider == Decider::Sampler
        && let Some(place) = sampler::enter_root(thread, seed, subject)
    {
        return place;
    }
    begin_root(thread, seed, Choice::Sampled, 0)
}

/// `asked` is the flag of contexts below which somebody is asked.
#[inline]
fn begin_root(thread: &Thread, seed: u64, choice: Choice, asked: u32) -> Place {
    let (trace, decided) = match choice {
        Choice::Sampled => (ids::trace_of_seed(seed), ContextWords::SAMPLED),
        Choice::Pending => (ids::pending_trace_of_seed(seed), ContextWords::PENDING),
        Choice::Unsampled if asked == 0 => {
            thread.set_span(seed);
            return Place::default();
        }
        Choice::Unsampled => (ids::trace_of_seed(seed), 0),
    };
    let flags = decided | ContextWords::RANDOM | asked;
    thread.replace_context(ContextWords { trace, span: seed, flags });
    Place { is_sampled: decided != 0, is_dropped: decided == 0, ..Place::default() }
}

/// Makes a recorded span current, with an id of its own.
#[inline]
pub(crate) fn open_recorded(thread: &Thread) {
    let span = thread.next_seed();
    let before = thread.flags();
    // A pending span does not say that it is sampled.
    let sampled = ContextWords::SAMPLED & !(before / ContextWords::PENDING);
    let flags = before & !ContextWords::REMOTE | sampled;
    thread.set_span_and_flags(span, flags);
    ring::count_started();
    if flags & ContextWords::ASKED != 0 {
        sampler::open(thread);
    }
}

/// Gives a span made by hand an id of its own in a trace that nobody records.
///
/// Where the caller recorded its span and this process records none, the caller's stays the parent of what follows.
pub(super) fn open_unrecorded(thread: &Thread) {
    let words = thread.context();
    if words.flags & ContextWords::SAMPLED != 0 {
        return;
    }
    let is_derived = words.trace == [0; 2];
    let trace = if is_derived { ids::trace_of_seed(words.span) } else { words.trace };
    let random = if is_derived { ContextWords::RANDOM } else { 0 };
    let flags = words.flags & !(ContextWords::REMOTE | ContextWords::REFUSED) | random;
    thread.replace_context(ContextWords { trace, span: thread.next_seed(), flags });
}

/// Makes current again what was before a span that was not recorded.
#[inline(always)]
pub(crate) fn leave(thread: &Thread, before: u64) {
    thread.set_span(before);
}

/// Makes current again what was before the recorded span `own`, unless a guard that was entered inside still is.
#[inline]
pub(crate) fn leave_recorded(thread: &Thread, own: ContextWords, place: Place) {
    if thread.span() != own.span {
        let outer =
            if place.before == 0 { ContextWords::NONE } else { ContextWords { span: place.before, ..own } };
        return current::left_out_of_order(own, outer);
    }
    if place.before == 0 {
        thread.replace_context(ContextWords::NONE);
    } else {
        let mut flags = thread.flags();
        if place.is_parent_remote {
            flags |= ContextWords::REMOTE;
        }
        if place.is_parent_unsampled {
            flags = below::parent_flags(flags, own);
        }
        if own.flags & ContextWords::STATE != 0 {
            flags = states::flags_before(own).unwrap_or(flags);
        }
        thread.set_span_and_flags(place.before, flags);
    }
}

/// Makes current again what was before a span that was not recorded and changed the context.
#[cold]
pub(crate) fn leave_dropped(thread: &Thread, before: u64) {
    if before == 0 {
        thread.replace_context(ContextWords::NONE);
    } else {
        thread.set_span_and_flags(before, below::flags_before_dropped(thread.flags()));
    }
}

/// Hands over the end of a call's span.
#[inline(always)]
pub(crate) fn record_end(
    operation: u32,
    context: ContextWords,
    parent: u64,
    times: [u64; 2],
    mut how: EndWord,
) {
    how.trace_flags = context.flags as u8;
    how.state = context.state_number();
    let end = record::operation_end(operation, context.trace, context.span, parent, times, how);
    ring::push_call_end(end);
}
