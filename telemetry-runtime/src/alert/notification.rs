//! What handlers are told.

use std::{
    collections::BTreeMap,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    time::SystemTime,
};

use serde::{Serialize, Serializer};

use crate::{
    export::timestamp::Timestamp,
    settings::{AlertComparison, AlertSeverity},
};

/// Whether an alert has begun or ended.
///
/// ```
/// assert_eq!(telemetry_runtime::AlertStatus::Firing.as_str(), "firing");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// It has begun.
    Firing,
    /// It has ended.
    Resolved,
}

impl AlertStatus {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Resolved => "resolved",
        }
    }
}

/// An alert that has begun or ended, as handlers are told of it.
///
/// Texts hold no control characters and no secrets of URLs; labels whose name says that they are secrets are masked.
///
/// ```
/// use telemetry_runtime::{Alert, AlertStatus};
///
/// fn subject(alert: &Alert) -> String {
///     match alert.status {
///         AlertStatus::Firing => format!("{}: {}", alert.severity, alert.message),
///         AlertStatus::Resolved => format!("over: {}", alert.rule),
///     }
/// }
/// # let _ = subject;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Alert {
    /// The name of its rule.
    pub rule: String,
    /// Whether it has begun or ended.
    pub status: AlertStatus,
    /// How bad it is.
    pub severity: AlertSeverity,
    /// What people are told of it, on one line of at most 1 KiB.
    pub message: String,
    /// The metric that is watched.
    pub metric: String,
    /// Labels of the series.
    pub labels: BTreeMap<String, String>,
    /// The value that began it, or that ended it; the last known one where the series has gone.
    pub value: f64,
    /// How the value is compared.
    #[serde(serialize_with = "as_text")]
    pub comparison: AlertComparison,
    /// What it is compared with.
    pub threshold: f64,
    /// The service that tells it.
    pub service: String,
    /// The same for all that is told of one rule and one series.
    pub fingerprint: String,
    /// When it began, in JSON as RFC 3339 has it.
    #[serde(serialize_with = "as_timestamp")]
    pub started_at: SystemTime,
    /// When it ended, if it has.
    #[serde(serialize_with = "as_optional_timestamp")]
    pub ended_at: Option<SystemTime>,
}

/// A number that is the same for equal rules and labels, in every process of this version.
pub(super) fn fingerprint<'a>(rule: &str, labels: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut hasher = DefaultHasher::new();
    rule.hash(&mut hasher);
    labels.for_each(|label| label.hash(&mut hasher));
    format!("{:016x}", hasher.finish())
}

/// A number as people read it: at most four digits behind the point where there are few before it.
pub(super) struct Shown(pub(super) f64);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_finite() || self.0.abs() >= 1e15 || (self.0 != 0.0 && self.0.abs() < 1e-3) {
            return write!(f, "{:e}", self.0);
        }
        let decimals = if self.0.abs() >= 100.0 { 1 } else { 4 };
        let text = format!("{:.decimals$}", self.0);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

fn as_text<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

pub(super) fn as_timestamp<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Timestamp(*time))
}

fn as_optional_timestamp<S: Serializer>(time: &Option<SystemTime>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => as_timestamp(time, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        let cases = [(90.0, "90"), (93.25, "93.25"), (0.123_456, "0.1235"), (1234.56, "1234.6"), (0.0, "0")];
        for (number, text) in cases {
            assert_eq!(Shown(number).to_string(), text);
        }
        assert_eq!(Shown(1e-9).to_string(), "1e-9");
        assert_eq!(Shown(f64::INFINITY).to_string(), "inf");
    }

    #[test]
    fn fingerprints_tell_series_apart() {
        let of = |rule, labels: [(&str, &str); 1]| fingerprint(rule, labels.into_iter());
        assert_eq!(of("a", [("x", "1")]), of("a", [("x", "1")]));
        assert_ne!(of("a", [("x", "1")]), of("a", [("x", "2")]));
        assert_ne!(of("a", [("x", "1")]), of("b", [("x", "1")]));
    }
}
