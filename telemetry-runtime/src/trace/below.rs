//! Spans below a remote parent, or below one that does not decide for them.

use super::{
    head::{self, UnderRemote},
    live_span::Place,
    sampler::{self, Subject},
};
use crate::{
    operation::Sample,
    thread::{ContextWords, Thread},
};

/// Enters a span below the one that is current; `sample` is the rule of its operation, if it has one.
pub(super) fn enter(thread: &Thread, subject: Subject<'_>, sample: Option<Sample>) -> Place {
    let parent = thread.context();
    let is_asked = parent.flags & ContextWords::ASKED != 0;
    if is_asked && let Some(place) = sampler::enter_child(thread, parent, subject) {
        return place;
    }
    if parent.flags & ContextWords::REMOTE != 0 {
        return enter_under_remote(thread, parent, subject, sample);
    }
    if is_asked {
        return enter_under_local(thread, parent, subject, sample);
    }
    let is_sampled = ContextWords::is_recorded(parent.flags);
    Place { before: parent.span, is_sampled, ..Place::default() }
}

fn enter_under_remote(
    thread: &Thread,
    parent: ContextWords,
    subject: Subject<'_>,
    sample: Option<Sample>,
) -> Place {
    let place = Place { before: parent.span, ..Place::default() };
    match head::decide_under_remote(thread, parent, subject, sample) {
        UnderRemote::Recorded => Place {
            is_sampled: true,
            is_parent_remote: true,
            is_parent_unsampled: parent.flags & ContextWords::SAMPLED == 0,
            ..place
        },
        UnderRemote::Unrecorded => place,
        UnderRemote::Refused => {
            thread.set_span_and_flags(parent.span, parent.flags | ContextWords::REFUSED);
            Place { is_dropped: true, ..place }
        }
    }
}

fn enter_under_local(
    thread: &Thread,
    parent: ContextWords,
    subject: Subject<'_>,
    sample: Option<Sample>,
) -> Place {
    let was_sampled = parent.flags & ContextWords::SAMPLED != 0;
    let is_pending = parent.flags & ContextWords::PENDING != 0;
    let place = Place { before: parent.span, ..Place::default() };
    if head::decide_under_local(thread, parent, subject, sample) {
        let flags = parent.flags & !(ContextWords::PENDING | ContextWords::UNDER_PENDING);
        let under = if is_pending { ContextWords::UNDER_PENDING } else { 0 };
        if !was_sampled {
            thread.set_span_and_flags(parent.span, flags | under);
        }
        return Place { is_sampled: true, is_parent_unsampled: !was_sampled, ..place };
    }
    if is_pending {
        return Place { is_sampled: true, ..place };
    }
    // It has no context of its own: what goes on is its parent's, which says that nothing below is recorded.
    if was_sampled {
        thread.set_span_and_flags(parent.span, parent.flags & !ContextWords::SAMPLED);
    }
    Place { is_dropped: was_sampled, ..place }
}

/// The flags of the unsampled parent of `own`, which is sampled and has these now.
pub(super) fn parent_flags(flags: u32, own: ContextWords) -> u32 {
    let flags = flags & !(ContextWords::SAMPLED | ContextWords::UNDER_PENDING);
    let was_pending = own.flags & ContextWords::UNDER_PENDING != 0;
    if was_pending { flags | ContextWords::PENDING } else { flags }
}

/// The flags before a span was dropped that has these.
pub(super) fn flags_before_dropped(flags: u32) -> u32 {
    const UNDER_REMOTE: u32 = ContextWords::REMOTE | ContextWords::REFUSED;
    if flags & UNDER_REMOTE == UNDER_REMOTE {
        flags & !ContextWords::REFUSED
    } else {
        flags | ContextWords::SAMPLED
    }
}
