//! The families that calls feed: one read of the cells, five families.

#[cfg(feature = "dashboard")]
mod readings;

use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicU64, Ordering},
};

#[cfg(feature = "dashboard")]
pub(crate) use self::readings::OperationReading;
use super::{
    Buckets, Exemplar, Family, FamilyKind, HistogramValue, Labels, Value, common_bounds::CommonBounds,
};
use crate::{
    cells::{CallTotals, CellSource, DEFAULT_BOUNDS, MAX_BOUNDS},
    clock::Clock,
    operation::{Operation, Signals},
    outcome::Outcome,
};

/// An operation and the cells that count its calls.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) operation: &'static Operation,
    pub(crate) cells: CellSource,
}

const STATUSES: [Outcome; 5] =
    [Outcome::Success, Outcome::error(""), Outcome::Rejected, Outcome::Cancelled, Outcome::Panicked];

/// Operations by label set: those with equal labels share their series.
#[derive(Debug)]
pub(crate) struct OperationIndex {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    provider: &'static str,
    name: &'static str,
    labels: Labels,
    statuses: [Labels; 5],
    error_types: HashMap<&'static str, Labels>,
    operations: Vec<Counted>,
    bounds: CommonBounds,
    /// Successes are derived from words that are read one after the other; a counter must not go back for it.
    success_seen: AtomicU64,
}

/// What one provider's calls add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProviderTotals {
    pub(crate) succeeded: u64,
    /// All calls that were not cancelled.
    pub(crate) answered: u64,
    pub(super) active: u64,
    pub(super) has_active: bool,
}

impl OperationIndex {
    /// Operations with labels are counted by their label sets.
    pub(crate) fn new(operations: impl IntoIterator<Item = Counted>) -> Self {
        let mut by_labels: Vec<(Labels, Vec<Counted>)> = Vec::new();
        let mut places: HashMap<Labels, usize> = HashMap::new();
        for counted in operations.into_iter().filter(|counted| !counted.operation.has_label_sets()) {
            let labels = labels(counted.operation);
            let place = *places.entry(labels.clone()).or_insert_with(|| {
                by_labels.push((labels, Vec::new()));
                by_labels.len() - 1
            });
            by_labels[place].1.push(counted);
        }
        let default = Buckets::new(DEFAULT_BOUNDS.iter().copied());
        let entry = |(labels, operations)| Entry::new(labels, operations, &default);
        Self { entries: by_labels.into_iter().map(entry).collect() }
    }

    /// Provider and name of operations that state different bounds for one series.
    pub(super) fn clashes(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let differ = self.entries.iter().filter(|entry| entry.bounds.differ);
        differ.map(|entry| (entry.provider, entry.name))
    }

    /// The families, and each provider's totals for its success rate.
    pub(crate) fn collect(&mut self, clock: &Clock) -> (Vec<Family>, BTreeMap<&'static str, ProviderTotals>) {
        let mut requests =
            Family::new("adapter_requests_total", FamilyKind::Counter, "Calls by how they ended.");
        let mut durations = Family::new(
            "adapter_request_duration_seconds",
            FamilyKind::Histogram,
            "Time that finished calls took.",
        );
        let mut errors =
            Family::new("adapter_errors_total", FamilyKind::Counter, "Failed calls by kind of error.");
        let mut fallbacks: BTreeMap<Labels, u64> = BTreeMap::new();
        let mut providers: BTreeMap<&'static str, ProviderTotals> = BTreeMap::new();
        requests.series.reserve(self.entries.len() * STATUSES.len());
        durations.series.reserve(self.entries.len());
        for entry in &mut self.entries {
            let totals = entry.totals();
            entry.push_requests(&totals, &mut requests);
            entry.push_duration(&totals, clock, &mut durations);
            entry.add_fallbacks(&totals, &mut fallbacks);
            providers.entry(entry.provider).or_default().add(&totals);
            entry.push_errors(totals.errors, &mut errors);
        }
        let active = active_family(&providers);
        (vec![requests, durations, active, errors, fallback_family(fallbacks)], providers)
    }
}

/// What tells an operation's series from others.
fn labels(operation: &Operation) -> Labels {
    let own = [("provider", operation.provider()), ("operation", operation.name())];
    Labels::new(own.into_iter().chain(operation.label_set().into_iter().flatten().copied()))
}

fn fallback_family(fallbacks: BTreeMap<Labels, u64>) -> Family {
    let mut family = Family::new(
        "adapter_fallbacks_total",
        FamilyKind::Counter,
        "Calls whose value came from their fallback.",
    );
    for (labels, count) in fallbacks {
        family.push(&labels, Value::Counter(count));
    }
    family
}

/// What the operations of one label set add up to, a signal each.
#[derive(Default)]
struct EntryTotals {
    requests: Option<CallTotals>,
    durations: Option<CallTotals>,
    errors: BTreeMap<&'static str, u64>,
    /// None where no operation has a fallback.
    fallbacks: Option<u64>,
}

