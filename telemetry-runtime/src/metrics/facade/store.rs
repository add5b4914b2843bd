//! All facade metrics of one world.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use metrics::{CounterFn, GaugeFn, HistogramFn, Key, KeyName, Label, SharedString};
use metrics_util::registry::{Registry, Storage};

use super::{
    handles::{CounterCells, GaugeCell, HistogramCells, Kept},
    names,
};
use crate::{
    cells::DEFAULT_BOUNDS,
    fault::{self, Fault},
    metrics::{Buckets, Family, FamilyKind, Labels, Series, Value},
};

/// All facade metrics of one world.
#[derive(Debug)]
pub(crate) struct Store {
    /// Tells the handle caches of threads which store a handle belongs to.
    pub(super) id: u64,
    registry: Registry<Key, Cells>,
    families: Mutex<BTreeMap<String, Registered>>,
    limit: AtomicUsize,
}

/// What is known of a name.
#[derive(Debug, Default)]
struct Registered {
    raw: String,
    kind: Option<FamilyKind>,
    help: String,
    series: usize,
    told: bool,
}

#[derive(Debug)]
struct Cells;

impl Storage<Key> for Cells {
    type Counter = Arc<Kept<CounterCells>>;
    type Gauge = Arc<Kept<GaugeCell>>;
    type Histogram = Arc<Kept<HistogramCells>>;

    fn counter(&self, key: &Key) -> Self::Counter {
        Arc::new(Kept::new(names::labels(key, FamilyKind::Counter)))
    }

    fn gauge(&self, key: &Key) -> Self::Gauge {
        Arc::new(Kept::new(names::labels(key, FamilyKind::Gauge)))
    }

    fn histogram(&self, key: &Key) -> Self::Histogram {
        Arc::new(Kept::new(names::labels(key, FamilyKind::Histogram)))
    }
}

impl Default for Store {
    fn default() -> Self {
        static IDS: AtomicU64 = AtomicU64::new(1);
        Self {
            id: IDS.fetch_add(1, Ordering::Relaxed),
            registry: Registry::new(Cells),
            families: Mutex::default(),
            limit: AtomicUsize::new(2000),
        }
    }
}

impl Store {
    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    pub(super) fn describe(&self, name: &KeyName, help: SharedString) {
        let mut families = self.lock();
        let family = families.entry(names::family_name(name.as_str())).or_default();
        family.help = help.into_owned();
    }

    pub(super) fn counter(&self, key: &Key) -> Option<Arc<impl CounterFn + use<>>> {
        if let Some(known) = self.registry.get_counter(key) {
            return Some(known);
        }
        let key = self.admit(key, FamilyKind::Counter)?;
        Some(self.registry.get_or_create_counter(&key, Arc::clone))
    }

    pub(super) fn gauge(&self, key: &Key) -> Option<Arc<impl GaugeFn + use<>>> {
        if let Some(known) = self.registry.get_gauge(key) {
            return Some(known);
        }
        let key = self.admit(key, FamilyKind::Gauge)?;
        Some(self.registry.get_or_create_gauge(&key, Arc::clone))
    }

    pub(super) fn histogram(&self, key: &Key) -> Option<Arc<impl HistogramFn + use<>>> {
        if let Some(known) = self.registry.get_histogram(key) {
            return Some(known);
        }
        let key = self.admit(key, FamilyKind::Histogram)?;
        Some(self.registry.get_or_create_histogram(&key, Arc::clone))
    }

    /// The key to register: `key`, the family's overflow series, or none if the name means something else.
    fn admit(&self, key: &Key, kind: FamilyKind) -> Option<Key> {
        let name = names::family_name(key.name());
        let limit = self.limit.load(Ordering::Relaxed);
        let mut families = self.lock();
        let family = families.entry(name.clone()).or_default();
        let refusal = family.refuse(&name, key.name(), kind);
        let overflows = refusal.is_none() && family.series >= limit;
        let fault = refusal.clone().or_else(|| {
            overflows.then(|| {
                format!(
                    "`{name}` has more than {limit} label sets; later ones share one series. Keep ids out of labels, \
                     or raise `metrics.cardinality_limit`"
                )
            })
        });
        let tell = fault.filter(|_| !std::mem::replace(&mut family.told, refusal.is_some() || overflows));
        if refusal.is_none() && !overflows {
            family.series += 1;
        }
        drop(families);
        if let Some(message) = tell {
            fault::report(&Fault::new("metrics", message));
        }
        match (refusal, overflows) {
            (Some(_), _) => None,
            (None, true) => Some(overflow_key(key)),
            (None, false) => Some(key.clone()),
        }
    }

    /// Appends the families, in the order of their names.
    pub(crate) fn collect_into(&self, families: &mut Vec<Family>) {
        let mut values: BTreeMap<String, BTreeMap<Labels, Value>> = BTreeMap::new();
        let mut add = |key: &Key, labels: &Labels, value: Value| {
            let series = values.entry(names::family_name(key.name())).or_default();
            match series.get_mut(labels) {
                Some(known) => known.add(value),
                None => drop(series.insert(labels.clone(), value)),
            }
        };
        let buckets = Buckets::new(DEFAULT_BOUNDS.iter().copied());
        self.registry.visit_counters(|key, kept| add(key, &kept.labels, kept.read()));
        self.registry.visit_gauges(|key, kept| add(key, &kept.labels, kept.read()));
        self.registry.visit_histograms(|key, kept| add(key, &kept.labels, kept.read(&buckets)));
        let known = self.lock();
        for (name, series) in values {
            let Some(Registered { kind: Some(kind), help, .. }) = known.get(&name) else { continue };
            let help = if help.is_empty() { name.clone() } else { help.clone() };
            let series = series.into_iter().map(|(labels, value)| Series { labels, value }).collect();
            families.push(Family { name: name.into(), help: help.into(), kind: *kind, series });
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Registered>> {
        self.families.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registered {
    /// Why the name cannot be used for this, if it cannot.
    fn refuse(&mut self, name: &str, raw: &str, kind: FamilyKind) -> Option<String> {
        if names::is_reserved(name) {
            return Some(format!("`{raw}` is a name of the toolkit's own families; choose another prefix"));
        }
        let Some(known) = self.kind else {
            self.kind = Some(kind);
            raw.clone_into(&mut self.raw);
            return None;
        };
        if known != kind {
            let (known, kind) = (known.as_str(), kind.as_str());
            return Some(format!(
                "`{raw}` is a {known} already and cannot be a {kind} too; choose another name"
            ));
        }
        (self.raw != raw)
            .then(|| format!("`{raw}` and `{}` are both `{name}` for Prometheus; rename one", self.raw))
    }
}

impl Value {
    /// Adds a value of a series with the same labels in another order.
    fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::Counter(value), Self::Counter(more)) => *value += more,
            (Self::Gauge(value), Self::Gauge(more)) => *value += more,
            (Self::Histogram(value), Self::Histogram(more)) => value.add(&more),
            _ => {}
        }
    }
}

/// The series of all label sets beyond the limit, as OpenTelemetry names it.
fn overflow_key(key: &Key) -> Key {
    Key::from_parts(key.name().to_owned(), vec![Label::new("otel_metric_overflow", "true")])
}
