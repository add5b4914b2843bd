//! The recorder behind the `metrics` facade.
//!
//! `metrics::counter!` of any library lands in the same registry as the toolkit's own families.

mod cache;
mod handles;
mod names;
mod series;

use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};

use super::{MetricRegistry, store::Store};

/// Sends what the `metrics` macros say into a registry.
///
/// `Telemetry` installs one for the process. A test enters its own with `metrics::with_local_recorder`.
///
/// ```
/// use telemetry_runtime::{Recorder, testing::TestTelemetry};
///
/// let telemetry = TestTelemetry::new();
/// let recorder: Recorder = telemetry.recorder();
/// metrics::with_local_recorder(&recorder, || metrics::counter!("doc_hits_total", "page" => "home").increment(2));
/// assert_eq!(telemetry.snapshot().sum("doc_hits_total", &[("page", "home")]), 2);
/// ```
#[derive(Clone, Debug)]
pub struct Recorder {
    registry: Arc<MetricRegistry>,
}

impl Recorder {
    pub(crate) fn new(registry: Arc<MetricRegistry>) -> Self {
        Self { registry }
    }

    fn describe(&self, key: &KeyName, help: SharedString) {
        self.store().describe(&names::family_name(key.as_str()), help.into_owned());
    }

    fn store(&self) -> &Store {
        self.registry.store()
    }
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, key: KeyName, _unit: Option<Unit>, description: SharedString) {
        self.describe(&key, description);
    }

    fn describe_gauge(&self, key: KeyName, _unit: Option<Unit>, description: SharedString) {
        self.describe(&key, description);
    }

    fn describe_histogram(&self, key: KeyName, _unit: Option<Unit>, description: SharedString) {
        self.describe(&key, description);
    }

    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        cache::counter(self.store(), key)
    }

    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        cache::gauge(self.store(), key)
    }

    fn register_histogram(&self, key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        cache::histogram(self.store(), key)
    }
}
