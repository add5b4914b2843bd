//! Quantiles of many values in few bytes.

/// Steps of each doubling, as a power of two.
const STEP_BITS: u32 = 5;

/// Bits of a number's mantissa below a step.
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - STEP_BITS;

/// 2^-30: smaller magnitudes count as zero.
const SMALLEST: f64 = 1.0 / (1_u64 << 30) as f64;

/// 2^50: larger magnitudes count as it.
const LARGEST: f64 = (1_u64 << 50) as f64;

/// By how much a quantile may be off, relative to itself: half a step.
#[cfg(test)]
pub(super) const RELATIVE_ERROR: f64 = 1.0 / (1_u64 << (STEP_BITS + 1)) as f64;

/// Counts of values in steps of at most 1/32 of themselves; sketches of parts add up to the sketch of the whole.
///
/// At most 5121 steps of eight bytes, of which only those that hold values exist.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sketch {
    /// Sorted by step.
    steps: Vec<(i16, u32)>,
}

impl Sketch {
    pub(super) fn add(&mut self, value: f64) {
        self.add_to(step(value), 1);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (step, count) in &other.steps {
            self.add_to(*step, *count);
        }
    }

    fn add_to(&mut self, step: i16, more: u32) {
        match self.steps.binary_search_by_key(&step, |(step, _)| *step) {
            Ok(at) => self.steps[at].1 = self.steps[at].1.saturating_add(more),
            Err(at) => self.steps.insert(at, (step, more)),
        }
    }

    /// The value that the part `q` of all values does not exceed, by the nearest rank; `None` without values.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks"
    )]
    pub(super) fn quantile(&self, q: f64) -> Option<f64> {
        let count: u64 = self.steps.iter().map(|(_, count)| u64::from(*count)).sum();
        let rank = ((count as f64 * q).ceil() as u64).max(1);
        let mut seen = 0;
        let step = self.steps.iter().find(|(_, count)| {
            seen += u64::from(*count);
            seen >= rank
        });
        step.map(|(step, _)| middle(*step))
    }
}

/// Zero for zero, then up by one each step; negative for negative values.
fn step(value: f64) -> i16 {
    let magnitude = value.abs();
    if magnitude < SMALLEST || magnitude.is_nan() {
        return 0;
    }
    let above = (magnitude.min(LARGEST).to_bits() >> SHIFT) - (SMALLEST.to_bits() >> SHIFT);
    let step = i16::try_from(above + 1).unwrap_or(i16::MAX);
    if value < 0.0 { -step } else { step }
}

fn middle(step: i16) -> f64 {
    if step == 0 {
        return 0.0;
    }
    let begin = (SMALLEST.to_bits() >> SHIFT) + u64::from(step.unsigned_abs()) - 1;
    let middle = f64::midpoint(f64::from_bits(begin << SHIFT), f64::from_bits((begin + 1) << SHIFT));
    if step < 0 { -middle } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_near_the_middle_of_its_step() {
        let mut value = SMALLEST;
        while value < LARGEST {
            for value in [value, -value] {
                let off = (middle(step(value)) - value).abs() / value.abs();
                assert!(off <= RELATIVE_ERROR, "{value}: {off}");
            }
            value *= 1.003;
        }
        assert_eq!(middle(step(0.0)), 0.0);
        assert_eq!(step(f64::MAX), step(LARGEST));
        assert!(usize::try_from(step(LARGEST)).expect("positive") <= 2561);
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let (mut whole, mut parts) = (Sketch::default(), [Sketch::default(), Sketch::default()]);
        for value in (1..100).map(|value| f64::from(value * value) - 500.0) {
            whole.add(value);
            parts[usize::from(value > 800.0)].add(value);
        }
        let [mut merged, other] = parts;
        merged.merge(&other);
        assert_eq!(merged, whole);
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!(Sketch::default().quantile(0.5), None);
    }
}
