use std::path::PathBuf;
use std::time::Duration;

use super::alert_handlers::{
    AlertEmailSettings, AlertSlackSettings, AlertWebhookSettings, AlertmanagerSettings,
};
use super::alert_rule::AlertRuleSettings;
use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::table::section;

section! {
    /// Alerts on metrics.
    ///
    /// ```
    /// let yaml = "alerts: { enabled: true, handlers: [log], rules: [{ metric: cpu, threshold: 90, for: 5m }] }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert!(settings.alerts.enabled);
    /// assert_eq!(settings.alerts.rules[0].title(), "cpu > 90");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct AlertSettings {
        /// Whether rules are evaluated. Defaults to false.
        pub enabled: bool = false;
        /// The time between two evaluations. Defaults to 15 s.
        pub interval: Duration = Duration::from_secs(15), check::positive;
        /// After an alert has ended, how long its series raises no other; a rule may say otherwise. Defaults to 5 m.
        pub cooldown: Duration = Duration::from_secs(300);
        /// Whether alerts go on after a restart as they were before it. Defaults to true.
        pub keep_state: bool = true;
        /// The file that remembers them; each process needs its own. Defaults to `telemetry_alerts.json`.
        pub state_file: PathBuf = PathBuf::from("telemetry_alerts.json");
        /// The longest that a handler may take at once. Defaults to 10 s.
        pub timeout: Duration = Duration::from_secs(10), check::positive;
        /// How long a delivery that fails is tried again, with growing waits, before it is lost. Defaults to 10 m.
        pub retry_for: Duration = Duration::from_secs(600), check::positive;
        /// Who is told; each has a block of its name below. Defaults to nobody.
        pub handlers: Vec<AlertHandlerKind> = Vec::new();
        /// The mail server, for `email`.
        pub email: AlertEmailSettings = AlertEmailSettings::default();
        /// The channel, for `slack`.
        pub slack: AlertSlackSettings = AlertSlackSettings::default();
        /// The URL, for `webhook`.
        pub webhook: AlertWebhookSettings = AlertWebhookSettings::default();
        /// The Alertmanager, for `alertmanager`.
        pub alertmanager: AlertmanagerSettings = AlertmanagerSettings::default();
        /// What is watched. Defaults to nothing.
        pub rules: Vec<AlertRuleSettings> = Vec::new();
    }
}

choices! {
    /// Who is told of an alert.
    pub enum AlertHandlerKind {
        /// The log.
        Log = "log",
        /// A mail server.
        Email = "email",
        /// Slack.
        Slack = "slack",
        /// A URL of one's own.
        Webhook = "webhook",
        /// Prometheus Alertmanager.
        Alertmanager = "alertmanager",
    }
}
