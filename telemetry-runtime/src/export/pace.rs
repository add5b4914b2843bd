//! How soon the reader of the rings comes back.

use std::time::Duration;

use tokio::time::Instant;

use crate::trace::ring;

/// How long a span waits in a ring at the most, if nobody asks sooner.
const LONGEST: Duration = Duration::from_millis(50);

/// What the runtime's timer can tell apart.
const SHORTEST: Duration = Duration::from_millis(1);

/// How full the fullest ring should be when the reader comes: half of what would wake it.
const AIM: u32 = ring::BLOCKS as u32 / 8;

/// How soon the reader of the rings comes back, by how fast they fill.
///
/// Waking it costs a thread microseconds, as much as hundreds of spans; who fills a ring steadily is met before.
#[derive(Debug)]
pub(super) struct Pace {
    last: Instant,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self { last: now }
    }

    /// How long to wait after a pass that took so many blocks out of the fullest ring.
    pub(super) fn next(&mut self, now: Instant, taken: usize) -> Duration {
        let since = now.saturating_duration_since(std::mem::replace(&mut self.last, now));
        let taken = u32::try_from(taken).unwrap_or(u32::MAX).max(1);
        (since * AIM / taken).clamp(SHORTEST, LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_comes_before_a_quarter_is_full() {
        let begin = Instant::now();
        let after = |millis: u64, taken: u32| {
            let mut pace = Pace::new(begin);
            pace.next(begin + Duration::from_millis(millis), taken as usize)
        };
        assert_eq!(after(50, 0), LONGEST);
        assert_eq!(after(50, 1), LONGEST);
        assert_eq!(after(20, AIM), Duration::from_millis(20));
        assert_eq!(after(20, 2 * AIM), Duration::from_millis(10));
        assert_eq!(after(20, AIM / 2), Duration::from_millis(40));
        assert_eq!(after(0, AIM), SHORTEST);
        assert_eq!(after(1, ring::BLOCKS as u32), SHORTEST);
    }

    #[test]
    fn a_pause_counts_from_the_pass_before() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        assert_eq!(pace.next(begin + Duration::from_secs(9), AIM as usize), LONGEST);
        let soon = begin + Duration::from_secs(9) + Duration::from_millis(4);
        assert_eq!(pace.next(soon, AIM as usize), Duration::from_millis(4));
    }
}
