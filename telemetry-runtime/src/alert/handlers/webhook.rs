use std::{fmt, time::Duration};

use serde::Serialize;

use super::{post, required};
use crate::{
    alert::{Alert, AlertHandled, AlertHandler},
    export::net::JsonPost,
    settings::AlertWebhookSettings,
    setup_error::SetupError,
};

/// Posts alerts to a URL of one's own, as JSON: `{"version": 1, "alerts": [..]}`.
///
/// A status of 5xx, 408 or 429 is tried again, with the pause that `Retry-After` asks for; any other is a refusal.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{WebhookHandler, settings::AlertWebhookSettings};
///
/// let mut settings = AlertWebhookSettings::default();
/// settings.url = Some("https://hooks.example/alerts".into());
/// let handler = WebhookHandler::new(&settings, Duration::from_secs(10))?;
/// # let _ = handler;
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
pub struct WebhookHandler(JsonPost);

impl WebhookHandler {
    /// Connects only once there is something to tell.
    ///
    /// # Errors
    ///
    /// [`SetupError::InvalidValue`] if there is no URL, or it or a header cannot be one.
    pub fn new(settings: &AlertWebhookSettings, timeout: Duration) -> Result<Self, SetupError> {
        const KEY: &str = "alerts.webhook.url";
        let url = required(&settings.url, KEY, "the URL that alerts are posted to")?;
        JsonPost::new(KEY, url, "", &settings.headers, timeout).map(Self)
    }
}

impl AlertHandler for WebhookHandler {
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
        Box::pin(async move { post(&self.0, &Body { version: 1, alerts }).await })
    }
}

#[derive(Serialize)]
struct Body<'a> {
    /// Grows when a reader of this one could not read the next.
    version: u32,
    alerts: &'a [Alert],
}

impl fmt::Debug for WebhookHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookHandler").finish_non_exhaustive()
    }
}
