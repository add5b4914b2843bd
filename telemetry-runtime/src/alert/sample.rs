//! Values of a series, now and over a window.

use std::{collections::VecDeque, time::Duration};

use super::rule::Rule;
use crate::{
    metrics::{HistogramValue, Series, Value},
    settings::AlertAggregation,
};

/// Steps that a window is looked back over; more would cost memory and tell little.
const STEPS: u32 = 30;

/// What series of one group add up to at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sample {
    /// A value, or all that was counted.
    number: f64,
    /// What the numerator counts of it.
    part: f64,
    /// Where the rule asks for a quantile.
    histogram: Option<HistogramValue>,
}

impl Sample {
    /// Adds a series.
    #[expect(clippy::cast_precision_loss, reason = "2^52 of anything are not to be expected")]
    pub(super) fn add(&mut self, series: &Series, is_part: bool, has_buckets: bool) {
        let number = match &series.value {
            Value::Counter(count) => *count as f64,
            Value::Amount(value) | Value::Gauge(value) => *value,
            Value::Histogram(value) if has_buckets => return self.add_histogram(value),
            Value::Histogram(value) => value.count() as f64,
        };
        self.number += number;
        if is_part {
            self.part += number;
        }
    }

    /// Series with other bounds than the first are left out: their buckets mean something else.
    fn add_histogram(&mut self, value: &HistogramValue) {
        match &mut self.histogram {
            Some(sum) if sum.bounds() == value.bounds() => sum.add(value),
            Some(_) => {}
            // Without the examples of its buckets, which a sum has none of.
            none => *none = Some(HistogramValue::new(value.buckets.clone(), value.counts.clone(), value.sum)),
        }
    }

    /// The increase since `before`; what has shrunk has begun anew.
    fn since(&self, before: &Self) -> Self {
        let grown = |now: f64, before: f64| if now < before { now } else { now - before };
        let grown_histogram = |now: &HistogramValue| match &before.histogram {
            Some(before) if before.count() <= now.count() => now.since(before),
            _ => now.clone(),
        };
        Self {
            number: grown(self.number, before.number),
            part: grown(self.part, before.part),
            histogram: self.histogram.as_ref().map(grown_histogram),
        }
    }
}

/// When a rule has looked, as far as its window reaches.
#[derive(Debug, Default)]
pub(super) struct Times(VecDeque<Duration>);

impl Times {
    /// Forgets what lies before the window but for the last, which is where the window begins.
    pub(super) fn forget(&mut self, now: Duration, window: Duration) {
        while self.0.get(1).is_some_and(|next| *next + window <= now) {
            self.0.pop_front();
        }
    }

    /// Whether the moment is worth being remembered.
    pub(super) fn is_due(&self, now: Duration, window: Duration) -> bool {
        self.0.back().is_none_or(|last| now.saturating_sub(*last) >= window / STEPS)
    }

    pub(super) fn push(&mut self, now: Duration) {
        self.0.push_back(now);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a group added up to at those times; one that came later has fewer.
#[derive(Debug, Default)]
pub(super) struct Past {
    samples: VecDeque<Sample>,
    /// Before it came it had counted nothing, rather than elsewhere.
    from_zero: bool,
}

impl Past {
    pub(super) fn of_new(from_zero: bool) -> Self {
        Self { samples: VecDeque::new(), from_zero }
    }

    pub(super) fn forget(&mut self, times: &Times) {
        while self.samples.len() > times.0.len() {
            self.samples.pop_front();
        }
    }

    pub(super) fn push(&mut self, sample: Sample) {
        self.samples.push_back(sample);
    }

    /// What has come since the window began, and since when that is; `None` if there is nothing to compare with.
    fn increase(&self, times: &Times, sample: &Sample) -> Option<(Duration, Sample)> {
        let later = times.0.len() - self.samples.len().min(times.0.len());
        if later > 0 && self.from_zero {
            return Some((*times.0.front()?, sample.clone()));
        }
        Some((*times.0.get(later)?, sample.since(self.samples.front()?)))
    }
}

/// What a rule makes of a group's values.
pub(super) fn value(rule: &Rule, sample: &Sample, past: &Past, times: &Times, now: Duration) -> Option<f64> {
    let aggregation = rule.settings.aggregation;
    if aggregation == AlertAggregation::Value {
        return Some(sample.number).filter(|value| !value.is_nan());
    }
    let (begin, increase) = past.increase(times, sample)?;
    let elapsed = now.checked_sub(begin).filter(|elapsed| !elapsed.is_zero())?;
    match aggregation {
        AlertAggregation::Rate => Some(increase.number / elapsed.as_secs_f64()),
        // Where nothing was counted, no share of it is too large.
        AlertAggregation::Ratio => Some(increase.part / increase.number).filter(|share| share.is_finite()),
        _ => increase.histogram?.quantile(rule.quantile()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::AlertRuleSettings;

    fn rule(aggregation: AlertAggregation) -> Rule {
        let mut settings = AlertRuleSettings::new("m", 0.0);
        settings.aggregation = aggregation;
        Rule::new(settings, Duration::ZERO)
    }

    fn sample(number: f64, part: f64) -> Sample {
        Sample { number, part, histogram: None }
    }

    fn past<const N: usize>(samples: [Sample; N], from_zero: bool) -> Past {
        Past { samples: samples.into(), from_zero }
    }

    fn at(seconds: &[u64]) -> Times {
        Times(seconds.iter().copied().map(Duration::from_secs).collect())
    }

    #[test]
    fn rates_and_ratios_look_back_to_where_the_window_begins() {
        let times = at(&[100, 115]);
        let past = past([sample(10.0, 1.0), sample(40.0, 2.0)], true);
        let of = |aggregation, now: &Sample| {
            value(&rule(aggregation), now, &past, &times, Duration::from_secs(130))
        };
        assert_eq!(of(AlertAggregation::Rate, &sample(70.0, 4.0)), Some(2.0));
        assert_eq!(of(AlertAggregation::Ratio, &sample(70.0, 4.0)), Some(0.05));
        assert_eq!(of(AlertAggregation::Rate, &sample(3.0, 0.0)), Some(0.1), "it has begun anew");
        assert_eq!(of(AlertAggregation::Ratio, &sample(10.0, 1.0)), None, "nothing was counted");
    }

    #[test]
    fn a_series_that_came_later_had_counted_nothing_or_elsewhere() {
        let rate = rule(AlertAggregation::Rate);
        let value = |from_zero, times: &[u64]| {
            let past = past([sample(5.0, 0.0)], from_zero);
            value(&rate, &sample(6.5, 0.0), &past, &at(times), Duration::from_secs(130))
        };
        assert_eq!(value(true, &[65, 115]), Some(0.1));
        assert_eq!(value(false, &[65, 115]), Some(0.1), "1.5 in the 15 s that it is known for");
        assert_eq!(value(true, &[]), None, "the first look has nothing to compare with");
    }

    #[test]
    fn times_are_few_and_reach_as_far_as_the_window() {
        let window = Duration::from_secs(300);
        let mut times = Times::default();
        for second in 0..1000 {
            let now = Duration::from_secs(second);
            times.forget(now, window);
            if times.is_due(now, window) {
                times.push(now);
            }
        }
        assert!(times.0.len() <= STEPS as usize + 2, "{}", times.0.len());
        let begin = times.0.front().expect("many");
        assert!((688..=699).contains(&begin.as_secs()), "{begin:?}");
    }
}
