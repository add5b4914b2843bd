//! What lies between two readings of a histogram.

use super::HistogramValue;

impl HistogramValue {
    /// The values that came after `earlier`, which is of the same series.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let before = earlier.counts.iter().copied().chain(std::iter::repeat(0));
        let counts = self.counts.iter().zip(before).map(|(now, before)| now.saturating_sub(before)).collect();
        Self::new(self.buckets.clone(), counts, self.sum - earlier.sum)
    }

    /// The value below which so large a share of all values lies; `None` without values.
    ///
    /// As Prometheus has it: values are taken to be spread evenly within a bucket, and those beyond the last bound to
    /// lie on it.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "2^52 values are not to be expected")]
        let as_f64 = |count: u64| count as f64;
        let rank = as_f64(self.count()) * share;
        let mut below = 0;
        for (bucket, count) in self.counts.iter().copied().enumerate() {
            if count > 0 && as_f64(below + count) >= rank {
                let bound = |bucket: usize| self.bounds().get(bucket).copied();
                let lower = bucket.checked_sub(1).and_then(bound).unwrap_or_default();
                let Some(upper) = bound(bucket) else { return Some(lower) };
                return Some(lower + (upper - lower) * (rank - as_f64(below)) / as_f64(count));
            }
            below += count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Buckets;

    fn histogram(counts: [u64; 4]) -> HistogramValue {
        HistogramValue::new(Buckets::new([1.0, 2.0, 4.0]), counts.into(), 0.0)
    }

    #[test]
    fn quantiles_lie_within_their_bucket() {
        let spread = histogram([10, 10, 0, 0]);
        assert_eq!(
            [0.25, 0.5, 0.75, 1.0].map(|share| spread.quantile(share)),
            [Some(0.5), Some(1.0), Some(1.5), Some(2.0)]
        );
        assert_eq!(histogram([0, 0, 0, 5]).quantile(0.5), Some(4.0), "nobody knows how far beyond");
        assert_eq!(histogram([0, 4, 0, 0]).quantile(0.0), Some(1.0));
        assert_eq!(histogram([0; 4]).quantile(0.5), None);
    }

    #[test]
    fn what_was_before_is_taken_off() {
        let since = histogram([5, 5, 1, 0]).since(&histogram([5, 1, 0, 0]));
        assert_eq!(since.counts(), [0, 4, 1, 0]);
    }
}
