//! What an HTTP API does, kept over time.

mod collector;

use std::{sync::Arc, time::Duration};

pub use self::collector::ApiCollector;
use self::collector::Collecting;
use super::{PerformanceMonitor, ProbeOptions, RegisterError};
use crate::metrics::{RequestLabels, known_method};

/// Watches an HTTP API: rates and latency of its routes over time, and requests that are counted by hand.
///
/// It is a [`PerformanceMonitor`] with collectors that read the families of HTTP requests, `app_request_count_total`
/// and its neighbours. A service behind `setup_telemetry` is counted by itself; others call
/// [`ApiMonitor::track_request`].
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{ApiCollector, ApiMonitor, Telemetry};
///
/// let telemetry = Telemetry::builder().build()?;
/// let api = ApiMonitor::new(telemetry.monitor().expect("nobody switched it off"))?;
/// api.register_collector("api_errors_often", Duration::from_secs(5), ApiCollector::Errors)?;
/// api.track_request("GET", "/orders/{id}", 200, Duration::from_millis(12));
/// assert_eq!(telemetry.snapshot().sum("app_request_count_total", &[("path", "/orders/{id}")]), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ApiMonitor {
    monitor: PerformanceMonitor,
}

impl ApiMonitor {
    /// Adds collectors to `monitor`, each of which runs once in `monitor.interval`.
    ///
    /// They feed the gauges `api_requests_per_second`, `api_errors_per_second` and `api_latency_p95_seconds`.
    ///
    /// # Errors
    ///
    /// [`RegisterError::Taken`] if there are such collectors already.
    pub fn new(monitor: &PerformanceMonitor) -> Result<Self, RegisterError> {
        let api = Self { monitor: monitor.clone() };
        let interval = monitor.shared.config.interval;
        api.register_collector("api_requests_per_second", interval, ApiCollector::Requests)?;
        api.register_collector("api_errors_per_second", interval, ApiCollector::Errors)?;
        api.register_collector("api_latency_p95_seconds", interval, ApiCollector::Latency)?;
        Ok(api)
    }

    /// Measures what `collector` says from now on, as the gauge `name`.
    ///
    /// # Errors
    ///
    /// As [`PerformanceMonitor::register_probe`].
    pub fn register_collector(
        &self,
        name: &str,
        options: impl Into<ProbeOptions>,
        collector: ApiCollector,
    ) -> Result<(), RegisterError> {
        let collecting = Collecting::new(collector, Arc::clone(&self.monitor.shared.registry));
        self.monitor.register_probe(name, options, collecting)
    }

    /// Counts a request that was answered, in the families of HTTP requests.
    ///
    /// For servers that are not behind the toolkit's layer, which counts by itself. `path` is the route's template, such
    /// as `/orders/{id}`, not what the client asked for; methods that HTTP does not know count as `_OTHER`.
    pub fn track_request(&self, method: &str, path: &str, status: u16, duration: Duration) {
        let server = self.monitor.shared.registry.http_server();
        let labels = RequestLabels {
            method: known_method(method),
            route: Some(path.into()),
            status: Some(status),
            scheme: "http",
        };
        server.finish(labels, server.clock().ticks_in(duration), None);
    }

    /// The monitor that the collectors run in, which has their history.
    #[must_use]
    pub fn monitor(&self) -> &PerformanceMonitor {
        &self.monitor
    }
}
