//! Bucket bounds of histograms.

use std::time::Duration;

use crate::clock::Clock;

/// Upper bounds in the unit of the family, increasing, without `+Inf`.
pub(crate) type Bounds = &'static [f64];

/// The bounds that OpenTelemetry advises for `http.server.request.duration`, in seconds.
pub(crate) const DEFAULT_BOUNDS: Bounds =
    &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Bounds of one call histogram at the most; the cells have one more word for `+Inf`.
pub(crate) const MAX_BOUNDS: usize = 15;

/// Bounds in seconds, converted to a clock's ticks once.
#[derive(Debug)]
pub(crate) struct TickBounds {
    ticks: [u64; MAX_BOUNDS],
    len: usize,
}

impl TickBounds {
    pub(crate) fn new(seconds: Bounds, clock: &Clock) -> Self {
        let mut ticks = [u64::MAX; MAX_BOUNDS];
        for (tick, bound) in ticks.iter_mut().zip(seconds) {
            *tick = clock.ticks_in(Duration::from_secs_f64(*bound));
        }
        Self { ticks, len: seconds.len().min(MAX_BOUNDS) }
    }

    /// The bucket of a duration: the first bound that is not below it.
    #[inline(always)]
    pub(crate) fn bucket(&self, ticks: u64) -> usize {
        // Most calls of most programs fall into the first bucket.
        if ticks <= self.ticks[0] { 0 } else { self.search(ticks) }
    }

    #[inline(never)]
    fn search(&self, ticks: u64) -> usize {
        self.ticks[..self.len].partition_point(|bound| *bound < ticks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_falls_into_the_first_bound_not_below_it() {
        let (clock, _) = Clock::manual();
        let bounds = TickBounds::new(DEFAULT_BOUNDS, &clock);
        let cases = [
            (0, 0),
            (5_000_000, 0),
            (5_000_001, 1),
            (10_000_000_000, 13),
            (10_000_000_001, 14),
            (u64::MAX, 14),
        ];
        for (nanos, bucket) in cases {
            assert_eq!(bounds.bucket(nanos), bucket, "{nanos} ns");
        }
    }
}
