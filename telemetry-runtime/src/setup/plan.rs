//! What set-up has decided, whatever it came from.

use std::{collections::BTreeMap, time::Duration};

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
    pub(crate) metrics: super::MetricPlan,
    /// What becomes of events; none if nobody asked for the collector.
    #[cfg(feature = "collector")]
    pub(crate) collector: Option<super::collecting::CollectorPlan>,
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
    pub(crate) detectors: Vec<super::resource::Detector>,
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
            detectors: super::resource::Detector::ALL.to_vec(),
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
            metrics: super::MetricPlan::default(),
            #[cfg(feature = "collector")]
            collector: None,
            #[cfg(feature = "axum")]
            web: WebPlan::default(),
        }
    }
}

#[cfg(feature = "settings")]
impl From<&crate::settings::Settings> for Plan {
    fn from(settings: &crate::settings::Settings) -> Self {
        Self {
            service_name: settings.service.name.clone(),
            #[cfg(feature = "_background")]
            service_version: settings.service.version.clone(),
            enabled: settings.telemetry.enabled,
            default_labels: settings.metrics.default_labels.clone(),
            cardinality_limit: settings.metrics.cardinality_limit,
            series_expire_after: settings.metrics.series_expire_after.unwrap_or_default(),
            custom_metrics: settings.metrics.custom.clone(),
            slow_threshold: settings.telemetry.slow_threshold,
            error_messages: settings.telemetry.error_messages,
            record_limit: settings.logs.record_limit,
            breakers: breakers_of(settings),
            read_from: settings.read_from().clone(),
            #[cfg(feature = "_background")]
            reload_interval: settings.telemetry.reload_interval,
            propagation: Some((&settings.propagation).into()),
            warnings: settings.warnings().to_vec(),
            explanation: settings.telemetry.debug.then(|| settings.explain()),
            #[cfg(feature = "_background")]
            tracing: settings.into(),
            #[cfg(feature = "tracing-layer")]
            layers: settings.into(),
            #[cfg(feature = "otel-api")]
            otel_api: settings.into(),
            #[cfg(feature = "_background")]
            metrics: settings.into(),
            #[cfg(feature = "collector")]
            collector: super::collecting::CollectorPlan::of_settings(settings),
            #[cfg(feature = "axum")]
            web: WebPlan {
                exposes_metrics: settings.telemetry.enabled
                    && settings.metrics.enabled
                    && settings.metrics.prometheus,
                listen: settings.metrics.listen,
                exclude_endpoints: settings.telemetry.exclude_endpoints.clone(),
                trust_incoming_context: settings.web.trust_incoming_context,
                token: settings.web.token.clone(),
            },
        }
    }
}

#[cfg(all(feature = "settings", feature = "_background"))]
use super::sampling::sampling_of;

#[cfg(all(feature = "settings", feature = "_background"))]
impl From<&crate::settings::Settings> for TracingPlan {
    fn from(settings: &crate::settings::Settings) -> Self {
        let crate::settings::TracingSettings { batch, limits, .. } = &settings.tracing;
        let service = [
            ("service.version", &settings.service.version),
            ("deployment.environment.name", &settings.service.environment),
        ];
        let service = service.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
        Self {
            enabled: settings.telemetry.enabled && settings.tracing.enabled,
            sampling: sampling_of(settings),
            batching: crate::export::Batching {
                max_queue_size: batch.max_queue_size,
                batch_size: batch.batch_size,
                flush_interval: batch.flush_interval,
                export_timeout: batch.export_timeout,
            },
            limits: crate::export::SpanLimits {
                attributes: limits.attribute_count,
                events: limits.event_count,
                links: limits.link_count,
                event_attributes: limits.event_attribute_count,
                link_attributes: limits.link_attribute_count,
                value_length: limits.attribute_value_length,
            },
            detectors: settings.telemetry.detectors.iter().filter_map(detector).collect(),
            resource: settings.resource.clone().into_iter().chain(service).collect(),
            exporters: settings.exporters.clone(),
        }
    }
}

#[cfg(all(feature = "settings", feature = "tracing-layer"))]
impl From<&crate::settings::Settings> for LayersPlan {
    fn from(settings: &crate::settings::Settings) -> Self {
        let crate::settings::TracingLayerSettings { enabled, level, targets, .. } = &settings.tracing.layer;
        let is_on = settings.telemetry.enabled && settings.tracing.enabled && *enabled;
        Self {
            spans: levels(is_on, *level, targets),
            #[cfg(feature = "logs")]
            logs: settings.into(),
        }
    }
}

