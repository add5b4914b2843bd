//! So many traces a second.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Clock;

/// A token bucket in three words, without a lock.
///
/// Instead of tokens it keeps the moment at which the bucket would be full again (the generic cell rate algorithm): a
/// trace moves that moment on by what one costs, unless it would then lie further ahead than a full bucket takes.
#[derive(Debug)]
pub(super) struct RateLimit {
    /// Ticks until there is room for one more; zero is no limit.
    interval: AtomicU64,
    /// Ticks in which an empty bucket fills.
    burst: AtomicU64,
    full_at: AtomicU64,
}

impl RateLimit {
    pub(super) const fn new() -> Self {
        Self { interval: AtomicU64::new(0), burst: AtomicU64::new(0), full_at: AtomicU64::new(0) }
    }

    /// Limits to so many a second, and to a second's worth at once; what was taken so far stays taken.
    #[cfg(feature = "_background")]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ticks of one interval; casts of what is too large saturate"
    )]
    pub(super) fn set(&self, per_second: Option<f64>, clock: &Clock) {
        let second = clock.ticks_in(std::time::Duration::from_secs(1));
        let interval = per_second.map_or(0, |rate| ((second as f64 / rate) as u64).max(1));
        self.burst.store(second.max(interval), Ordering::Relaxed);
        self.interval.store(interval, Ordering::Relaxed);
    }

    /// Takes the room of one trace, if there is some.
    pub(super) fn admits(&self, clock: &Clock) -> bool {
        let interval = self.interval.load(Ordering::Relaxed);
        if interval == 0 {
            return true;
        }
        let now = clock.ticks();
        let latest = now.saturating_add(self.burst.load(Ordering::Relaxed));
        let taken = self.full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            let next = full_at.max(now).saturating_add(interval);
            (next <= latest).then_some(next)
        });
        taken.is_ok()
    }
}

#[cfg(all(test, feature = "_background"))]
mod tests {
    use std::{thread, time::Duration};

    use super::*;

    fn admitted(limit: &RateLimit, clock: &Clock, asked: usize) -> usize {
        (0..asked).filter(|_| limit.admits(clock)).count()
    }

    #[test]
    fn a_second_is_a_full_bucket_and_no_more() {
        let (clock, hands) = Clock::manual();
        for rate in [1.0, 3.0, 7.0, 100.0, 10_000.0] {
            let limit = RateLimit::new();
            limit.set(Some(rate), &clock);
            let count = rate as usize;
            assert_eq!(admitted(&limit, &clock, 3 * count), count, "at once, {rate}");
            for _ in 0..20 {
                hands.advance(Duration::from_millis(500));
                let half = admitted(&limit, &clock, 3 * count);
                assert!(half == count / 2 || half == count.div_ceil(2), "{half} of {rate} in half a second");
            }
            hands.advance(Duration::from_secs(3600));
            assert_eq!(admitted(&limit, &clock, 3 * count), count, "a long pause saves up one second");
        }
    }

    #[test]
    fn less_than_one_a_second() {
        let (clock, hands) = Clock::manual();
        let limit = RateLimit::new();
        limit.set(Some(0.25), &clock);
        let each: Vec<usize> = (0..12)
            .map(|_| {
                let admitted = admitted(&limit, &clock, 5);
                hands.advance(Duration::from_secs(1));
                admitted
            })
            .collect();
        assert_eq!(each, [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    }

    #[test]
    fn a_change_takes_hold_at_once_and_none_is_no_limit() {
        let (clock, hands) = Clock::manual();
        let limit = RateLimit::new();
        assert_eq!(admitted(&limit, &clock, 1000), 1000);
        limit.set(Some(10.0), &clock);
        assert_eq!(admitted(&limit, &clock, 1000), 10);
        limit.set(Some(20.0), &clock);
        assert_eq!(admitted(&limit, &clock, 1000), 0, "what was taken stays taken");
        hands.advance(Duration::from_secs(1));
        assert_eq!(admitted(&limit, &clock, 1000), 20);
        limit.set(None, &clock);
        assert_eq!(admitted(&limit, &clock, 1000), 1000);
    }

    #[test]
    fn threads_together_get_no_more_than_one() {
        let (clock, _hands) = Clock::manual();
        let limit = RateLimit::new();
        limit.set(Some(1000.0), &clock);
        let all: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| admitted(&limit, &clock, 1000))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(all, 1000);
    }
}
