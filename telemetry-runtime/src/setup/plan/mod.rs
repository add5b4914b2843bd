//! What set-up has decided, whatever it came from.

#[cfg(feature = "settings")]
mod of_settings;

use std::{collections::BTreeMap, time::Duration};

#[cfg(feature = "settings")]
pub(super) use self::of_settings::breakers_of;
#[cfg(feature = "_background")]
use crate::trace::SamplingPolicy;
use crate::{breaker::BreakerSpec, propagation::Format};

/// What set-up has decided, whatever it came from; the defaults are those of the settings.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) service_name: String,
    #[cfg(feature = "_background")]
    pub(crate) service_version: Option<String>,
    pub(crate) enabled: bool,
    pub(crate) default_labels: BTreeMap<String, String>,
    pub(crate) cardinality_limit: usize,
    /// After how long a series that nobody feeds is left out; zero is never.
    pub(crate) series_expire_after: Duration,
    /// Metrics that the settings declare.
    #[cfg(feature = "settings")]
    pub(crate) custom_metrics: BTreeMap<String, crate::settings::CustomMetricSettings>,
    pub(crate) slow_threshold: Duration,
    pub(crate) error_messages: bool,
    /// Error records, and slow ones, of one operation in a second.
    pub(crate) record_limit: usize,
    pub(crate) breakers: BTreeMap<String, BreakerSpec>,
    /// How contexts travel in headers; none leaves that as it is.
    pub(crate) propagation: Option<PropagationPlan>,
    /// Mistakes that were passed over, for the fault hook.
    pub(crate) warnings: Vec<String>,
    /// The effective settings with their sources, if they are to be printed.
    pub(crate) explanation: Option<String>,
    /// Where the settings may be read again.
    #[cfg(feature = "settings")]
    pub(crate) read_from: crate::settings::ReadFrom,
    /// How often it is looked whether they have changed.
    #[cfg(all(feature = "settings", feature = "_background"))]
    pub(crate) reload_interval: Duration,
    #[cfg(feature = "_background")]
    pub(crate) tracing: TracingPlan,
    #[cfg(feature = "tracing-layer")]
    pub(crate) layers: LayersPlan,
    #[cfg(feature = "otel-api")]
    pub(crate) otel_api: crate::otel_api::OtelApiPlan,
    #[cfg(feature = "_background")]
    pub(crate) metrics: crate::setup::MetricPlan,
    /// What becomes of events; none if nobody asked for the collector.
    #[cfg(feature = "collector")]
    pub(crate) collector: Option<crate::setup::collecting::CollectorPlan>,
    #[cfg(feature = "monitor")]
    pub(crate) measuring: crate::setup::measuring::MeasuringPlan,
    /// What is watched; none if nobody asked for alerts.
    #[cfg(feature = "alerts")]
    pub(crate) alerts: Option<crate::setup::alerting::AlertPlan>,
    #[cfg(feature = "axum")]
    pub(crate) web: WebPlan,
}

/// What comes in through `tracing`.
#[cfg(feature = "tracing-layer")]
#[derive(Clone, Debug, Default)]
pub(crate) struct LayersPlan {
    /// Spans, and events of spans.
    pub(crate) spans: crate::tracing_layer::Levels,
    #[cfg(feature = "logs")]
    pub(crate) logs: LogsPlan,
}

/// Which log records are taken, and where they go.
#[cfg(feature = "logs")]
#[derive(Clone, Debug, Default)]
pub(crate) struct LogsPlan {
    pub(crate) levels: crate::tracing_layer::Levels,
    /// How they are written to standard output, if they are.
    pub(crate) console: Option<crate::logs::LogFormat>,
    /// The OTLP exporters that send them.
    pub(crate) otlp: Vec<crate::settings::OtlpSettings>,
}

/// How contexts travel in headers.
#[derive(Clone, Debug)]
pub(crate) struct PropagationPlan {
    pub(crate) formats: Vec<Format>,
    pub(crate) baggage_hosts: Vec<String>,
}

