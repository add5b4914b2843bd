//! How metrics leave.

use std::time::Duration;

/// How metrics leave, apart from those who ask for them.
#[derive(Clone, Debug)]
pub(crate) struct MetricPlan {
    pub(crate) enabled: bool,
    pub(crate) exemplars: bool,
    pub(crate) export_interval: Duration,
    pub(crate) export_timeout: Duration,
    #[cfg(feature = "settings")]
    pub(crate) otlp: crate::settings::OtlpMetricSettings,
    #[cfg(feature = "settings")]
    pub(crate) push_gateway: crate::settings::PushGatewaySettings,
    #[cfg(feature = "settings")]
    pub(crate) statsd: crate::settings::StatsdSettings,
}

impl Default for MetricPlan {
    fn default() -> Self {
        Self {
            enabled: true,
            exemplars: true,
            export_interval: Duration::from_secs(60),
            export_timeout: Duration::from_secs(30),
            #[cfg(feature = "settings")]
            otlp: Default::default(),
            #[cfg(feature = "settings")]
            push_gateway: Default::default(),
            #[cfg(feature = "settings")]
            statsd: Default::default(),
        }
    }
}

#[cfg(feature = "settings")]
impl From<&crate::settings::Settings> for MetricPlan {
    fn from(settings: &crate::settings::Settings) -> Self {
        let metrics = &settings.metrics;
        Self {
            enabled: settings.telemetry.enabled && metrics.enabled,
            exemplars: metrics.exemplars,
            export_interval: metrics.export_interval,
            export_timeout: metrics.export_timeout,
            otlp: metrics.otlp.clone(),
            push_gateway: metrics.push_gateway.clone(),
            statsd: metrics.statsd.clone(),
        }
    }
}
