//! What a series says, and what the server is told of it.

use std::collections::BTreeMap;

use super::identity::{Identity, Style, all};
use crate::metrics::{Family, HistogramValue, Series, Snapshot, Value};

/// What a series says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    Count(u64),
    /// Of a histogram's values, or of what is not counted one by one.
    Sum(f64),
    Level(f64),
}

/// Families that have other names in this world.
const NAMES: [(&str, &str); 3] = [
    ("app_request_count_total", "app.request.count"),
    ("app_request_latency_ms", "app.request.latency.ms"),
    ("app_error_count_total", "app.error.count"),
];

/// All that a snapshot says. Series that StatsD cannot tell apart are one.
pub(super) fn readings(snapshot: &Snapshot, style: &Style) -> BTreeMap<Identity, Reading> {
    let mut all = Readings { style, snapshot, found: BTreeMap::new() };
    for family in snapshot.families() {
        family.series.iter().for_each(|series| all.add(family, series));
    }
    all.found
}

struct Readings<'a> {
    style: &'a Style,
    snapshot: &'a Snapshot,
    found: BTreeMap<Identity, Reading>,
}

impl Readings<'_> {
    fn add(&mut self, family: &Family, series: &Series) {
        let known = NAMES.iter().find(|(name, _)| *name == family.name);
        let name = known.map_or(&*family.name, |(_, name)| name);
        match &series.value {
            Value::Counter(count) => self.put(name, "", series, None, Reading::Count(*count)),
            Value::Amount(amount) => self.put(name, "", series, None, Reading::Sum(*amount)),
            // No number, nothing to tell.
            Value::Gauge(level) if level.is_finite() => {
                self.put(name, "", series, None, Reading::Level(*level));
            }
            Value::Gauge(_) => {}
            Value::Histogram(value) => self.add_histogram(name, series, value),
        }
    }

    /// The single values are gone, so they cannot be timers: their counts by bucket, their count and their sum.
    fn add_histogram(&mut self, name: &str, series: &Series, value: &HistogramValue) {
        let bounds = value.bounds().iter().map(f64::to_string).chain(["inf".to_owned()]);
        for (bound, count) in bounds.zip(value.counts()) {
            self.put(name, ".bucket", series, Some(&bound), Reading::Count(*count));
        }
        self.put(name, ".count", series, None, Reading::Count(value.count()));
        self.put(name, ".sum", series, None, Reading::Sum(value.sum()));
    }

    fn put(&mut self, name: &str, suffix: &str, series: &Series, le: Option<&str>, reading: Reading) {
        let labels = all(self.snapshot.default_labels(), &series.labels).chain(le.map(|le| ("le", le)));
        let identity = self.style.identity(name, suffix, labels);
        let known = self.found.entry(identity).or_insert(reading.zero());
        *known = known.plus(reading);
    }
}

impl Reading {
    fn zero(self) -> Self {
        match self {
            Self::Count(_) => Self::Count(0),
            Self::Sum(_) => Self::Sum(0.0),
            Self::Level(_) => Self::Level(0.0),
        }
    }

    fn plus(self, more: Self) -> Self {
        match (self, more) {
            (Self::Count(a), Self::Count(b)) => Self::Count(a.saturating_add(b)),
            (Self::Sum(a), Self::Sum(b)) => Self::Sum((a + b).min(f64::MAX)),
            (Self::Level(a), Self::Level(b)) => Self::Level((a + b).clamp(f64::MIN, f64::MAX)),
            // Two kinds under one name: the first stays.
            (first, _) => first,
        }
    }

    /// What to send, given what was sent before; `None` if there is nothing new.
    pub(super) fn lines(self, identity: &Identity, before: Option<&Self>) -> Option<String> {
        let Identity { name, tags } = identity;
        match (self, before) {
            (Self::Count(now), Some(Self::Count(before))) => {
                // A smaller count has begun anew.
                let added = now.checked_sub(*before).unwrap_or(now);
                (added > 0).then(|| format!("{name}:{added}|c{tags}"))
            }
            (Self::Count(now), _) => (now > 0).then(|| format!("{name}:{now}|c{tags}")),
            (Self::Sum(now), before) => {
                let before = if let Some(Self::Sum(before)) = before { *before } else { 0.0 };
                let added = if now >= before { now - before } else { now };
                (added > 0.0).then(|| format!("{name}:{}|c{tags}", decimal(added)))
            }
            // A sign means "by": only from zero can it be reached.
            (Self::Level(now), _) if now < 0.0 => {
                Some(format!("{name}:0|g{tags}\n{name}:{}|g{tags}", decimal(now)))
            }
            (Self::Level(now), _) => Some(format!("{name}:{}|g{tags}", decimal(now))),
        }
    }
}

/// Without an exponent, which not every server reads.
fn decimal(value: f64) -> String {
    value.to_string()
}
