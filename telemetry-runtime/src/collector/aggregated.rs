//! What many events come to.

use std::{collections::HashMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::stats::Stats;
use crate::settings::EventType;

/// Events added up, for each window.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{CollectorConfig, EventType, Telemetry};
///
/// let telemetry = Telemetry::builder().collector(CollectorConfig::default()).build()?;
/// let collector = telemetry.collector().expect("it was asked for");
/// collector.add_performance_event("quote", Duration::from_millis(250), "finnhub");
/// telemetry.flush(Duration::from_secs(5))?;
///
/// let aggregated = collector.aggregated();
/// let minute = aggregated.window(Duration::from_secs(60)).expect("a default window");
/// let quotes = minute.get(EventType::Performance, "finnhub", "quote").expect("it was added");
/// assert_eq!((quotes.count, quotes.max), (1, Some(0.25)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Aggregated {
    /// In the order of the settings.
    pub windows: Vec<WindowAggregates>,
}

impl Aggregated {
    /// The window of that length.
    #[must_use]
    pub fn window(&self, length: Duration) -> Option<&WindowAggregates> {
        self.windows.iter().find(|window| window.window == length.as_secs_f64())
    }
}

/// The events of one window, or of one range of time.
///
/// ```
/// use telemetry_runtime::{EventType, WindowAggregates};
///
/// let hour: WindowAggregates = serde_json::from_str(r#"{"window":3600,"covered":3540,"rows":[]}"#)?;
/// assert!(hour.get(EventType::Error, "finnhub", "quote").is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WindowAggregates {
    /// Its length in seconds.
    pub window: f64,
    /// The time that its events come from, in seconds: at most a thirtieth less than its length.
    pub covered: f64,
    /// By type, provider and operation.
    pub rows: Vec<EventAggregate>,
}

impl WindowAggregates {
    /// The events of that type, provider and operation, if there were any.
    #[must_use]
    pub fn get(&self, event_type: EventType, provider: &str, operation: &str) -> Option<&EventAggregate> {
        self.rows.iter().find(|row| {
            row.event_type == event_type && row.provider == provider && row.operation == operation
        })
    }
}

/// What the events of one type, provider and operation come to.
///
/// ```
/// # use std::time::Duration;
/// # use telemetry_runtime::{CollectorConfig, Telemetry};
/// # let telemetry = Telemetry::builder().collector(CollectorConfig::default()).build()?;
/// # let collector = telemetry.collector().expect("it was asked for");
/// # collector.add_performance_event("quote", Duration::from_millis(250), "finnhub");
/// # telemetry.flush(Duration::from_secs(5))?;
/// for row in &collector.aggregated().windows[0].rows {
///     println!("{}.{}: {} events, p99 {:?} s", row.provider, row.operation, row.count, row.p99);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Durations are in seconds, metrics in their own unit. Counts, mean, smallest and largest are exact; quantiles are
/// by the nearest rank and off by 1.6 % at most, between 1e-9 and 1e15.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventAggregate {
    /// What they are about.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// Who did it; `other` stands for what came after too many keys.
    pub provider: String,
    /// What was done.
    pub operation: String,
    /// How many there were.
    pub count: u64,
    /// How many a second.
    pub rate: f64,
    /// Error events ÷ (performance + error events) of the provider and operation; none for metrics.
    pub error_rate: Option<f64>,
    /// Of their values; none if they have none.
    pub mean: Option<f64>,
    /// The smallest value.
    pub min: Option<f64>,
    /// The largest value.
    pub max: Option<f64>,
    /// Half of the values are not larger.
    pub p50: Option<f64>,
    /// 95 % of the values are not larger.
    pub p95: Option<f64>,
    /// 99 % of the values are not larger.
    pub p99: Option<f64>,
}

/// What events are added up by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) event_type: EventType,
    pub(super) provider: Box<str>,
    pub(super) operation: Box<str>,
}

/// Rows out of sums, which cover so long.
#[expect(clippy::cast_precision_loss, reason = "2^52 events are not to be expected")]
pub(super) fn rows(sums: HashMap<Key, Stats>, covered: Duration) -> Vec<EventAggregate> {
    let seconds = covered.as_secs_f64();
    let mut sums: Vec<(Key, Stats)> = sums.into_iter().collect();
    sums.sort_by(|(a, _), (b, _)| a.cmp(b));
    let count = |event_type, key: &Key| {
        let wanted = (event_type, &key.provider, &key.operation);
        let found =
            sums.binary_search_by_key(&wanted, |(key, _)| (key.event_type, &key.provider, &key.operation));
        found.map_or(0, |at| sums[at].1.count)
    };
    let row = |(key, stats): &(Key, Stats)| {
        let errors = count(EventType::Error, key);
        let attempts = errors + count(EventType::Performance, key);
        EventAggregate {
            event_type: key.event_type,
            provider: key.provider.to_string(),
            operation: key.operation.to_string(),
            count: stats.count,
            rate: if seconds > 0.0 { stats.count as f64 / seconds } else { 0.0 },
            error_rate: (key.event_type != EventType::Metric).then(|| errors as f64 / attempts as f64),
            mean: stats.mean(),
            min: stats.min(),
            max: stats.max(),
            p50: stats.quantile(0.50),
            p95: stats.quantile(0.95),
            p99: stats.quantile(0.99),
        }
    };
    sums.iter().map(row).collect()
}
