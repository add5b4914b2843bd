//! Trace states that a sampler chose, by a number that fits into the words of a context.

use std::sync::{Mutex, MutexGuard, PoisonError};

use opentelemetry::trace::TraceState;

use crate::thread::ContextWords;

/// Chosen states at the most; the oldest give way, and their spans go on without.
const CAPACITY: usize = 16 * 1024;

#[derive(Debug)]
struct Chosen {
    trace: [u64; 2],
    state: TraceState,
    /// The span that brought the state, and the flags that were current before it.
    span: u64,
    before: u32,
}

#[derive(Debug)]
struct Table {
    chosen: Vec<Chosen>,
    /// Where the next one goes once the table is full.
    oldest: usize,
}

static TABLE: Mutex<Table> = Mutex::new(Table { chosen: Vec::new(), oldest: 0 });

fn table() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    fn find(&self, number: u16, trace: [u64; 2]) -> Option<&Chosen> {
        self.chosen.get(usize::from(number).checked_sub(1)?).filter(|chosen| chosen.trace == trace)
    }

    fn keep(&mut self, chosen: Chosen) -> usize {
        if self.chosen.len() < CAPACITY {
            self.chosen.push(chosen);
            return self.chosen.len();
        }
        let place = self.oldest;
        self.oldest = (place + 1) % CAPACITY;
        self.chosen[place] = chosen;
        place + 1
    }
}

/// The state of that number; none if it had to give way.
pub(crate) fn state(number: u16, trace: [u64; 2]) -> TraceState {
    table().find(number, trace).map(|chosen| chosen.state.clone()).unwrap_or_default()
}

/// The flags of the span `own` with `state`, which is under a context with the flags `before`.
pub(super) fn with_state(own: ContextWords, state: TraceState, before: u32) -> u32 {
    let mut table = table();
    let known = table.find(own.state_number(), own.trace);
    let is_known = known.map_or(state == TraceState::NONE, |known| known.state == state);
    if is_known {
        return own.flags;
    }
    let number = table.keep(Chosen { trace: own.trace, state, span: own.span, before });
    // The capacity is below what the number's bits can hold.
    own.flags & !ContextWords::STATE | (number as u32) << ContextWords::STATE_SHIFT
}

/// The flags that were current before the span `own`, if it brought a state of its own.
#[cold]
pub(super) fn flags_before(own: ContextWords) -> Option<u32> {
    let table = table();
    table.find(own.state_number(), own.trace).filter(|chosen| chosen.span == own.span).map(|own| own.before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(trace: u64, span: u64, flags: u32) -> ContextWords {
        ContextWords { trace: [trace, 1], span, flags }
    }

    fn state_of(text: &str) -> TraceState {
        TraceState::from_key_value([("key", text)]).expect("legal")
    }

    #[test]
    fn a_state_is_kept_once_and_belongs_to_its_trace() {
        let own = words(1, 2, 3);
        let flags = with_state(own, state_of("a"), 7);
        let own = ContextWords { flags, ..own };
        assert_eq!((flags & 0xff, state(own.state_number(), own.trace)), (3, state_of("a")));
        assert_eq!(flags_before(own), Some(7));
        let child = ContextWords { span: 9, ..own };
        assert_eq!(with_state(child, state_of("a"), flags), flags, "the same state");
        assert_eq!(flags_before(child), None);
        assert_eq!(state(own.state_number(), [99, 99]), TraceState::NONE);
        let changed = with_state(child, TraceState::NONE, flags);
        assert_ne!(changed, flags, "to have none is a state too");
    }

    #[test]
    fn the_oldest_give_way() {
        let mut table = Table { chosen: Vec::new(), oldest: 0 };
        let chosen = |trace| Chosen { trace: [trace, 0], state: TraceState::NONE, span: 1, before: 0 };
        for trace in 0..CAPACITY as u64 {
            table.keep(chosen(trace));
        }
        assert!(table.find(1, [0, 0]).is_some());
        assert_eq!(table.keep(chosen(CAPACITY as u64)), 1);
        assert!(table.find(1, [0, 0]).is_none() && table.find(2, [1, 0]).is_some());
    }
}
