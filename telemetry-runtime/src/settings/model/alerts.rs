use std::time::Duration;

use crate::settings::choices::choices;
use crate::settings::item::Item;
use crate::settings::table::section;

section! {
    /// Alerts on metrics.
    pub struct AlertSettings {
        /// Whether rules are evaluated. Defaults to false.
        pub enabled: bool = false;
        /// Who is told. Defaults to nobody.
        pub handlers: Vec<AlertHandlerKind> = Vec::new();
        /// What is watched. Defaults to nothing.
        pub rules: Vec<AlertRuleSettings> = Vec::new();
    }
}

section! {
    /// A metric that is watched.
    pub struct AlertRuleSettings {
        /// The metric or probe, such as `cpu`. Required.
        pub metric: String = String::new();
        /// The value above which the alert is raised. Required.
        pub threshold: f64 = 0.0;
        /// How long the value must stay above it; also written `duration`. Defaults to not at all.
        pub duration as "for" | "duration": Duration = Duration::ZERO;
        /// How bad it is. Defaults to warning.
        pub severity: AlertSeverity = AlertSeverity::Warning;
    }
}

impl Item for AlertRuleSettings {
    const REQUIRED: &'static [(&'static str, &'static str)] =
        &[("metric", "the name of a metric, such as `cpu`"), ("threshold", "a number")];
}

choices! {
    /// How bad an alert is.
    pub enum AlertSeverity {
        /// Worth knowing.
        Info = "info",
        /// Worth looking at.
        Warning = "warning",
        /// Worth waking somebody.
        Critical = "critical",
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
