//! The sections, one file each, with their keys and defaults.

mod alert_handlers;
mod alert_rule;
mod alerts;
mod breakers;
mod collector;
mod exporters;
mod health;
mod logs;
mod metrics;
mod monitor;
mod otlp;
mod propagation;
mod service;
mod telemetry;
mod tracing;
mod web;

pub use alert_handlers::{
    AlertEmailSettings, AlertEmailTls, AlertSlackSettings, AlertWebhookSettings, AlertmanagerSettings,
};
pub use alert_rule::{AlertAggregation, AlertComparison, AlertRuleSettings, AlertSeverity};
pub use alerts::{AlertHandlerKind, AlertSettings};
pub use breakers::{BreakerOrder, BreakerSettings};
pub use collector::{
    CollectorSettings, EventFilterSettings, EventProcessingSettings, EventSeverity, EventStorage, EventType,
};
pub use exporters::{
    AzureMonitorSettings, ConsoleFormat, ConsoleSettings, ExporterProvider, ExporterSettings, Fallback,
    FileSettings, JaegerSettings, ZipkinSettings,
};
pub use health::{HealthSettings, ThresholdSettings};
pub use logs::{LogFormat, LogLevel, LogSettings};
pub use metrics::{
    CustomMetricKind, CustomMetricSettings, MetricSettings, OtlpMetricSettings, PushGatewaySettings,
    StatsdFlavor, StatsdSettings, Temporality,
};
pub use monitor::{MonitorSettings, ProbeSettings};
pub use otlp::{OtlpCompression, OtlpProtocol, OtlpSettings, OtlpSignalSettings, OtlpTarget};
pub use propagation::{PropagationFormat, PropagationSettings};
pub use service::ServiceSettings;
pub use telemetry::{ResourceDetector, TelemetrySettings};
pub use tracing::{
    BatchSettings, KeepSettings, OtelApiSettings, SamplerRule, SamplerSettings, SpanLimitSettings,
    TracingLayerSettings, TracingSettings,
};
pub use web::{DashboardSettings, WebSettings};

use super::table::nested;

nested!(
    ServiceSettings,
    TelemetrySettings,
    TracingSettings,
    SamplerSettings,
    KeepSettings,
    BatchSettings,
    SpanLimitSettings,
    TracingLayerSettings,
    OtelApiSettings,
    OtlpSettings,
    OtlpSignalSettings,
    ConsoleSettings,
    AzureMonitorSettings,
    JaegerSettings,
    ZipkinSettings,
    FileSettings,
    PropagationSettings,
    MetricSettings,
    OtlpMetricSettings,
    PushGatewaySettings,
    StatsdSettings,
    CollectorSettings,
    EventFilterSettings,
    EventProcessingSettings,
    MonitorSettings,
    ProbeSettings,
    HealthSettings,
    ThresholdSettings,
    AlertSettings,
    AlertEmailSettings,
    AlertSlackSettings,
    AlertWebhookSettings,
    AlertmanagerSettings,
    LogSettings,
    WebSettings,
    DashboardSettings,
);