#[cfg(feature = "logs")]
impl From<&crate::settings::Settings> for LogsPlan {
    fn from(settings: &crate::settings::Settings) -> Self {
        use crate::settings::{ExporterProvider, LogFormat as Setting, LogSettings};
        let LogSettings { enabled, level, format, targets, console, otlp, .. } = &settings.logs;
        let is_on = settings.telemetry.enabled && *enabled;
        let format = match format {
            Setting::Json => crate::logs::LogFormat::Json,
            Setting::Text => crate::logs::LogFormat::Text,
        };
        let exporters = settings.exporters.iter();
        let exporters = exporters
            .filter(|exporter| exporter.enabled && exporter.provider == ExporterProvider::Otlp)
            .map(|exporter| exporter.otlp.clone());
        Self {
            levels: levels(is_on, *level, targets),
            console: (is_on && *console).then_some(format),
            otlp: if is_on && *otlp { exporters.collect() } else { Vec::new() },
        }
    }
}

/// The levels of a section; a section that is off takes nothing.
#[cfg(all(feature = "settings", feature = "tracing-layer"))]
fn levels(
    is_on: bool,
    level: crate::settings::LogLevel,
    targets: &BTreeMap<String, crate::settings::LogLevel>,
) -> crate::tracing_layer::Levels {
    if !is_on {
        return crate::tracing_layer::Levels::OFF;
    }
    let targets = targets.iter().map(|(target, level)| (target.clone(), (*level).into()));
    crate::tracing_layer::Levels { level: level.into(), targets: targets.collect() }
}

#[cfg(all(feature = "settings", feature = "otel-api"))]
impl From<&crate::settings::Settings> for crate::otel_api::OtelApiPlan {
    fn from(settings: &crate::settings::Settings) -> Self {
        let crate::settings::OtelApiSettings { provider, propagator, parents, .. } =
            settings.tracing.otel_api;
        let is_on = settings.telemetry.enabled && settings.tracing.enabled;
        Self { provider: is_on && provider, propagator, parents }
    }
}

#[cfg(all(feature = "settings", feature = "_background"))]
fn detector(setting: &crate::settings::ResourceDetector) -> Option<super::resource::Detector> {
    use super::resource::Detector;
    use crate::settings::ResourceDetector as Setting;
    match setting {
        Setting::Instance => Some(Detector::Instance),
        Setting::Host => Some(Detector::Host),
        Setting::Os => Some(Detector::Os),
        Setting::Process => Some(Detector::Process),
        Setting::Container => Some(Detector::Container),
        Setting::None => None,
    }
}

#[cfg(feature = "settings")]
impl From<&crate::settings::PropagationSettings> for PropagationPlan {
    fn from(settings: &crate::settings::PropagationSettings) -> Self {
        use crate::settings::PropagationFormat as Setting;
        let format = |format: &Setting| match format {
            Setting::TraceContext => Some(Format::TraceContext),
            Setting::Baggage => Some(Format::Baggage),
            Setting::B3 => Some(Format::B3),
            Setting::B3Multi => Some(Format::B3Multi),
            Setting::Jaeger => Some(Format::Jaeger),
            Setting::None => None,
        };
        let formats = settings.formats.iter().filter_map(format).collect();
        Self { formats, baggage_hosts: settings.baggage_hosts.clone() }
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
            backoff_multiplier: settings.backoff_multiplier,
            open_for_max: settings.open_for_max,
            jitter: settings.jitter,
            half_open_permits: settings.half_open_permits,
            lease: settings.lease,
            ignore: listed(&settings.ignore),
            slow_errors: listed(&settings.slow_errors),
            state: settings.state.map(ordered),
        }
    }
}

#[cfg(feature = "settings")]
fn ordered(order: crate::settings::BreakerOrder) -> crate::breaker::BreakerState {
    use crate::breaker::BreakerState;
    use crate::settings::BreakerOrder as Order;
    match order {
        Order::Closed => BreakerState::Closed,
        Order::ForcedOpen => BreakerState::ForcedOpen,
        Order::Disabled => BreakerState::Disabled,
        Order::MetricsOnly => BreakerState::MetricsOnly,
    }
}

/// What the settings state of each breaker.
#[cfg(feature = "settings")]
pub(super) fn breakers_of(settings: &crate::settings::Settings) -> BTreeMap<String, BreakerSpec> {
    settings.breakers.iter().map(|(name, breaker)| (name.clone(), breaker.into())).collect()
}

/// A list that is empty was not stated.
#[cfg(feature = "settings")]
fn listed(texts: &[String]) -> Option<&'static [&'static str]> {
    (!texts.is_empty()).then(|| crate::intern::intern_list(texts))
}
