//! The share of calls that went well over the last minutes.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{Family, FamilyKind, Labels, Value, operation_families::ProviderTotals};

const WINDOW: Duration = Duration::from_mins(5);
const STEP: Duration = Duration::from_secs(10);

type Totals = BTreeMap<&'static str, ProviderTotals>;

/// Totals noted now and then; the rate is that of the difference to the oldest inside the window.
///
/// Whoever reads metrics moves it, so that it is exact to a step while somebody scrapes.
#[derive(Debug)]
pub(crate) struct SuccessRates {
    marks: VecDeque<(Duration, Totals)>,
}

impl Default for SuccessRates {
    /// Begins with the moment at which nothing had been called.
    fn default() -> Self {
        Self { marks: VecDeque::from([(Duration::ZERO, Totals::new())]) }
    }
}

impl SuccessRates {
    /// The rates at `now`, and a mark if it is time for one.
    pub(crate) fn collect(&mut self, now: Duration, totals: &Totals) -> Family {
        // The newest mark that is old enough stays: it is what the window begins with.
        while self.marks.get(1).is_some_and(|(at, _)| now.saturating_sub(*at) >= WINDOW) {
            self.marks.pop_front();
        }
        let family = self.family(totals);
        if self.is_mark_due(now) {
            self.marks.push_back((now, totals.clone()));
        }
        family
    }

    pub(crate) fn is_mark_due(&self, now: Duration) -> bool {
        self.marks.back().is_none_or(|(at, _)| now.saturating_sub(*at) >= STEP)
    }

    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
    fn family(&self, totals: &Totals) -> Family {
        let mut family = Family::new(
            "adapter_success_rate",
            FamilyKind::Gauge,
            "Share of calls of the last 5 minutes that went well, without cancelled ones.",
        );
        for (provider, now) in totals {
            let before = self.before(provider);
            let answered = now.answered.saturating_sub(before.answered);
            if answered > 0 {
                let succeeded = now.succeeded.saturating_sub(before.succeeded);
                let rate = (succeeded as f64 / answered as f64).min(1.0);
                family.push(&Labels::new([("provider", *provider)]), Value::Gauge(rate));
            }
        }
        family
    }

    fn before(&self, provider: &str) -> ProviderTotals {
        self.marks.front().and_then(|(_, totals)| totals.get(provider)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(rates: &mut SuccessRates, at: u64, succeeded: u64, answered: u64) -> Option<f64> {
        let totals = ProviderTotals { succeeded, answered, ..ProviderTotals::default() };
        let family = rates.collect(Duration::from_secs(at), &Totals::from([("p", totals)]));
        family.series.first().map(|series| match series.value {
            Value::Gauge(rate) => rate,
            ref other => panic!("a gauge, not {other:?}"),
        })
    }

    #[test]
    fn the_rate_looks_back_five_minutes() {
        let mut rates = SuccessRates::default();
        assert_eq!(rate(&mut rates, 5, 0, 0), None, "nothing was called");
        assert_eq!(rate(&mut rates, 60, 50, 100), Some(0.5));
        assert_eq!(rate(&mut rates, 120, 50, 200), Some(0.25));
        assert_eq!(rate(&mut rates, 200, 150, 300), Some(0.5));
        assert_eq!(rate(&mut rates, 420, 250, 400), Some(1.0), "the bad minute has left the window");
        assert_eq!(rate(&mut rates, 1000, 250, 400), None, "nothing was called for five minutes");
    }
}
