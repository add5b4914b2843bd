use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use serde::Serialize;

use super::{post, required};
use crate::{
    alert::{Alert, AlertHandled, AlertHandler, notification::Shown},
    export::{net::JsonPost, timestamp::Timestamp},
    settings::AlertmanagerSettings,
    setup_error::SetupError,
};

const PATH: &str = "/api/v2/alerts";

/// How often an alert that goes on is told again, as Alertmanager expects of its clients.
const REPEAT: Duration = Duration::from_secs(60);

/// Alertmanager takes an alert for ended if it hears nothing of it for so long, as after a crash.
const LIVES: Duration = Duration::from_secs(5 * 60);

/// Posts alerts to a Prometheus Alertmanager, through its second API.
///
/// Grouping, silences and routes are Alertmanager's own. The labels are those of the series, `alertname`, `severity`
/// and `service`; the annotations are `summary`, `value` and `threshold`.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{AlertmanagerHandler, settings::AlertmanagerSettings};
///
/// let mut settings = AlertmanagerSettings::default();
/// settings.url = Some("http://localhost:9093".into());
/// let handler = AlertmanagerHandler::new(&settings, Duration::from_secs(10))?;
/// # let _ = handler;
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
pub struct AlertmanagerHandler(JsonPost);

impl AlertmanagerHandler {
    /// Connects only once there is something to tell.
    ///
    /// # Errors
    ///
    /// [`SetupError::InvalidValue`] if there is no URL, or it or a header cannot be one.
    pub fn new(settings: &AlertmanagerSettings, timeout: Duration) -> Result<Self, SetupError> {
        const KEY: &str = "alerts.alertmanager.url";
        let url = required(&settings.url, KEY, "a URL such as `http://localhost:9093`")?;
        JsonPost::new(KEY, url, PATH, &settings.headers, timeout).map(Self)
    }
}

impl AlertHandler for AlertmanagerHandler {
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
        Box::pin(async move {
            let now = SystemTime::now();
            let posted: Vec<Posted<'_>> = alerts.iter().map(|alert| Posted::new(alert, now)).collect();
            post(&self.0, &posted).await
        })
    }

    fn repeats(&self) -> Option<Duration> {
        Some(REPEAT)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Posted<'a> {
    labels: BTreeMap<&'a str, &'a str>,
    annotations: BTreeMap<&'a str, String>,
    starts_at: String,
    ends_at: String,
}

impl<'a> Posted<'a> {
    pub(super) fn new(alert: &'a Alert, now: SystemTime) -> Self {
        let own = [
            ("alertname", &*alert.rule),
            ("severity", alert.severity.as_str()),
            ("service", &*alert.service),
        ];
        let series = alert.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let annotations = [
            ("summary", alert.message.clone()),
            ("value", Shown(alert.value).to_string()),
            ("threshold", format!("{} {}", alert.comparison, Shown(alert.threshold))),
        ];
        // A clock that was set back between the two would make it end before it began.
        let ends_at = alert.ended_at.unwrap_or(now + LIVES).max(alert.started_at);
        Self {
            labels: series.chain(own).collect(),
            annotations: annotations.into(),
            starts_at: Timestamp(alert.started_at).to_string(),
            ends_at: Timestamp(ends_at).to_string(),
        }
    }
}

impl fmt::Debug for AlertmanagerHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlertmanagerHandler").finish_non_exhaustive()
    }
}
