//! How fast operations use up what their objectives let fail.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use super::{
    counts::Counts,
    operations::{OperationKey, OperationNow},
    share,
};

const FIVE_MINUTES: Duration = Duration::from_mins(5);
const HOUR: Duration = Duration::from_hours(1);

/// The time between two marks.
const STEP: Duration = Duration::from_secs(10);

/// So many times faster than the objective allows; none if nothing was called.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Burn {
    pub(super) five_minutes: Option<f64>,
    pub(super) hour: Option<f64>,
}

/// Bad and answered calls of each operation with an objective, noted now and then for an hour.
#[derive(Debug)]
pub(crate) struct Burns {
    now: Duration,
    /// Nothing had been counted at the beginning, because that is the clock's.
    is_whole: bool,
    marks: HashMap<OperationKey, VecDeque<(Duration, Calls)>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Calls {
    bad: u64,
    answered: u64,
}

impl Burns {
    pub(super) fn new(now: Duration) -> Self {
        Self { now, is_whole: now <= HOUR, marks: HashMap::new() }
    }

    /// Notes where an operation is, if it is time to.
    pub(super) fn note(&mut self, now: Duration, operation: &OperationNow) {
        self.now = now;
        if operation.operation.slo().is_none() {
            return;
        }
        let is_whole = self.is_whole;
        let marks = self.marks.entry(operation.key()).or_insert_with(|| {
            if is_whole { VecDeque::from([(Duration::ZERO, Calls::default())]) } else { VecDeque::new() }
        });
        // The newest mark that is old enough stays: it is what the hour begins with.
        while marks.get(1).is_some_and(|(at, _)| now.saturating_sub(*at) >= HOUR) {
            marks.pop_front();
        }
        if marks.back().is_none_or(|(at, _)| now.saturating_sub(*at) >= STEP) {
            marks.push_back((now, Calls::of(operation)));
        }
    }

    pub(super) fn of(&self, operation: &OperationNow) -> Burn {
        let (Some(slo), Some(marks)) = (operation.operation.slo(), self.marks.get(&operation.key())) else {
            return Burn::default();
        };
        // A share such as 0.001 and not 0.0009999999999999432.
        let budget = ((100.0 - slo.target()) * 1e7).round() / 1e9;
        let now = Calls::of(operation);
        let over = |window: Duration| {
            let begin = self.now.saturating_sub(window);
            let place = marks.partition_point(|(at, _)| *at <= begin).saturating_sub(1);
            let (_, before) = marks.get(place)?;
            let bad = now.bad.saturating_sub(before.bad);
            share(bad, now.answered.saturating_sub(before.answered)).map(|share| share.min(1.0) / budget)
        };
        Burn { five_minutes: over(FIVE_MINUTES), hour: over(HOUR) }
    }
}

impl Calls {
    /// Bad is what failed, and what took longer than the histogram's bound for the latency.
    fn of(operation: &OperationNow) -> Self {
        let Counts { buckets, .. } = &operation.counts;
        let latency = operation.operation.slo().map_or(0.0, |slo| slo.latency().as_secs_f64());
        let fast = operation.bounds().partition_point(|bound| *bound < latency) + 1;
        let slow: u64 = buckets.iter().skip(fast).sum();
        Self { bad: operation.counts.failed() + slow, answered: operation.counts.answered() }
    }
}
