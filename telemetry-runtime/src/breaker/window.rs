//! What a breaker looks back over.

use std::collections::VecDeque;

/// Sums since some beginning; a window is the difference of two of them.
///
/// Corrections are sums too, and may be below zero: everything wraps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) finished: u64,
    pub(super) failed: u64,
    pub(super) slow: u64,
}

impl Sums {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            finished: self.finished.wrapping_add(other.finished),
            failed: self.failed.wrapping_add(other.failed),
            slow: self.slow.wrapping_add(other.slow),
        }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            finished: self.finished.wrapping_sub(other.finished),
            failed: self.failed.wrapping_sub(other.failed),
            slow: self.slow.wrapping_sub(other.slow),
        }
    }

    /// What came since `earlier`; never below zero.
    fn since(self, earlier: Self) -> Self {
        let grown = self.minus(earlier);
        let at_least_nothing = |count: u64| if count > u64::MAX / 2 { 0 } else { count };
        Self {
            finished: at_least_nothing(grown.finished),
            failed: at_least_nothing(grown.failed),
            slow: at_least_nothing(grown.slow),
        }
    }
}

/// A window over time or over calls.
#[derive(Clone, Debug)]
pub(super) enum Window {
    Time(TimeWindow),
    Count(CountWindow),
}

impl Window {
    /// The tick at which a finished call must come by, also a successful one.
    pub(super) fn next_roll(&self) -> u64 {
        match self {
            Self::Time(window) => window.next_roll,
            // The order of calls counts, so each of them comes by.
            Self::Count(_) => 0,
        }
    }

    /// Notes the boundaries up to `now`, before the call that ends now is counted; says whether there were any.
    pub(super) fn roll(&mut self, now: u64, sums: impl Fn() -> Sums) -> bool {
        match self {
            Self::Time(window) if now >= window.next_roll => {
                window.roll(now, sums());
                true
            }
            Self::Time(_) | Self::Count(_) => false,
        }
    }

    /// Takes a call that the sums hold already.
    pub(super) fn push(&mut self, failed: bool, slow: bool) {
        if let Self::Count(window) = self {
            window.push(failed, slow);
        }
    }

    pub(super) fn look_back(&self, sums: impl Fn() -> Sums) -> Sums {
        match self {
            Self::Time(window) => window.look_back(sums()),
            Self::Count(window) => window.look_back(),
        }
    }
}

/// Marks of the sums at the window's inner boundaries; exact to one of them.
#[derive(Clone, Debug)]
pub(super) struct TimeWindow {
    marks: VecDeque<Sums>,
    bucket_ticks: u64,
    next_roll: u64,
}

const BUCKETS: u64 = 10;

impl TimeWindow {
    pub(super) fn new(window_ticks: u64, now: u64, sums: Sums) -> Self {
        let bucket_ticks = (window_ticks / BUCKETS).max(1);
        Self { marks: VecDeque::from([sums]), bucket_ticks, next_roll: now.saturating_add(bucket_ticks) }
    }

    /// Notes `sums` at every boundary up to `now`; they must not yet hold the call that ends now.
    fn roll(&mut self, now: u64, sums: Sums) {
        if now < self.next_roll {
            return;
        }
        let boundaries = (now - self.next_roll) / self.bucket_ticks + 1;
        for _ in 0..boundaries.min(BUCKETS) {
            if self.marks.len() as u64 == BUCKETS {
                self.marks.pop_front();
            }
            self.marks.push_back(sums);
        }
        self.next_roll = self.next_roll.saturating_add(boundaries.saturating_mul(self.bucket_ticks));
    }

    fn look_back(&self, sums: Sums) -> Sums {
        sums.since(self.marks.front().copied().unwrap_or_default())
    }
}

/// The last calls one by one; exact, at the price of a lock on every call.
#[derive(Clone, Debug)]
pub(super) struct CountWindow {
    calls: VecDeque<Sums>,
    size: usize,
    sums: Sums,
}

impl CountWindow {
    pub(super) fn new(size: u32) -> Self {
        Self { calls: VecDeque::new(), size: size.max(1) as usize, sums: Sums::default() }
    }

    fn push(&mut self, failed: bool, slow: bool) {
        if self.calls.len() == self.size
            && let Some(oldest) = self.calls.pop_front()
        {
            self.sums = self.sums.since(oldest);
        }
        let call = Sums { finished: 1, failed: u64::from(failed), slow: u64::from(slow) };
        self.calls.push_back(call);
        self.sums.finished += 1;
        self.sums.failed += call.failed;
        self.sums.slow += call.slow;
    }

    fn look_back(&self) -> Sums {
        self.sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(finished: u64, failed: u64) -> Sums {
        Sums { finished, failed, slow: 0 }
    }

    #[test]
    fn a_time_window_forgets_what_is_older_than_itself() {
        let mut window = TimeWindow::new(100, 0, sums(0, 0));
        window.roll(5, sums(3, 3));
        assert_eq!(window.look_back(sums(4, 4)), sums(4, 4));
        window.roll(10, sums(4, 4));
        for now in (20..=90).step_by(10) {
            window.roll(now, sums(4, 4));
        }
        assert_eq!(window.look_back(sums(5, 5)), sums(5, 5), "the first bucket is still inside");
        window.roll(100, sums(5, 5));
        assert_eq!(window.look_back(sums(6, 6)), sums(2, 2), "the first bucket has left");
    }

    #[test]
    fn a_quiet_window_is_empty() {
        let mut window = TimeWindow::new(100, 0, sums(0, 0));
        window.roll(1_000_000, sums(50, 50));
        assert_eq!(window.look_back(sums(51, 51)), sums(1, 1));
        assert!(window.next_roll > 1_000_000);
    }

    #[test]
    fn a_count_window_holds_exactly_its_size() {
        let mut window = CountWindow::new(3);
        for failed in [true, true, false, false] {
            window.push(failed, failed);
        }
        assert_eq!(window.look_back(), Sums { finished: 3, failed: 1, slow: 1 });
    }
}
