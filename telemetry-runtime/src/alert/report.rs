//! How alerts stand, for whoever looks.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use serde::{Serialize, Serializer};

use super::{Alert, instance::Phase, notification::as_timestamp, rule, watched::Watched};
use crate::{breaker::BreakerState, settings::AlertSeverity};

/// Series of one rule that a report names.
const MOST_SERIES: usize = 100;

/// How alerts stand: rules, what has happened, and who was told.
///
/// ```
/// use telemetry_runtime::{AlertRule, AlertState, LogHandler, Telemetry};
///
/// let telemetry = Telemetry::builder()
///     .alert_rule(AlertRule::new("queue_length", 1000.0))
///     .alert_handler("log", LogHandler)
///     .build()?;
/// let report = telemetry.alerts();
/// assert_eq!((&*report.rules[0].name, report.rules[0].state), ("queue_length > 1000", AlertState::Inactive));
/// assert_eq!(report.handlers[0].delivered, 0);
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AlertReport {
    /// The rules, in their order.
    pub rules: Vec<AlertRuleReport>,
    /// What was told last, latest first; 200 at the most.
    pub history: Vec<Alert>,
    /// Who is told.
    pub handlers: Vec<AlertHandlerReport>,
}

/// How one rule stands.
///
/// ```
/// use telemetry_runtime::{AlertRule, AlertRuleReport, Telemetry};
///
/// let telemetry = Telemetry::builder().alert_rule(AlertRule::new("queue_length", 1000.0)).build()?;
/// let AlertRuleReport { name, watched, value, .. } = &telemetry.alerts().rules[0];
/// assert_eq!((&**name, *watched, *value), ("queue_length > 1000", 0, None));
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AlertRuleReport {
    /// Its name.
    pub name: String,
    /// What it says, such as `cpu > 90`.
    pub expression: String,
    /// What values are compared with.
    pub threshold: f64,
    /// How bad its alerts are.
    pub severity: AlertSeverity,
    /// How long it waits before it fires, in JSON in seconds.
    #[serde(rename = "for_seconds", serialize_with = "as_seconds")]
    pub duration: Duration,
    /// The state of the series that is worst off.
    pub state: AlertState,
    /// Of all its series the value that is nearest to an alert, or furthest within one.
    pub value: Option<f64>,
    /// Series that it watches.
    pub watched: usize,
    /// Series that are not as they should be, worst first; 100 at the most.
    pub series: Vec<AlertSeriesReport>,
}

/// How one series stands.
///
/// ```
/// use telemetry_runtime::{AlertReport, AlertSeriesReport};
///
/// /// The series of all rules that are not as they should be.
/// fn troubled(report: &AlertReport) -> Vec<&AlertSeriesReport> {
///     report.rules.iter().flat_map(|rule| &rule.series).collect()
/// }
/// assert!(troubled(&AlertReport::default()).is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AlertSeriesReport {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its state.
    pub state: AlertState,
    /// Since when it is in that state, in JSON as RFC 3339 has it.
    #[serde(serialize_with = "as_timestamp")]
    pub since: SystemTime,
    /// Its last known value.
    pub value: f64,
}

/// The state of a rule, or of a series; the worst is the greatest.
///
/// ```
/// assert!(telemetry_runtime::AlertState::Firing > telemetry_runtime::AlertState::Pending);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// As it should be.
    Inactive,
    /// It has fired a while ago and will not for another while.
    Cooldown,
    /// Over the threshold, but not for long enough.
    Pending,
    /// Over the threshold for long enough.
    Firing,
}

/// What became of alerts at one handler.
///
/// ```
/// use telemetry_runtime::{AlertHandlerReport, AlertRule, LogHandler, Telemetry};
///
/// let rule = AlertRule::new("queue_length", 1000.0);
/// let telemetry = Telemetry::builder().alert_rule(rule).alert_handler("log", LogHandler).build()?;
/// let log: &AlertHandlerReport = &telemetry.alerts().handlers[0];
/// assert_eq!((log.delivered, log.lost, log.waiting), (0, 0, 0));
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AlertHandlerReport {
    /// Its name.
    pub name: String,
    /// Alerts that it has told of, repetitions included.
    pub delivered: u64,
    /// Alerts that were lost, for whatever reason.
    pub lost: u64,
    /// Alerts that wait.
    pub waiting: u64,
    /// The state of its circuit breaker.
    #[serde(serialize_with = "as_word")]
    pub breaker: BreakerState,
}

impl AlertRuleReport {
    pub(super) fn new(watched: &Watched) -> Self {
        let active = || watched.groups().iter().filter_map(|group| Some((group, group.instance.as_ref()?)));
        let in_state =
            |state| active().filter(move |(_, instance)| AlertState::from(instance.phase) == state);
        let series =
            [AlertState::Firing, AlertState::Pending, AlertState::Cooldown].into_iter().flat_map(in_state);
        let series: Vec<AlertSeriesReport> = series
            .take(MOST_SERIES)
            .map(|(group, instance)| AlertSeriesReport {
                labels: rule::shown(&group.labels),
                state: instance.phase.into(),
                since: instance.at,
                value: instance.value,
            })
            .collect();
        let settings = &watched.rule.settings;
        Self {
            name: watched.rule.name.clone(),
            expression: settings.to_string(),
            threshold: settings.threshold,
            severity: settings.severity,
            duration: settings.duration,
            state: series.first().map_or(AlertState::Inactive, |series| series.state),
            value: watched.worst,
            watched: watched.groups().len(),
            series,
        }
    }
}

impl From<Phase> for AlertState {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Pending => Self::Pending,
            Phase::Firing => Self::Firing,
            Phase::Resting { .. } => Self::Cooldown,
        }
    }
}

fn as_seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

fn as_word<S: Serializer>(state: &BreakerState, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}
