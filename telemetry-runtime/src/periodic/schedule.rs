//! When a job is due.

use std::time::Duration;

/// How often a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Longer than zero.
    pub(crate) interval: Duration,
    /// The largest random delay; half of the interval counts at the most, so that runs keep their order.
    pub(crate) jitter: Duration,
}

/// When a job is due: once in each interval from the start on, each time later by a random share of the jitter.
///
/// Delays do not add up. A run that takes longer than its interval leaves out those that it missed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    pace: Pace,
    /// The beginning of the interval whose run is next.
    tick: Duration,
    due: Duration,
}

impl Schedule {
    /// The first run is in the interval that begins now.
    pub(super) fn new(pace: Pace, now: Duration, random: u64) -> Self {
        Self { pace, tick: now, due: now + pace.delay(random) }
    }

    pub(super) fn due(&self) -> Duration {
        self.due
    }

    /// Goes on to the next interval that has not begun at `now`.
    pub(super) fn advance(&mut self, now: Duration, random: u64) {
        let interval = self.pace.interval.as_nanos().max(1);
        let passed = now.saturating_sub(self.tick).as_nanos() / interval + 1;
        let ahead = passed.saturating_mul(interval);
        self.tick += Duration::from_nanos(u64::try_from(ahead).unwrap_or(u64::MAX));
        self.due = self.tick + self.pace.delay(random);
    }
}

impl Pace {
    fn delay(&self, random: u64) -> Duration {
        const STEPS: u32 = 1 << 16;
        let share = u32::try_from(random % u64::from(STEPS)).unwrap_or(0);
        self.jitter.min(self.interval / 2) * share / STEPS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    const SECOND: Duration = Duration::from_secs(1);
    /// The largest share.
    const MOST: u64 = (1 << 16) - 1;

    #[test]
    fn a_run_is_due_once_in_each_interval() {
        let (clock, hands) = Clock::manual();
        let mut schedule =
            Schedule::new(Pace { interval: 30 * SECOND, jitter: Duration::ZERO }, clock.now(), MOST);
        let begun = clock.now();
        assert_eq!(schedule.due(), begun, "the first at once");
        for run in 1..10 {
            hands.advance(SECOND);
            schedule.advance(clock.now(), MOST);
            assert_eq!(schedule.due(), begun + 30 * SECOND * run);
            hands.advance(29 * SECOND);
        }
    }

    #[test]
    fn jitter_delays_by_a_random_share_and_does_not_add_up() {
        let pace = Pace { interval: 60 * SECOND, jitter: 5 * SECOND };
        let mut schedule = Schedule::new(pace, Duration::ZERO, 0);
        let mut delays = Vec::new();
        for run in 1..1000_u32 {
            // Spread over all shares.
            schedule.advance(schedule.due(), u64::from(run) * 40_503);
            let delay = schedule.due() - 60 * SECOND * run;
            assert!(delay < 5 * SECOND, "{delay:?}");
            delays.push(delay);
        }
        assert!(delays.iter().any(|delay| *delay < SECOND) && delays.iter().any(|delay| *delay > 4 * SECOND));
    }

    #[test]
    fn jitter_keeps_within_half_of_the_interval() {
        let pace = Pace { interval: SECOND, jitter: 5 * SECOND };
        let schedule = Schedule::new(pace, Duration::ZERO, MOST);
        assert!(schedule.due() < SECOND / 2 && schedule.due() > SECOND / 3, "{schedule:?}");
    }

    #[test]
    fn runs_that_were_missed_are_left_out() {
        let pace = Pace { interval: 10 * SECOND, jitter: Duration::ZERO };
        let mut schedule = Schedule::new(pace, Duration::ZERO, 0);
        schedule.advance(35 * SECOND, 0);
        assert_eq!(schedule.due(), 40 * SECOND);
        schedule.advance(40 * SECOND, 0);
        assert_eq!(schedule.due(), 50 * SECOND);
    }
}
