//! What set-up has decided, whatever it came from.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use crate::breaker::BreakerSpec;

/// What set-up has decided, whatever it came from; the defaults are those of the settings.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) service_name: String,
    pub(crate) enabled: bool,
    pub(crate) metrics: bool,
    pub(crate) prometheus: bool,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) default_labels: BTreeMap<String, String>,
    pub(crate) cardinality_limit: usize,
    pub(crate) exclude_endpoints: Vec<String>,
    pub(crate) slow_threshold: Duration,
    pub(crate) error_messages: bool,
    pub(crate) trust_incoming_context: bool,
    pub(crate) breakers: BTreeMap<String, BreakerSpec>,
    /// Mistakes that were passed over, for the fault hook.
    pub(crate) warnings: Vec<String>,
    /// The effective settings with their sources, if they are to be printed.
    pub(crate) explanation: Option<String>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            service_name: "unknown_service".to_owned(),
            enabled: true,
            metrics: true,
            prometheus: true,
            listen: None,
            default_labels: BTreeMap::new(),
            cardinality_limit: 2000,
            exclude_endpoints: ["/health", "/metrics", "/telemetry"].map(str::to_owned).to_vec(),
            slow_threshold: Duration::from_secs(1),
            error_messages: true,
            trust_incoming_context: true,
            breakers: BTreeMap::new(),
            warnings: Vec::new(),
            explanation: None,
        }
    }
}

impl Plan {
    /// Whether anything may be read of the metrics over HTTP.
    #[cfg(feature = "axum")]
    pub(crate) fn exposes_metrics(&self) -> bool {
        self.enabled && self.metrics && self.prometheus
    }
}

#[cfg(feature = "settings")]
impl From<&crate::settings::Settings> for Plan {
    fn from(settings: &crate::settings::Settings) -> Self {
        let breakers = settings.breakers.iter().map(|(name, breaker)| (name.clone(), breaker.into()));
        Self {
            service_name: settings.service.name.clone(),
            enabled: settings.telemetry.enabled,
            metrics: settings.metrics.enabled,
            prometheus: settings.metrics.prometheus,
            listen: settings.metrics.listen,
            default_labels: settings.metrics.default_labels.clone(),
            cardinality_limit: settings.metrics.cardinality_limit,
            exclude_endpoints: settings.telemetry.exclude_endpoints.clone(),
            slow_threshold: settings.telemetry.slow_threshold,
            error_messages: settings.telemetry.error_messages,
            trust_incoming_context: settings.web.trust_incoming_context,
            breakers: breakers.collect(),
            warnings: settings.warnings().to_vec(),
            explanation: settings.telemetry.debug.then(|| settings.explain()),
        }
    }
}

#[cfg(feature = "settings")]
impl From<&crate::settings::BreakerSettings> for BreakerSpec {
    fn from(settings: &crate::settings::BreakerSettings) -> Self {
        Self {
            failure_rate: settings.failure_rate,
            slow_rate: settings.slow_rate,
            slow_call: settings.slow_call,
            window: settings.window,
            window_calls: settings.window_calls,
            minimum_calls: settings.minimum_calls,
            open_for: settings.open_for,
            half_open_permits: settings.half_open_permits,
            lease: settings.lease,
        }
    }
}
