//! Quantiles of histograms.

/// The value below which the share `q` of all values lies, by the line between a bucket's bounds.
///
/// As Prometheus reckons it: the first bucket begins at zero, and what lies above all bounds counts as the last one.
/// `None` without any value.
#[expect(clippy::cast_precision_loss, reason = "a quantile of buckets is no more exact")]
pub(super) fn quantile(q: f64, bounds: &[f64], counts: &[u64]) -> Option<f64> {
    let all: u64 = counts.iter().sum();
    if all == 0 {
        return None;
    }
    let rank = q * all as f64;
    let (mut below, mut from) = (0.0, 0.0);
    for (bound, count) in bounds.iter().zip(counts) {
        let count = *count as f64;
        if below + count >= rank && count > 0.0 {
            return Some(from + (bound - from) * ((rank - below) / count).clamp(0.0, 1.0));
        }
        below += count;
        from = *bound;
    }
    bounds.last().copied()
}

/// The same of histograms with different bounds.
pub(super) fn quantile_of_all<'a>(q: f64, all: impl Iterator<Item = (&'a [f64], &'a [u64])>) -> Option<f64> {
    let mut merged: Vec<(f64, u64)> = Vec::new();
    let mut above = 0;
    for (bounds, counts) in all {
        for (index, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            match bounds.get(index) {
                Some(bound) => merged.push((*bound, *count)),
                None => above += count,
            }
        }
        // An empty bucket below still says where the next one begins.
        merged.extend(bounds.iter().map(|bound| (*bound, 0)));
    }
    merged.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    merged.dedup_by(|(bound, count), (kept, sum)| {
        let is_same = bound == kept;
        if is_same {
            *sum += *count;
        }
        is_same
    });
    let (bounds, mut counts): (Vec<f64>, Vec<u64>) = merged.into_iter().unzip();
    counts.push(above);
    quantile(q, &bounds, &counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: [f64; 3] = [0.1, 0.5, 1.0];

    #[test]
    fn the_line_between_two_bounds() {
        assert_eq!(quantile(0.5, &BOUNDS, &[0, 0, 0, 0]), None);
        assert_eq!(quantile(0.5, &BOUNDS, &[10, 0, 0, 0]), Some(0.05));
        assert_eq!(quantile(0.5, &BOUNDS, &[0, 10, 0, 0]), Some(0.1 + 0.4 * 0.5));
        assert_eq!(quantile(0.95, &BOUNDS, &[90, 0, 10, 0]), Some(0.75));
        assert_eq!(quantile(0.99, &BOUNDS, &[1, 0, 0, 99]), Some(1.0), "above all bounds");
        assert_eq!(quantile(0.0, &BOUNDS, &[0, 0, 5, 0]), Some(0.5));
        assert_eq!(quantile(1.0, &BOUNDS, &[5, 0, 0, 0]), Some(0.1));
    }

    #[test]
    fn histograms_of_different_bounds() {
        let same = quantile_of_all(0.5, [(&BOUNDS[..], &[5, 0, 5, 0][..]); 2].into_iter());
        assert_eq!(same, quantile(0.5, &BOUNDS, &[10, 0, 10, 0]));
        let other = [(&BOUNDS[..], &[10, 0, 0, 0][..]), (&[0.25][..], &[0, 10][..])];
        assert_eq!(quantile_of_all(0.5, other.into_iter()), Some(0.1));
        assert_eq!(quantile_of_all(0.9, other.into_iter()), Some(1.0));
        assert_eq!(quantile_of_all(0.9, std::iter::empty()), None);
    }
}
