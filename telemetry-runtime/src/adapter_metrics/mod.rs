//! What adapters count by hand: calls that no attribute sees, and what only their code knows.

mod families;

use std::time::Duration;

use self::families::Families;
use crate::{
    call::{self, Call},
    metrics::Counter,
    operation::Operation,
    outcome::Outcome,
};

/// Counts for one provider what its adapter alone knows.
///
/// Calls counted here stand in the same families as those of `#[instrument_adapter]`. All label values become series,
/// so take them out of small sets.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{AdapterMetrics, Outcome, Snapshot};
///
/// let metrics = AdapterMetrics::new("doc_feed");
/// let call = metrics.start("quote");
/// metrics.cache_miss("quotes");
/// metrics.data_volume("json", 512);
/// call.success();
/// metrics.record("history", Outcome::Success, Duration::from_millis(20));
///
/// let calls = Snapshot::take().sum("adapter_requests_total", &[("provider", "doc_feed")]);
/// assert_eq!(calls, 2);
/// ```
#[derive(Clone, Debug)]
pub struct AdapterMetrics {
    provider: String,
    families: Families,
    rate_limited: Counter<0>,
    connection_errors: Counter<0>,
}

impl AdapterMetrics {
    /// The metrics of the provider of that name.
    #[must_use]
    pub fn new(provider: &str) -> Self {
        let families = Families::new();
        Self {
            rate_limited: families.rate_limited.with([provider]),
            connection_errors: families.connection_errors.with([provider]),
            provider: provider.to_owned(),
            families,
        }
    }

    /// The value of the `provider` label.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Starts a call of an operation.
    pub fn start(&self, operation: &str) -> Call {
        self.operation(operation).start()
    }

    /// Counts a call that has ended, and how long it took.
    ///
    /// A rejected call took no time: it counts as rejected only.
    pub fn record(&self, operation: &str, outcome: Outcome, duration: Duration) {
        call::record(self.operation(operation), outcome, duration);
    }

    /// Counts calls of one operation that have ended.
    pub fn record_batch(&self, operation: &str, calls: impl IntoIterator<Item = (Outcome, Duration)>) {
        let operation = self.operation(operation);
        for (outcome, duration) in calls {
            call::record(operation, outcome, duration);
        }
    }

    /// Counts a value that was in the cache.
    pub fn cache_hit(&self, cache_type: &str) {
        self.cache_hits(cache_type).inc();
    }

    /// Counts a value that was not in the cache.
    pub fn cache_miss(&self, cache_type: &str) {
        self.cache_misses(cache_type).inc();
    }

    /// Counts data that was moved, in bytes.
    pub fn data_volume(&self, data_type: &str, bytes: u64) {
        self.data_volumes(data_type).inc_by(bytes);
    }

    /// Counts a call that the provider refused because there were too many.
    pub fn rate_limited(&self) {
        self.rate_limited.inc();
    }

    /// Counts a connection that could not be made, or broke.
    pub fn connection_error(&self) {
        self.connection_errors.inc();
    }

    /// Counts a call of an operation that got no answer in time.
    pub fn timeout(&self, operation: &str) {
        self.timeouts(operation).inc();
    }

    /// `adapter_cache_hits_total` of a cache, to be kept where speed counts.
    #[must_use]
    pub fn cache_hits(&self, cache_type: &str) -> Counter<0> {
        self.families.cache_hits.with([&self.provider, cache_type])
    }

    /// `adapter_cache_misses_total` of a cache, to be kept where speed counts.
    #[must_use]
    pub fn cache_misses(&self, cache_type: &str) -> Counter<0> {
        self.families.cache_misses.with([&self.provider, cache_type])
    }

    /// `adapter_data_volume_total` of a kind of data, to be kept where speed counts.
    #[must_use]
    pub fn data_volumes(&self, data_type: &str) -> Counter<0> {
        self.families.data_volume.with([&self.provider, data_type])
    }

    /// `adapter_timeouts_total` of an operation, to be kept where speed counts.
    #[must_use]
    pub fn timeouts(&self, operation: &str) -> Counter<0> {
        self.families.timeouts.with([&self.provider, operation])
    }

    /// The operation of that name, which also makes calls of closures and futures.
    #[must_use]
    pub fn operation(&self, name: &str) -> &'static Operation {
        Operation::new(&self.provider, name)
    }
}
