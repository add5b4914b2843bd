//! Wall time of ticks, for display.

use std::time::{Duration, SystemTime};

use crate::clock::Clock;

/// How old an anchor may become.
const ANCHOR_AGE: Duration = Duration::from_secs(1);

/// Ties ticks to wall time, anew each second, so that a step of the wall clock shows within a second and no span ever
/// ends before it began.
#[derive(Debug)]
pub(crate) struct Wall {
    clock: Clock,
    tick: u64,
    time: SystemTime,
}

impl Wall {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { tick: clock.ticks(), time: SystemTime::now(), clock }
    }

    /// Looks at the wall clock again if it is time to.
    pub(crate) fn refresh(&mut self) {
        let now = self.clock.ticks();
        if self.clock.duration(now.saturating_sub(self.tick)) >= ANCHOR_AGE {
            self.tick = now;
            self.time = SystemTime::now();
        }
    }

    /// Start and end of what lasted from one tick to another.
    pub(crate) fn times(&self, start: u64, end: u64) -> (SystemTime, SystemTime) {
        let begin = self.time(start);
        (begin, begin + self.clock.duration(end.saturating_sub(start)))
    }

    pub(crate) fn seconds(&self, ticks: u64) -> f64 {
        self.clock.duration(ticks).as_secs_f64()
    }

    pub(crate) fn time(&self, tick: u64) -> SystemTime {
        let ago = self.clock.duration(self.tick.saturating_sub(tick));
        let ahead = self.clock.duration(tick.saturating_sub(self.tick));
        self.time.checked_sub(ago).unwrap_or(SystemTime::UNIX_EPOCH) + ahead
    }
}
