//! What is measured of requests between two runs.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    metrics::{HistogramValue, Labels, MetricRegistry, Value},
    monitor::{Measured, Probe, Readings},
};

/// What a collector of [`ApiMonitor`](super::ApiMonitor) measures, always of the time since its run before.
///
/// ```
/// use telemetry_runtime::ApiCollector;
///
/// assert_ne!(ApiCollector::Requests, ApiCollector::Errors);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiCollector {
    /// Requests a second, by method, path and status.
    Requests,
    /// Requests a second that were answered with 5xx, by method, path and status.
    Errors,
    /// The 95th percentile of the latency in seconds, by method and path.
    Latency,
}

/// A collector at work.
#[derive(Debug)]
pub(super) struct Collecting {
    collector: ApiCollector,
    registry: Arc<MetricRegistry>,
    before: Mutex<Requests>,
}

/// All requests until a moment, by method, path and status.
#[derive(Debug)]
struct Requests {
    at: Duration,
    series: HashMap<Labels, HistogramValue>,
}

impl Requests {
    fn read(registry: &MetricRegistry) -> Self {
        let families = registry.http_server().collect();
        let latency = families.into_iter().find(|family| family.name == "app_request_latency_ms");
        let series = latency.into_iter().flat_map(|family| family.series);
        let histograms = series.filter_map(|series| match series.value {
            Value::Histogram(value) => Some((series.labels, value)),
            _ => None,
        });
        Self { at: registry.clock().now(), series: histograms.collect() }
    }

    /// The requests after those of `earlier`.
    fn since<'a>(&'a self, earlier: &'a Self) -> impl Iterator<Item = (&'a Labels, HistogramValue)> {
        self.series.iter().map(|(labels, value)| match earlier.series.get(labels) {
            Some(before) => (labels, value.since(before)),
            None => (labels, value.clone()),
        })
    }
}

impl Collecting {
    /// Requests that were answered before now belong to no interval.
    pub(super) fn new(collector: ApiCollector, registry: Arc<MetricRegistry>) -> Self {
        let before = Mutex::new(Requests::read(&registry));
        Self { collector, registry, before }
    }
}

impl Probe for Collecting {
    fn measure(&self) -> Measured {
        let now = Requests::read(&self.registry);
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let time = now.at.saturating_sub(before.at).as_secs_f64();
        if time == 0.0 {
            return Ok(Readings::new());
        }
        let readings = match self.collector {
            ApiCollector::Requests => rates(now.since(&before), time),
            ApiCollector::Errors => rates(now.since(&before).filter(|(labels, _)| is_error(labels)), time),
            ApiCollector::Latency => latency(now.since(&before)),
        };
        *before = now;
        Ok(readings)
    }

    fn help(&self) -> &str {
        match self.collector {
            ApiCollector::Requests => "HTTP requests a second, since the run before.",
            ApiCollector::Errors => {
                "HTTP requests a second that were answered with 5xx, since the run before."
            }
            ApiCollector::Latency => {
                "The 95th percentile of the latency of HTTP requests since the run before."
            }
        }
    }
}

fn is_error(labels: &Labels) -> bool {
    labels.get("status").is_some_and(|status| status.starts_with('5'))
}

#[expect(clippy::cast_precision_loss, reason = "2^52 requests are not to be expected")]
fn rates<'a>(requests: impl Iterator<Item = (&'a Labels, HistogramValue)>, seconds: f64) -> Readings {
    requests.fold(Readings::new(), |readings, (labels, value)| {
        let labels: Vec<_> = labels.iter().collect();
        readings.with(value.count() as f64 / seconds, &labels)
    })
}

/// Routes that nobody asked for have no latency.
fn latency<'a>(requests: impl Iterator<Item = (&'a Labels, HistogramValue)>) -> Readings {
    let mut by_route: BTreeMap<[&str; 2], HistogramValue> = BTreeMap::new();
    for (labels, value) in requests {
        let route = ["method", "path"].map(|name| labels.get(name).unwrap_or_default());
        match by_route.get_mut(&route) {
            Some(sum) => sum.add(&value),
            None => drop(by_route.insert(route, value)),
        }
    }
    let percentiles =
        by_route.iter().filter_map(|(route, value)| Some((route, value.quantile(0.95)? / 1000.0)));
    percentiles.fold(Readings::new(), |readings, ([method, path], seconds)| {
        readings.with(seconds, &[("method", method), ("path", path)])
    })
}