/// Which spans are recorded and how they leave.
#[cfg(feature = "_background")]
#[derive(Clone, Debug)]
pub(crate) struct TracingPlan {
    pub(crate) enabled: bool,
    pub(crate) sampling: SamplingPolicy,
    pub(crate) batching: crate::export::Batching,
    pub(crate) limits: crate::export::SpanLimits,
    /// What is found out about the resource.
    pub(crate) detectors: Vec<crate::setup::resource::Detector>,
    /// Attributes of the resource beside the service's name.
    pub(crate) resource: BTreeMap<String, String>,
    #[cfg(feature = "settings")]
    pub(crate) exporters: Vec<crate::settings::ExporterSettings>,
}

#[cfg(feature = "_background")]
impl Default for TracingPlan {
    fn default() -> Self {
        Self {
            enabled: true,
            sampling: SamplingPolicy::default(),
            batching: crate::export::Batching::default(),
            limits: crate::export::SpanLimits::default(),
            detectors: crate::setup::resource::Detector::ALL.to_vec(),
            resource: BTreeMap::new(),
            #[cfg(feature = "settings")]
            exporters: Vec::new(),
        }
    }
}

/// What the web edge does.
#[cfg(feature = "axum")]
#[derive(Clone, Debug)]
pub(crate) struct WebPlan {
    /// Whether metrics may be read over HTTP.
    pub(crate) exposes_metrics: bool,
    /// A port of their own for them.
    pub(crate) listen: Option<std::net::SocketAddr>,
    pub(crate) exclude_endpoints: Vec<String>,
    pub(crate) trust_incoming_context: bool,
    /// The bearer token for `/telemetry`.
    pub(crate) token: Option<crate::settings::Secret>,
    #[cfg(feature = "dashboard")]
    pub(crate) dashboard: DashboardPlan,
}

/// What the live page shows and remembers.
#[cfg(feature = "dashboard")]
#[derive(Clone, Debug)]
pub(crate) struct DashboardPlan {
    pub(crate) settings: crate::settings::DashboardSettings,
    /// `service.environment`.
    pub(crate) environment: Option<String>,
    /// The effective settings, as they may be shown.
    pub(crate) shown: Vec<crate::settings::ShownSetting>,
}

#[cfg(feature = "dashboard")]
impl Default for DashboardPlan {
    fn default() -> Self {
        Self::from(&crate::settings::Settings::default())
    }
}

#[cfg(feature = "axum")]
impl Default for WebPlan {
    fn default() -> Self {
        Self {
            exposes_metrics: true,
            listen: None,
            exclude_endpoints: ["/health", "/metrics", "/telemetry"].map(str::to_owned).to_vec(),
            trust_incoming_context: true,
            token: None,
            #[cfg(feature = "dashboard")]
            dashboard: DashboardPlan::default(),
        }
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            service_name: "unknown_service".to_owned(),
            #[cfg(feature = "_background")]
            service_version: None,
            enabled: true,
            default_labels: BTreeMap::new(),
            cardinality_limit: 2000,
            series_expire_after: Duration::ZERO,
            #[cfg(feature = "settings")]
            custom_metrics: BTreeMap::new(),
            slow_threshold: Duration::from_secs(1),
            error_messages: true,
            record_limit: 10,
            breakers: BTreeMap::new(),
            propagation: None,
            warnings: Vec::new(),
            explanation: None,
            #[cfg(feature = "settings")]
            read_from: crate::settings::ReadFrom::default(),
            #[cfg(all(feature = "settings", feature = "_background"))]
            reload_interval: Duration::ZERO,
            #[cfg(feature = "_background")]
            tracing: TracingPlan::default(),
            #[cfg(feature = "tracing-layer")]
            layers: LayersPlan::default(),
            #[cfg(feature = "otel-api")]
            otel_api: crate::otel_api::OtelApiPlan::default(),
            #[cfg(feature = "_background")]
            metrics: crate::setup::MetricPlan::default(),
            #[cfg(feature = "collector")]
            collector: None,
            #[cfg(feature = "monitor")]
            measuring: crate::setup::measuring::MeasuringPlan::default(),
            #[cfg(feature = "alerts")]
            alerts: None,
            #[cfg(feature = "axum")]
            web: WebPlan::default(),
        }
    }
}
