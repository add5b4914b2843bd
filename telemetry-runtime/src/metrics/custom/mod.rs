//! Metrics of the program: named once, typed by what they count and by how many labels they have.

mod counter;
#[cfg(feature = "settings")]
mod declared;
mod error;
mod gauge;
mod histogram;
mod timer;

use std::sync::Arc;

#[cfg(feature = "settings")]
pub(crate) use self::declared::Declared;
pub use self::{counter::Counter, error::MetricError, gauge::Gauge, histogram::Histogram, timer::Timer};
use super::{
    Family, MetricRegistry,
    store::{Cells, Child, LabelRule, NewFamily, Refusal, Table, registry},
};

/// Makes metrics of the program under one prefix.
///
/// What is made shows in `/metrics` and at every exporter. Asking for a metric again gives the same one. A name that
/// is taken for something else, or that is not legal, is told of as a fault, once, and gives a handle whose values
/// nobody sees: counting never fails. The `try_` forms give the error instead.
///
/// ```
/// use telemetry_runtime::Metrics;
///
/// let metrics = Metrics::new("shop", "orders");
/// let placed = metrics.counter("placed_total", "Orders placed.", ["channel"]);
/// placed.with(["web"]).inc();
///
/// let family = metrics.collect("placed_total").expect("it was made");
/// assert_eq!(family.name, "shop_orders_placed_total");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    prefix: String,
    limit: Option<usize>,
}

impl Metrics {
    /// Joins `namespace` and `subsystem` with `_` before every name; either may be empty.
    #[must_use]
    pub fn new(namespace: &str, subsystem: &str) -> Self {
        let parts = [namespace, subsystem].into_iter().filter(|part| !part.is_empty());
        Self { prefix: parts.map(|part| format!("{part}_")).collect(), limit: None }
    }

    /// Label sets that each metric made from now on may have before the rest is summed up.
    ///
    /// Defaults to the setting `metrics.cardinality_limit`, which is 2000.
    #[must_use]
    pub fn with_cardinality_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// A counter with these labels.
    #[must_use]
    pub fn counter<const N: usize>(&self, name: &str, help: &str, labels: [&str; N]) -> Counter<N> {
        Counter(self.handle(name, help, &labels, &[]))
    }

    /// A counter with these labels.
    ///
    /// # Errors
    ///
    /// A name, help or label that cannot be, or is another metric's.
    pub fn try_counter<const N: usize>(
        &self,
        name: &str,
        help: &str,
        labels: [&str; N],
    ) -> Result<Counter<N>, MetricError> {
        self.try_handle(name, help, &labels, &[]).map(Counter)
    }

    /// A gauge with these labels.
    #[must_use]
    pub fn gauge<const N: usize>(&self, name: &str, help: &str, labels: [&str; N]) -> Gauge<N> {
        Gauge(self.handle(name, help, &labels, &[]))
    }

    /// A gauge with these labels.
    ///
    /// # Errors
    ///
    /// As [`Metrics::try_counter`].
    pub fn try_gauge<const N: usize>(
        &self,
        name: &str,
        help: &str,
        labels: [&str; N],
    ) -> Result<Gauge<N>, MetricError> {
        self.try_handle(name, help, &labels, &[]).map(Gauge)
    }

    /// A histogram with these labels, and the bounds of durations in seconds: 0.005 to 10.
    #[must_use]
    pub fn histogram<const N: usize>(&self, name: &str, help: &str, labels: [&str; N]) -> Histogram<N> {
        Histogram(self.handle(name, help, &labels, &[]))
    }

    /// A histogram with these labels and upper bounds, which increase.
    #[must_use]
    pub fn histogram_with<const N: usize>(
        &self,
        name: &str,
        help: &str,
        labels: [&str; N],
        buckets: &[f64],
    ) -> Histogram<N> {
        Histogram(self.handle(name, help, &labels, buckets))
    }

    /// A histogram with these labels and upper bounds; none are those of durations in seconds.
    ///
    /// # Errors
    ///
    /// As [`Metrics::try_counter`], and bounds that do not increase or are not finite.
    pub fn try_histogram_with<const N: usize>(
        &self,
        name: &str,
        help: &str,
        labels: [&str; N],
        buckets: &[f64],
    ) -> Result<Histogram<N>, MetricError> {
        self.try_handle(name, help, &labels, buckets).map(Histogram)
    }

    /// The metric of that name as it is now; `None` if there is none.
    #[must_use]
    pub fn collect(&self, name: &str) -> Option<Family> {
        registry().store().collect(&self.full_name(name))
    }

    fn full_name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn handle<C: Cells>(&self, name: &str, help: &str, labels: &[&str], buckets: &[f64]) -> Handle<C> {
        let name = self.full_name(name);
        let new = self.family(&name, help, labels, buckets);
        let registry = MetricRegistry::process();
        let table = registry.store().family::<C>(new).unwrap_or_else(|refusal| {
            registry.store().tell_once(&name, &format!("{refusal}; its values are not shown"));
            let bounds = if matches!(refusal, Refusal::Bounds { .. }) { &[] } else { buckets };
            Arc::new(registry.store().detached::<C>(&NewFamily { bounds, ..new }))
        });
        Handle::new(table)
    }

    fn try_handle<C: Cells>(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
        buckets: &[f64],
    ) -> Result<Handle<C>, MetricError> {
        let name = self.full_name(name);
        let new = self.family(&name, help, labels, buckets);
        let table = MetricRegistry::process().store().family::<C>(new);
        table.map(Handle::new).map_err(MetricError)
    }

    fn family<'a>(
        &self,
        name: &'a str,
        help: &'a str,
        labels: &'a [&'a str],
        bounds: &'a [f64],
    ) -> NewFamily<'a> {
        let labels = LabelRule::Exactly(labels);
        NewFamily { name, raw: name, help, labels, bounds, limit: self.limit, is_own: false }
    }
}

/// A counter of the toolkit's own.
pub(crate) fn own_counter<const N: usize>(name: &str, help: &str, labels: [&str; N]) -> Counter<N> {
    let labels = LabelRule::Exactly(&labels);
    let new = NewFamily { name, raw: name, help, labels, bounds: &[], limit: None, is_own: true };
    let store = MetricRegistry::process().store();
    // Nobody else may have such a name, so it can fail only where there are too many metrics.
    let table = store.family(new).unwrap_or_else(|_| Arc::new(store.detached(&new)));
    Counter(Handle::new(table))
}

/// What the handles of all kinds have in common: a family, and its one series if it has no labels.
#[derive(Debug)]
struct Handle<C> {
    table: Arc<Table<C>>,
    child: Option<Arc<Child<C>>>,
}

impl<C> Clone for Handle<C> {
    fn clone(&self) -> Self {
        Self { table: Arc::clone(&self.table), child: self.child.clone() }
    }
}

impl<C: Cells> Handle<C> {
    fn new(table: Arc<Table<C>>) -> Self {
        let is_alone = table.spec().labels.as_ref().is_some_and(|labels| labels.is_empty());
        let child = is_alone.then(|| table.with(&[]));
        Self { table, child }
    }

    fn with(&self, values: &[&str]) -> Self {
        Self { table: Arc::clone(&self.table), child: Some(self.table.with(values)) }
    }
}
