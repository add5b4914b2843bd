//! What an event says.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use crate::settings::{EventSeverity, EventType};

/// An error as an event carries it.
///
/// ```
/// use telemetry_runtime::EventError;
///
/// let error: EventError = serde_json::from_str(r#"{"type":"timeout","sources":["connection reset"]}"#)?;
/// assert_eq!((&*error.error_type, error.message), ("timeout", None));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventError {
    /// The kind, out of a fixed set.
    #[serde(rename = "type")]
    pub error_type: String,
    /// The message without secrets, at most 1 KiB; none where messages are switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Messages of what caused it, nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Where the event was added, if backtraces are collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backtrace: Option<String>,
}

/// Something that happened once; one line of the file.
///
/// ```
/// use telemetry_runtime::{Event, EventType};
///
/// let line = r#"{"time_unix_us":1795219200000000,"type":"performance","severity":"info",
///                "provider":"finnhub","operation":"quote","value":0.25}"#;
/// let event: Event = serde_json::from_str(line)?;
/// assert_eq!((event.event_type, event.value), (EventType::Performance, Some(0.25)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// When, in microseconds since 1970.
    #[serde(rename = "time_unix_us")]
    pub time: Micros,
    /// What it is about.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// How bad it is.
    pub severity: EventSeverity,
    /// Who did it; empty if nobody in particular.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// What was done, or the name of the metric.
    pub operation: String,
    /// Seconds of a performance event or of a failed call, the value of a metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// How a call ended: `success`, `error`, `cancelled` or `panicked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The error, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<EventError>,
    /// What else is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// A point in time, in microseconds since 1970.
///
/// ```
/// use std::time::SystemTime;
/// use telemetry_runtime::Micros;
///
/// assert_eq!(SystemTime::from(Micros(0)), SystemTime::UNIX_EPOCH);
/// assert!(Micros::from(SystemTime::now()) > Micros(0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub u64);

impl From<SystemTime> for Micros {
    /// Times before 1970 become its beginning.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }
}

impl From<Micros> for SystemTime {
    fn from(Micros(micros): Micros) -> Self {
        UNIX_EPOCH + Duration::from_micros(micros)
    }
}
