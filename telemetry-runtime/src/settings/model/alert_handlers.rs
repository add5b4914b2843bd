use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::secret::Secret;
use crate::settings::table::section;

section! {
    /// A mail server that alerts are handed to.
    ///
    /// ```
    /// use telemetry_runtime::settings::AlertEmailTls;
    ///
    /// let yaml = "alerts: { email: { host: mail.example, from: a@shop.example, to: [b@shop.example] } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.alerts.email.to, ["b@shop.example"]);
    /// assert_eq!(settings.alerts.email.tls, AlertEmailTls::StartTls);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct AlertEmailSettings {
        /// Its name or address, such as `smtp.example`. Required by `email`.
        pub host: Option<String> = None;
        /// Its port, such as `2525`. Defaults to what `tls` implies: 587, 465 or 25.
        pub port: Option<u32> = None, check::port;
        /// How the connection is protected; `none` sends no password. Defaults to starttls.
        pub tls: AlertEmailTls = AlertEmailTls::StartTls;
        /// A PEM file with the authorities to trust, such as `ca.pem`, instead of those of the system. Defaults to none.
        pub certificate: Option<PathBuf> = None;
        /// The name to log in with, such as `alerts`. Defaults to none, which does not log in.
        pub username: Option<String> = None;
        /// The password to log in with. Defaults to none.
        pub password: Option<Secret> = None;
        /// The sender, such as `Shop <alerts@shop.example>`. Required by `email`.
        pub from: Option<String> = None;
        /// The recipients, such as `oncall@shop.example`, one at least. Required by `email`.
        pub to: Vec<String> = Vec::new();
    }
}

choices! {
    /// How a connection to a mail server is protected.
    pub enum AlertEmailTls {
        /// Encrypted after a plain greeting, or not used at all.
        StartTls = "starttls",
        /// Encrypted from the first byte.
        Implicit = "implicit",
        /// Not at all: for a server on the same machine.
        None = "none",
    }
}

section! {
    /// A channel of Slack that alerts are written to.
    ///
    /// ```
    /// let yaml = "alerts: { slack: { url: 'https://slack.example/s3cret' } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert!(settings.alerts.slack.url.is_some());
    /// assert!(!format!("{:?}", settings.alerts).contains("s3cret"));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct AlertSlackSettings {
        /// The URL of its incoming webhook, such as `https://hooks.slack.example/services/T0/B0/x`, a secret. Required by
        /// `slack`.
        pub url: Option<Secret> = None, check::secret_url;
    }
}

section! {
    /// A URL that alerts are posted to, as JSON.
    ///
    /// ```
    /// let yaml = "alerts: { webhook: { url: 'https://webhook.example/s3cret' } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert!(settings.alerts.webhook.url.is_some());
    /// assert!(!format!("{:?}", settings.alerts).contains("s3cret"));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct AlertWebhookSettings {
        /// The URL, such as `https://hooks.example/alerts`, a secret. Required by `webhook`.
        pub url: Option<Secret> = None, check::secret_url;
        /// Headers of each request, such as `authorization: Bearer x`. Defaults to none.
        pub headers: BTreeMap<String, Secret> = BTreeMap::new(), check::headers;
    }
}

section! {
    /// A Prometheus Alertmanager that alerts are posted to.
    ///
    /// ```
    /// let yaml = "alerts: { alertmanager: { url: 'https://alertmanager.example/s3cret' } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert!(settings.alerts.alertmanager.url.is_some());
    /// assert!(!format!("{:?}", settings.alerts).contains("s3cret"));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct AlertmanagerSettings {
        /// The URL that its own pages have, such as `http://localhost:9093`, a secret. Required by `alertmanager`.
        pub url: Option<Secret> = None, check::secret_url;
        /// Headers of each request, such as `authorization: Bearer x`. Defaults to none.
        pub headers: BTreeMap<String, Secret> = BTreeMap::new(), check::headers;
    }
}
