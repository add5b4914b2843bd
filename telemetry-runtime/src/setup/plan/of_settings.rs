//! What settings come to.

use std::collections::BTreeMap;

#[cfg(feature = "tracing-layer")]
use super::LayersPlan;
#[cfg(feature = "logs")]
use super::LogsPlan;
#[cfg(feature = "_background")]
use super::TracingPlan;
#[cfg(feature = "axum")]
use super::WebPlan;
use super::{Plan, PropagationPlan};
#[cfg(feature = "_background")]
use crate::setup::sampling::sampling_of;
use crate::{breaker::BreakerSpec, propagation::Format};

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
            warnings: warnings_of(settings),
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
            collector: crate::setup::collecting::CollectorPlan::of_settings(settings),
            #[cfg(feature = "monitor")]
            measuring: settings.into(),
            // Together with what the builder gives.
            #[cfg(feature = "alerts")]
            alerts: None,
            #[cfg(feature = "axum")]
            web: WebPlan {
                exposes_metrics: settings.telemetry.enabled
                    && settings.metrics.enabled
                    && settings.metrics.prometheus,
                listen: settings.metrics.listen,
                exclude_endpoints: settings.telemetry.exclude_endpoints.clone(),
                trust_incoming_context: settings.web.trust_incoming_context,
                token: settings.web.token.clone(),
                #[cfg(feature = "dashboard")]
                dashboard: settings.into(),
            },
        }
    }
}

#[cfg(feature = "dashboard")]
impl From<&crate::settings::Settings> for super::DashboardPlan {
    fn from(settings: &crate::settings::Settings) -> Self {
        Self {
            settings: settings.web.dashboard.clone(),
            environment: settings.service.environment.clone(),
            shown: settings.shown(),
        }
    }
}

#[cfg(feature = "_background")]
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
                retry_for: None,
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

#[cfg(feature = "tracing-layer")]
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
#[cfg(feature = "tracing-layer")]
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

#[cfg(feature = "otel-api")]
impl From<&crate::settings::Settings> for crate::otel_api::OtelApiPlan {
    fn from(settings: &crate::settings::Settings) -> Self {
        let crate::settings::OtelApiSettings { provider, propagator, parents, .. } =
            settings.tracing.otel_api;
        let is_on = settings.telemetry.enabled && settings.tracing.enabled;
        Self { provider: is_on && provider, propagator, parents }
    }
}

#[cfg(feature = "_background")]
fn detector(setting: &crate::settings::ResourceDetector) -> Option<crate::setup::resource::Detector> {
    use crate::settings::ResourceDetector as Setting;
    use crate::setup::resource::Detector;
    match setting {
        Setting::Instance => Some(Detector::Instance),
        Setting::Host => Some(Detector::Host),
        Setting::Os => Some(Detector::Os),
        Setting::Process => Some(Detector::Process),
        Setting::Container => Some(Detector::Container),
        Setting::None => None,
    }
}

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
pub(in crate::setup) fn breakers_of(settings: &crate::settings::Settings) -> BTreeMap<String, BreakerSpec> {
    settings.breakers.iter().map(|(name, breaker)| (name.clone(), breaker.into())).collect()
}

/// A list that is empty was not stated.
fn listed(texts: &[String]) -> Option<&'static [&'static str]> {
    (!texts.is_empty()).then(|| crate::intern::intern_list(texts))
}

/// What was ignored while loading, and what this build leaves out although it is asked for.
fn warnings_of(settings: &crate::settings::Settings) -> Vec<String> {
    let parts = [
        ("alerts", cfg!(feature = "alerts"), settings.alerts.enabled),
        ("collector", cfg!(feature = "collector"), settings.collector.enabled),
    ];
    let absent = parts.into_iter().filter(|(_, is_built, is_wanted)| *is_wanted && !is_built);
    let absent = absent.map(|(part, ..)| {
        format!(
            "`{part}.enabled` is set, and `{part}` is not part of this build; switch the feature `{part}` on"
        )
    });
    settings.warnings().iter().cloned().chain(absent).collect()
}
