//! What is known of the events of one key.

use super::sketch::Sketch;

/// What is known of some events, without the events.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stats {
    pub(super) count: u64,
    /// How many of them had a value.
    values: u64,
    sum: f64,
    min: f64,
    max: f64,
    sketch: Sketch,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            count: 0,
            values: 0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            sketch: Sketch::default(),
        }
    }
}

impl Stats {
    pub(super) fn add(&mut self, value: Option<f64>) {
        self.count += 1;
        if let Some(value) = value {
            self.values += 1;
            self.sum += value;
            self.min = self.min.min(value);
            self.max = self.max.max(value);
            self.sketch.add(value);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.values += other.values;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sketch.merge(&other.sketch);
    }

    #[expect(clippy::cast_precision_loss, reason = "2^52 events are not to be expected")]
    pub(super) fn mean(&self) -> Option<f64> {
        self.of_values(self.sum / self.values as f64)
    }

    pub(super) fn min(&self) -> Option<f64> {
        self.of_values(self.min)
    }

    pub(super) fn max(&self) -> Option<f64> {
        self.of_values(self.max)
    }

    pub(super) fn quantile(&self, q: f64) -> Option<f64> {
        // The middle of a step may lie beyond the values in it.
        self.sketch.quantile(q).map(|value| value.clamp(self.min, self.max))
    }

    fn of_values(&self, number: f64) -> Option<f64> {
        (self.values > 0).then_some(number)
    }
}
