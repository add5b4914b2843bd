//! How long a breaker stays open.

/// How long a breaker stays open, in ticks: always the same time, or longer with each failed recovery.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OpenTime {
    pub(super) first: u64,
    /// Not passed by anything, jitter included.
    pub(super) max: u64,
    pub(super) multiplier: f64,
    /// Share of the time that is random, both ways.
    pub(super) jitter: f64,
}

impl OpenTime {
    /// The time of the opening that `failed_recoveries` came before; `random` lies in 0 to 1.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time needs no more than 52 bits, and a cast of a float saturates"
    )]
    pub(super) fn ticks(&self, failed_recoveries: u32, random: f64) -> u64 {
        let exponent = i32::try_from(failed_recoveries).unwrap_or(i32::MAX);
        let wait = (self.first as f64 * self.multiplier.powi(exponent)).min(self.max as f64);
        let spread = self.jitter * (2.0 * random - 1.0);
        if self.multiplier == 1.0 && spread == 0.0 {
            return self.first.min(self.max);
        }
        ((wait * (1.0 + spread)) as u64).min(self.max)
    }
}

/// Random numbers that need no quality, only to differ from one breaker to the next.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// From 0 to below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub(super) fn next(&mut self) -> f64 {
        // xorshift64 (Marsaglia 2003): period 2^64 - 1, never zero.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_time_stays_what_it_is() {
        let time = OpenTime { first: 3_000_000_007, max: u64::MAX, multiplier: 1.0, jitter: 0.0 };
        assert_eq!([0, 1, u32::MAX].map(|failed| time.ticks(failed, 0.9)), [3_000_000_007; 3]);
    }

    #[test]
    fn an_exponential_time_grows_up_to_its_cap() {
        let time = OpenTime { first: 100, max: 1_000, multiplier: 2.0, jitter: 0.0 };
        let times = [0, 1, 2, 3, 4, 100, u32::MAX].map(|failed| time.ticks(failed, 0.5));
        assert_eq!(times, [100, 200, 400, 800, 1_000, 1_000, 1_000]);
    }

    #[test]
    fn jitter_spreads_both_ways_and_never_beyond_the_cap() {
        let time = OpenTime { first: 1_000, max: 1_100, multiplier: 1.0, jitter: 0.5 };
        assert_eq!(
            [0.0, 0.25, 0.5, 0.75, 1.0].map(|random| time.ticks(0, random)),
            [500, 750, 1_000, 1_100, 1_100]
        );
        let mut random = Random::new(42);
        let drawn: Vec<f64> = (0..1_000).map(|_| random.next()).collect();
        assert!(drawn.iter().all(|value| (0.0..1.0).contains(value)));
        let mean = drawn.iter().sum::<f64>() / 1_000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
