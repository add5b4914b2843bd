//! Time that a piece of code takes.

use std::{sync::Arc, time::Duration};

use super::Histogram;
use crate::{
    clock::{self, Clock},
    scope::{self, Scope},
};

/// Counts the time that it lives in a histogram, in seconds.
///
/// ```
/// use telemetry_runtime::Metrics;
///
/// let time = Metrics::new("doc", "timer").histogram("parse_seconds", "Time that parsing took.", []);
/// {
///     let _timer = time.start_timer();
///     // What is timed.
/// }
/// time.start_timer().discard();
/// ```
#[must_use = "a timer that is dropped at once times nothing"]
#[derive(Debug)]
pub struct Timer {
    /// `None` once it is stopped.
    histogram: Option<Histogram<0>>,
    scope: Option<Arc<Scope>>,
    start: u64,
}

impl Timer {
    pub(super) fn new(histogram: Histogram<0>) -> Self {
        let mut timer = Self { histogram: Some(histogram), scope: scope::current(), start: 0 };
        timer.start = timer.clock().ticks();
        timer
    }

    /// Counts the time so far and gives it.
    pub fn stop(mut self) -> Duration {
        self.end()
    }

    /// Counts nothing.
    pub fn discard(mut self) {
        self.histogram = None;
    }

    fn end(&mut self) -> Duration {
        let clock = self.clock();
        let time = clock.duration(clock.ticks().saturating_sub(self.start));
        if let Some(histogram) = self.histogram.take() {
            histogram.observe_duration(time);
        }
        time
    }

    fn clock(&self) -> &Clock {
        match &self.scope {
            Some(scope) => scope.clock(),
            None => clock::process(),
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.end();
    }
}
