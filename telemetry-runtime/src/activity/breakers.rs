//! What breakers did lately.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use crate::breaker::{self, BreakerEvent, BreakerEventKind, BreakerState};

/// Transitions of one breaker that are remembered; the oldest give way.
const CAPACITY: usize = 100;

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    /// Tells which of two was first.
    number: u64,
    pub(crate) at: SystemTime,
    pub(crate) from: BreakerState,
    pub(crate) to: BreakerState,
}

/// The last transitions of each breaker of the process.
///
/// Breakers are as many as `metrics.cardinality_limit` allows; so much is remembered at the most.
#[derive(Debug, Default)]
pub(crate) struct BreakerTimeline {
    transitions: Mutex<HashMap<&'static str, VecDeque<Transition>>>,
}

impl BreakerTimeline {
    /// Remembers from now on, as long as somebody has it.
    pub(crate) fn begin() -> Arc<Self> {
        let timeline = Arc::new(Self::default());
        let told = Arc::downgrade(&timeline);
        breaker::listen(move |event| {
            if let Some(timeline) = told.upgrade() {
                timeline.note(event, SystemTime::now());
            }
        });
        timeline
    }

    fn note(&self, event: &BreakerEvent, at: SystemTime) {
        let BreakerEventKind::Transition { from, to } = event.kind else { return };
        let mut all = self.transitions.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(event.breaker).or_default();
        // Threads may tell of theirs out of order.
        let place = known.partition_point(|transition| transition.number <= event.number);
        known.insert(place, Transition { number: event.number, at, from, to });
        if known.len() > CAPACITY {
            known.pop_front();
        }
    }

    /// The transitions of a breaker, oldest first.
    pub(crate) fn of(&self, breaker: &str) -> Vec<Transition> {
        let all = self.transitions.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(breaker).into_iter().flatten().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: u64, from: BreakerState, to: BreakerState) -> BreakerEvent {
        let kind = BreakerEventKind::Transition { from, to };
        BreakerEvent { breaker: "timeline", kind, number, calls: 0, failed: 0, slow: 0 }
    }

    #[test]
    fn transitions_stand_in_their_order_and_the_last_are_kept() {
        use BreakerState::{Closed, HalfOpen, Open};
        let timeline = BreakerTimeline::default();
        let at = SystemTime::UNIX_EPOCH;
        timeline.note(&event(2, Open, HalfOpen), at);
        timeline.note(&event(1, Closed, Open), at);
        timeline.note(&BreakerEvent { kind: BreakerEventKind::WouldOpen, ..event(3, Closed, Open) }, at);
        let states: Vec<BreakerState> = timeline.of("timeline").iter().map(|change| change.to).collect();
        assert_eq!(states, [Open, HalfOpen]);
        assert!(timeline.of("other").is_empty());
        for number in 10..1000 {
            timeline.note(&event(number, Closed, Open), at);
        }
        let numbers: Vec<u64> = timeline.of("timeline").iter().map(|change| change.number).collect();
        assert_eq!(numbers, (900..1000).collect::<Vec<_>>());
    }
}
