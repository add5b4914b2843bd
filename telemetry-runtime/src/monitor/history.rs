//! What was measured lately.

use std::{
    collections::{HashMap, VecDeque},
    time::SystemTime,
};

use crate::metrics::{Labels, system_families};

/// Metrics whose values are kept at the most: a name made of an id must not fill the memory.
const MAX_METRICS: usize = 256;

/// One value that was measured.
///
/// ```
/// # let telemetry = telemetry_runtime::Telemetry::builder().build()?;
/// # let monitor = telemetry.monitor().expect("nobody switched it off");
/// monitor.record("room_temperature_celsius", 21.5, &[("room", "lab")]);
/// let kept = monitor.history("room_temperature_celsius");
/// assert_eq!((kept[0].value, kept[0].labels.get("room")), (21.5, Some("lab")));
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// When it was measured.
    pub time: SystemTime,
    /// What was measured; of a counter all so far.
    pub value: f64,
    /// What sets it apart in its metric.
    pub labels: Labels,
}

/// The latest values of each metric, oldest first.
#[derive(Debug)]
pub(super) struct History {
    size: usize,
    by_metric: HashMap<String, VecDeque<Sample>>,
}

impl History {
    /// Keeps so many values of each metric.
    pub(super) fn new(size: usize) -> Self {
        Self { size: size.max(1), by_metric: HashMap::new() }
    }

    /// Keeps the values; says whether there was room for the metric.
    pub(super) fn keep(&mut self, metric: &str, values: impl IntoIterator<Item = (Labels, f64)>) -> bool {
        if !self.by_metric.contains_key(metric) {
            if self.by_metric.len() >= MAX_METRICS {
                return false;
            }
            self.by_metric.insert(metric.to_owned(), VecDeque::new());
        }
        let Some(kept) = self.by_metric.get_mut(metric) else { return false };
        let time = SystemTime::now();
        for (labels, value) in values {
            if kept.len() >= self.size {
                kept.pop_front();
            }
            kept.push_back(Sample { time, value, labels });
        }
        true
    }

    /// The values of a metric, or of what a short name such as `cpu` stands for.
    pub(super) fn of(&self, name: &str) -> Vec<Sample> {
        let (metric, picked) = match system_families::of_short_name(name) {
            Some((family, picked)) if !self.by_metric.contains_key(name) => (family.name, picked),
            _ => (name, [].as_slice()),
        };
        let has_all =
            |sample: &&Sample| picked.iter().all(|(name, value)| sample.labels.get(name) == Some(*value));
        self.by_metric.get(metric).into_iter().flatten().filter(has_all).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(kind: &'static str) -> Labels {
        Labels::new([("type", kind)])
    }

    fn values(history: &History, name: &str) -> Vec<f64> {
        history.of(name).iter().map(|sample| sample.value).collect()
    }

    #[test]
    fn the_oldest_make_room_and_metrics_do_not_share() {
        let mut history = History::new(3);
        (0..5).for_each(|n| assert!(history.keep("a", [(labels("x"), f64::from(n))])));
        assert!(history.keep("b", [(labels("x"), 9.0)]));
        assert_eq!((values(&history, "a"), values(&history, "b")), (vec![2.0, 3.0, 4.0], vec![9.0]));
        assert!(history.of("c").is_empty());
    }

    #[test]
    fn a_short_name_picks_its_series() {
        let mut history = History::new(10);
        history.keep("cpu_usage_percent", [(labels("user"), 10.0), (labels("total"), 15.0)]);
        assert_eq!((values(&history, "cpu"), values(&history, "cpu_usage_percent").len()), (vec![15.0], 2));
        history.keep("cpu", [(labels("x"), 1.0)]);
        assert_eq!(values(&history, "cpu"), [1.0], "the program's own metric wins");
    }

    #[test]
    fn there_is_an_end_of_metrics() {
        let mut history = History::new(1);
        assert!((0..MAX_METRICS).all(|n| history.keep(&n.to_string(), [])));
        assert!(!history.keep("one more", [(labels("x"), 1.0)]));
        assert!(history.keep("0", [(labels("x"), 1.0)]));
    }
}
