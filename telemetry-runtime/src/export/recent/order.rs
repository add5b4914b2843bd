//! Which trace gives way next.

use std::collections::VecDeque;

use opentelemetry::TraceId;

/// Traces by age; the oldest gives way, but those that failed keep about half of the room.
///
/// Failures are what is looked for, and a busy program would push them out within seconds.
#[derive(Debug, Default)]
pub(super) struct Order {
    taken: u64,
    /// Oldest first, as all below, with the number of each trace.
    well: VecDeque<(u64, TraceId)>,
    failed: VecDeque<(u64, TraceId)>,
}

impl Order {
    /// A trace that has not failed so far.
    pub(super) fn push(&mut self, id: TraceId) {
        self.well.push_back((self.taken, id));
        self.taken += 1;
    }

    /// The trace has failed after all.
    pub(super) fn fail(&mut self, id: TraceId) {
        // Most fail soon after they have begun.
        let place = self.well.iter().rposition(|(_, known)| *known == id);
        if let Some(trace) = place.and_then(|place| self.well.remove(place)) {
            let place = self.failed.partition_point(|known| known.0 < trace.0);
            self.failed.insert(place, trace);
        }
    }

    /// Takes out the trace that gives way.
    pub(super) fn pop(&mut self) -> Option<TraceId> {
        let queue = if self.failed.len() > self.well.len() { &mut self.failed } else { &mut self.well };
        queue.pop_front().map(|(_, id)| id)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.well.len() + self.failed.len()
    }

    pub(super) fn newest(&self) -> impl Iterator<Item = TraceId> {
        let mut well = self.well.iter().rev().peekable();
        let mut failed = self.failed.iter().rev().peekable();
        std::iter::from_fn(move || {
            let is_well = match (well.peek(), failed.peek()) {
                (Some(well), Some(failed)) => well.0 > failed.0,
                (well, _) => well.is_some(),
            };
            let next = if is_well { well.next() } else { failed.next() };
            next.map(|(_, id)| *id)
        })
    }
}