impl Entry {
    /// `operations` have these labels, and are at least one.
    fn new(labels: Labels, operations: Vec<Counted>, default: &Buckets) -> Self {
        let first = operations.first().map(|counted| counted.operation);
        Self {
            provider: first.map_or("", Operation::provider),
            name: first.map_or("", Operation::name),
            statuses: STATUSES.map(|outcome| labels.and("status", outcome.status())),
            labels,
            error_types: HashMap::new(),
            bounds: CommonBounds::of(&operations, default),
            operations,
            success_seen: AtomicU64::new(0),
        }
    }

    fn totals(&self) -> EntryTotals {
        let mut sums = EntryTotals::default();
        for (index, counted) in self.operations.iter().enumerate() {
            let mut totals = CallTotals::of(counted.cells.table());
            if let Some(to) = self.bounds.regrouping(index) {
                totals.regroup(to);
            }
            if counted.operation.keys().has_fallback {
                *sums.fallbacks.get_or_insert_default() += totals.fallbacks;
            }
            let signals = counted.operation.signals();
            if signals.has(Signals::ERRORS) && !totals.labels.is_empty() {
                for (label, count) in counted.operation.error_labels().all().iter().zip(&totals.labels) {
                    *sums.errors.entry(label.as_str()).or_default() += count;
                }
            }
            if signals.has(Signals::DURATION) {
                add(&mut sums.durations, &totals);
            }
            if signals.has(Signals::REQUESTS) {
                add(&mut sums.requests, &totals);
            }
        }
        sums
    }

    /// Never less than was said before.
    fn success(&self, totals: &CallTotals) -> u64 {
        self.success_seen.fetch_max(totals.success(), Ordering::Relaxed).max(totals.success())
    }

    fn push_requests(&self, totals: &EntryTotals, family: &mut Family) {
        let Some(totals) = &totals.requests else { return };
        let counts =
            [self.success(totals), totals.errors, totals.rejected, totals.cancelled, totals.panicked];
        for (labels, count) in self.statuses.iter().zip(counts) {
            family.push(labels, Value::Counter(count));
        }
    }

    /// Label sets of one operation share a series here.
    fn add_fallbacks(&self, totals: &EntryTotals, fallbacks: &mut BTreeMap<Labels, u64>) {
        let Some(count) = totals.fallbacks else { return };
        let labels = match self.labels.iter().len() {
            2 => self.labels.clone(),
            _ => Labels::new([("provider", self.provider), ("operation", self.name)]),
        };
        *fallbacks.entry(labels).or_default() += count;
    }

    fn push_duration(&self, totals: &EntryTotals, clock: &Clock, family: &mut Family) {
        let Some(totals) = &totals.durations else { return };
        let mut value = histogram(totals, &self.bounds.buckets, |ticks| clock.duration(ticks).as_secs_f64());
        // Those of the process say nothing of a test.
        let counted = self.operations.iter().filter(|counted| counted.cells.is_of_process());
        let calls = counted.flat_map(|counted| counted.operation.exemplars());
        value.add_exemplars(calls.map(Exemplar::from));
        family.push(&self.labels, Value::Histogram(value));
    }

    fn push_errors(&mut self, errors: BTreeMap<&'static str, u64>, family: &mut Family) {
        for (error_type, count) in errors {
            let labels = self.error_types.entry(error_type);
            let labels = labels.or_insert_with(|| self.labels.and("error_type", error_type));
            family.push(labels, Value::Counter(count));
        }
    }
}

fn add(sums: &mut Option<CallTotals>, totals: &CallTotals) {
    match sums {
        Some(sums) => sums.merge(totals),
        None => *sums = Some(totals.clone()),
    }
}

impl ProviderTotals {
    fn add(&mut self, totals: &EntryTotals) {
        if let Some(requests) = &totals.requests {
            self.succeeded += requests.success();
            self.answered +=
                requests.finished() - requests.cancelled.min(requests.finished()) + requests.rejected;
        }
        if let Some(durations) = &totals.durations {
            self.active += durations.active();
            self.has_active = true;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "2^52 calls at once are not to be expected")]
fn active_family(providers: &BTreeMap<&'static str, ProviderTotals>) -> Family {
    let mut active = Family::new("adapter_active_requests", FamilyKind::Gauge, "Calls that run now.");
    for (provider, totals) in providers.iter().filter(|(_, totals)| totals.has_active) {
        active.push(&Labels::new([("provider", *provider)]), Value::Gauge(totals.active as f64));
    }
    active
}

/// A histogram value out of cells; `scale` turns ticks into the family's unit.
pub(super) fn histogram(
    totals: &CallTotals,
    buckets: &Buckets,
    scale: impl Fn(u64) -> f64,
) -> HistogramValue {
    let len = buckets.bounds().len().min(MAX_BOUNDS);
    HistogramValue::new(buckets.clone(), totals.buckets[..=len].into(), scale(totals.sum))
}
