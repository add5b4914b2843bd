use std::{collections::BTreeMap, fmt, time::Duration};

use serde_json::{Value, json};

use super::{post, required};
use crate::{
    alert::{Alert, AlertHandled, AlertHandler, AlertStatus, notification::Shown},
    export::{net::JsonPost, timestamp::Timestamp},
    settings::{AlertSeverity, AlertSlackSettings},
    setup_error::SetupError,
};

/// Slack takes 50 blocks in a message.
const MOST_BLOCKS: usize = 49;

/// Slack takes 3000 characters in a block.
const MOST_TEXT: usize = 2900;

/// Writes alerts to a channel of Slack, through an incoming webhook.
///
/// What metrics bring along is shown as it stands there: it mentions nobody and is no link of Slack's own.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{SlackHandler, settings::AlertSlackSettings};
///
/// let mut settings = AlertSlackSettings::default();
/// settings.url = Some("https://hooks.slack.example/services/T0/B0/secret".into());
/// let handler = SlackHandler::new(&settings, Duration::from_secs(10))?;
/// # let _ = handler;
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
pub struct SlackHandler(JsonPost);

impl SlackHandler {
    /// Connects only once there is something to tell.
    ///
    /// # Errors
    ///
    /// [`SetupError::InvalidValue`] if there is no URL, or it cannot be one.
    pub fn new(settings: &AlertSlackSettings, timeout: Duration) -> Result<Self, SetupError> {
        const KEY: &str = "alerts.slack.url";
        let url = required(&settings.url, KEY, "the URL of an incoming webhook")?;
        JsonPost::new(KEY, url, "", &BTreeMap::new(), timeout).map(Self)
    }
}

impl AlertHandler for SlackHandler {
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
        Box::pin(async move { post(&self.0, &message(alerts)).await })
    }
}

/// A block for each alert; the text is for notifications.
pub(super) fn message(alerts: &[Alert]) -> Value {
    let mut blocks: Vec<Value> = alerts.iter().take(MOST_BLOCKS).map(|alert| block(&text(alert))).collect();
    let more = alerts.len().saturating_sub(MOST_BLOCKS);
    if more > 0 {
        blocks.push(block(&format!("and {more} more")));
    }
    let summary = alerts.first().map(headline).unwrap_or_default();
    let others = alerts.len().saturating_sub(1);
    let summary = if others > 0 { format!("{summary} (and {others} more)") } else { summary };
    json!({ "text": summary, "blocks": blocks })
}

fn block(text: &str) -> Value {
    // Verbatim, so that Slack makes no links and mentions out of names.
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } })
}

fn headline(alert: &Alert) -> String {
    let sign = match (alert.status, alert.severity) {
        (AlertStatus::Resolved, _) => ":white_check_mark: resolved",
        (AlertStatus::Firing, AlertSeverity::Critical) => ":rotating_light: critical",
        (AlertStatus::Firing, AlertSeverity::Warning) => ":warning: warning",
        (AlertStatus::Firing, _) => ":information_source: info",
    };
    format!("{sign}: {}", escaped(&alert.message, MOST_TEXT / 2))
}

fn text(alert: &Alert) -> String {
    let Alert { rule, service, value, comparison, threshold, .. } = alert;
    let details = format!(
        "{rule}, {service}: {} {comparison} {} since {}",
        Shown(*value),
        Shown(*threshold),
        Timestamp(alert.started_at)
    );
    let details = match alert.status {
        AlertStatus::Firing => details,
        AlertStatus::Resolved => {
            format!("{rule}, {service}: now {}, had begun {}", Shown(*value), Timestamp(alert.started_at))
        }
    };
    format!("{}\n{}", headline(alert), escaped(&details, MOST_TEXT / 2))
}

/// The three characters that mean something to Slack, among them what begins a mention; at most so many bytes.
fn escaped(text: &str, most: usize) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if escaped.len() + "&amp;".len() > most {
            escaped.push('…');
            break;
        }
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c => escaped.push(c),
        }
    }
    escaped
}

impl fmt::Debug for SlackHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlackHandler").finish_non_exhaustive()
    }
}
