//! All metrics at one moment.

use std::{borrow::Cow, sync::Arc};

use super::{Exemplar, Labels};

/// All metrics at one moment; immutable, and the only thing that exporters read.
///
/// ```
/// use telemetry_runtime::{Operation, Snapshot, Value};
///
/// Operation::new("doc", "snapshot").run(|| ());
/// let snapshot = Snapshot::take();
/// let done = [("provider", "doc"), ("operation", "snapshot"), ("status", "success")];
/// assert_eq!(snapshot.value("adapter_requests_total", &done), Some(&Value::Counter(1)));
/// ```
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) families: Vec<Family>,
    pub(crate) default_labels: Labels,
}

impl Snapshot {
    /// The metrics of the process.
    #[must_use]
    pub fn take() -> Self {
        super::MetricRegistry::process().snapshot()
    }

    /// The families in order of registration; no two have the same name.
    #[must_use]
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// Labels that belong to every series that does not say otherwise.
    #[must_use]
    pub fn default_labels(&self) -> &Labels {
        &self.default_labels
    }

    /// The family of that name.
    #[must_use]
    pub fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name == name)
    }

    /// The value of the first series of the family that has all of `labels`.
    #[must_use]
    pub fn value(&self, family: &str, labels: &[(&str, &str)]) -> Option<&Value> {
        self.family(family)?.series.iter().find(|series| series.has_all(labels)).map(|series| &series.value)
    }

    /// The sum of all counters of the family that have all of `labels`; zero without one.
    #[must_use]
    pub fn sum(&self, family: &str, labels: &[(&str, &str)]) -> u64 {
        let series = self.family(family).map(|family| &*family.series).unwrap_or_default();
        let counts =
            series.iter().filter(|series| series.has_all(labels)).map(|series| match &series.value {
                Value::Counter(count) => *count,
                Value::Amount(_) | Value::Gauge(_) => 0,
                Value::Histogram(value) => value.count(),
            });
        counts.sum()
    }
}

/// What a family's values mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FamilyKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by size.
    Histogram,
}

impl FamilyKind {
    /// The kind as the exposition writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// Series of one name.
#[derive(Clone, Debug)]
pub struct Family {
    /// The metric's name.
    pub name: Cow<'static, str>,
    /// What it counts, for people.
    pub help: Cow<'static, str>,
    /// What its values mean.
    pub kind: FamilyKind,
    /// One for each set of labels.
    pub series: Vec<Series>,
}

impl Family {
    pub(crate) fn new(name: &'static str, kind: FamilyKind, help: &'static str) -> Self {
        Self { name: name.into(), help: help.into(), kind, series: Vec::new() }
    }

    pub(crate) fn push(&mut self, labels: &Labels, value: Value) {
        self.series.push(Series { labels: labels.clone(), value });
    }
}

/// One set of labels and its value.
#[derive(Clone, Debug)]
pub struct Series {
    /// What sets it apart in its family.
    pub labels: Labels,
    /// Its value.
    pub value: Value,
}

impl Series {
    fn has_all(&self, labels: &[(&str, &str)]) -> bool {
        labels.iter().all(|(name, value)| self.labels.get(name) == Some(value))
    }
}

/// A series' value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of a counter.
    Counter(u64),
    /// Of a counter of what is not whole, such as seconds.
    Amount(f64),
    /// Of a gauge.
    Gauge(f64),
    /// Of a histogram.
    Histogram(HistogramValue),
}

/// How many values fell into each bucket, and their sum.
#[derive(Clone, Debug, PartialEq)]
pub struct HistogramValue {
    pub(crate) buckets: Buckets,
    pub(crate) counts: Box<[u64]>,
    pub(crate) sum: f64,
    /// One for each bucket, or none at all.
    pub(crate) exemplars: Box<[Option<Exemplar>]>,
}

impl HistogramValue {
    pub(crate) fn new(buckets: Buckets, counts: Box<[u64]>, sum: f64) -> Self {
        Self { buckets, counts, sum, exemplars: Box::default() }
    }

    /// Upper bounds, increasing, without `+Inf`.
    #[must_use]
    pub fn bounds(&self) -> &[f64] {
        &self.buckets.0.bounds
    }

    /// Values in each bucket, not cumulated; one more than there are bounds.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// All values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The sum of all values.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// A recent value of each bucket whose trace is exported, where there is one.
    pub fn exemplars(&self) -> impl Iterator<Item = &Exemplar> {
        self.exemplars.iter().flatten()
    }

    /// Puts exemplars into the buckets of their values; the latest of each stays.
    pub(crate) fn add_exemplars(&mut self, exemplars: impl IntoIterator<Item = Exemplar>) {
        for exemplar in exemplars {
            if self.exemplars.is_empty() {
                self.exemplars = self.counts.iter().map(|_| None).collect();
            }
            let bucket = self.bounds().partition_point(|bound| *bound < exemplar.value());
            if let Some(place) = self.exemplars.get_mut(bucket)
                && place.as_ref().is_none_or(|known| known.time() < exemplar.time())
            {
                *place = Some(exemplar);
            }
        }
    }
}

impl HistogramValue {
    /// Adds a value of the same bounds.
    #[cfg(any(feature = "axum", feature = "alerts"))]
    pub(crate) fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.sum += other.sum;
    }
}

/// Bounds of a family, shared by its series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Buckets(Arc<BucketSet>);

#[derive(Debug, PartialEq)]
struct BucketSet {
    bounds: Vec<f64>,
    /// The `le` values in the two text formats.
    #[cfg(feature = "prometheus")]
    le: [Vec<String>; 2],
}

impl Buckets {
    pub(crate) fn new(bounds: impl IntoIterator<Item = f64>) -> Self {
        let bounds: Vec<f64> = bounds.into_iter().collect();
        Self(Arc::new(BucketSet {
            // OpenMetrics wants `1.0` where the older format says `1`.
            #[cfg(feature = "prometheus")]
            le: [
                bounds.iter().map(f64::to_string).collect(),
                bounds.iter().map(|bound| ryu::Buffer::new().format(*bound).to_owned()).collect(),
            ],
            bounds,
        }))
    }

    pub(crate) fn bounds(&self) -> &[f64] {
        &self.0.bounds
    }

    #[cfg(feature = "prometheus")]
    pub(crate) fn le(&self, canonical: bool) -> &[String] {
        &self.0.le[usize::from(canonical)]
    }
}
