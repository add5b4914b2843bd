//! What a running call carries.

use super::journey;
use crate::{
    thread::{self, ContextWords, Thread},
    trace::live_span::Place,
};

/// What a running call carries: its start in ticks, and the span word that was current before.
///
/// Two words, so that they travel in registers. The lowest bits of the start say what the span before was and whether
/// the call has a recorded one; a start is exact to eight ticks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    start: u64,
    pub(super) before: u64,
}

const RECORDED: u64 = 1;
const PARENT_REMOTE: u64 = 2;
const PARENT_UNSAMPLED: u64 = 4;
/// Of a call without a recorded span: the context was changed for that.
const DROPPED: u64 = 2;
const MARKS: u64 = RECORDED | PARENT_REMOTE | PARENT_UNSAMPLED;

impl Token {
    /// Of a call that nobody counts.
    pub(super) const UNCOUNTED: Self = Self { start: journey::UNCOUNTED, before: 0 };

    #[inline(always)]
    pub(super) fn is_uncounted(self) -> bool {
        self.start == journey::UNCOUNTED
    }

    #[inline(always)]
    pub(super) fn new(start: u64, place: Place) -> Self {
        let mark = |is_set: bool, mark: u64| if is_set { mark } else { 0 };
        let marks = if place.is_sampled {
            RECORDED
                | mark(place.is_parent_remote, PARENT_REMOTE)
                | mark(place.is_parent_unsampled, PARENT_UNSAMPLED)
        } else {
            mark(place.is_dropped, DROPPED)
        };
        Self { start: start & !MARKS | marks, before: place.before }
    }

    #[inline(always)]
    pub(super) fn start(self) -> u64 {
        self.start & !MARKS
    }

    #[inline(always)]
    pub(super) fn is_recorded(self) -> bool {
        self.start & RECORDED != 0
    }

    /// Whether more than the span before is to be restored.
    #[inline(always)]
    pub(super) fn has_marks(self) -> bool {
        self.start & MARKS != 0
    }

    /// The context of the call's recorded span, to be asked right after the start; none without one.
    #[inline(always)]
    pub(crate) fn own_context(self) -> ContextWords {
        if self.is_recorded() { thread::with(Thread::context) } else { ContextWords::NONE }
    }

    pub(super) fn place(self) -> Place {
        Place {
            before: self.before,
            is_sampled: self.is_recorded(),
            is_parent_remote: self.start & PARENT_REMOTE != 0,
            is_parent_unsampled: self.start & PARENT_UNSAMPLED != 0,
            is_dropped: false,
        }
    }
}
