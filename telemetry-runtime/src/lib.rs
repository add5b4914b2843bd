//! One attribute on an adapter or a function, and every call has one outcome.
//!
//! A call becomes a latency histogram, outcome counters, an active gauge, an error record and, if asked, goes through
//! a circuit breaker, which all agree on that outcome. It costs about as much as reading the clock twice.
//!
//! ```
//! use telemetry_runtime as telemetry;
//!
//! #[derive(Debug, telemetry::ErrorType)]
//! enum QuoteError {
//!     UnknownSymbol,
//! }
//!
//! struct Finnhub;
//!
//! #[telemetry::instrument_adapter("finnhub")]
//! impl Finnhub {
//!     fn quote(&self, symbol: &str) -> Result<f64, QuoteError> {
//!         if symbol == "ACME" { Ok(101.5) } else { Err(QuoteError::UnknownSymbol) }
//!     }
//! }
//!
//! let _ = (Finnhub.quote("ACME"), Finnhub.quote("NONE"));
//! let snapshot = telemetry::Snapshot::take();
//! assert_eq!(snapshot.sum("adapter_requests_total", &[("operation", "quote"), ("status", "success")]), 1);
//! assert_eq!(snapshot.sum("adapter_errors_total", &[("error_type", "unknown_symbol")]), 1);
//! ```
//!
//! # Where to begin
//!
//! | To | there is |
//! |---|---|
//! | annotate | [`macro@instrument_adapter`] for a block, [`macro@instrument`] for a function; of the latter's parts, [`macro@trace`], [`macro@measure`] and [`macro@track_errors`] |
//! | name the kinds of an error | [`ErrorType`], and a derive of the same name; [`Classify`] for values that can mean failure |
//! | call what cannot be annotated | [`Operation`], [`AdapterMetrics`], [`Call`] |
//! | protect a dependency | [`CircuitBreaker`], [`BreakerConfig`], [`BreakerOpen`] |
//! | set up any program | [`Telemetry`], [`TelemetryBuilder`] |
#![cfg_attr(feature = "settings", doc = "| configure | [`Settings`], and [`settings`] for each section |")]
#![cfg_attr(feature = "axum", doc = "| set up a web service | [`setup_telemetry`], [`serve`] |")]
//! | make spans by hand | [`span`], [`TelemetryFutureExt`], [`current_span`] |
//! | hand a trace on | [`inject`], [`extract`], [`Context`] |
#![cfg_attr(
    feature = "tower",
    doc = "| watch clients and services of tower | [`HttpClientLayer`], [`AdapterLayer`] |"
)]
#![cfg_attr(
    feature = "tracing-layer",
    doc = "| take spans of `tracing` in | [`TelemetryLayer`], `Telemetry::tracing_layer` |"
)]
//! | choose traces | [`SamplingPolicy`], [`SamplingRule`] |
//! | count what is no call | [`Metrics`] with [`Counter`], [`Gauge`] and [`Histogram`] |
#![cfg_attr(feature = "collector", doc = "| collect events | [`EventCollector`] |")]
//! | read what was counted | [`Snapshot`], [`Accounting`], [`check_telemetry_health`] |
#![cfg_attr(
    feature = "_background",
    doc = "| send metrics elsewhere | [`MetricExporter`], and any official `SpanExporter` |"
)]
#![cfg_attr(
    feature = "monitor",
    doc = "| measure the machine, check health | [`PerformanceMonitor`], [`HealthCheck`] |"
)]
#![cfg_attr(feature = "alerts", doc = "| tell somebody | [`AlertRule`], [`AlertHandler`] |")]
#![cfg_attr(feature = "testing", doc = "| test | [`testing::TestTelemetry`] |")]
//!
//! # How a call travels
//!
//! An attribute makes an [`Operation`] and calls into `call`, whose `journey` says in order what a call does:
//! `breaker` admits it, `cells` count it on its own thread, `classify` decides its one [`Outcome`]. Readers add the
//! cells up: `metrics` makes a [`Snapshot`], `prometheus` writes it, `web` serves it.

#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

// Level 0: words.
mod cells;
mod classify;
mod clock;
mod fault;
mod intern;
mod outcome;
mod redact;
mod thread;
// Level 1: signals.
mod breaker;
mod metrics;
mod operation;
mod propagation;
mod scope;
mod trace;
// Level 2: the call.
mod adapter_metrics;
mod call;
#[cfg(feature = "settings")]
pub mod settings;
mod setup_error;
// Level 3: readers.
mod accounting;
#[cfg(feature = "dashboard")]
mod activity;
#[cfg(feature = "alerts")]
mod alert;
#[cfg(feature = "axum")]
mod catalog;
#[cfg(feature = "collector")]
mod collector;
#[cfg(feature = "_background")]
mod export;
mod health;
#[cfg(feature = "logs")]
mod logs;
#[cfg(feature = "monitor")]
mod monitor;
#[cfg(feature = "otel-api")]
mod otel_api;
#[cfg(feature = "monitor")]
mod periodic;
#[cfg(feature = "_background")]
mod process;
#[cfg(feature = "prometheus")]
pub mod prometheus;
#[cfg(all(feature = "monitor", target_os = "linux"))]
mod system;
#[cfg(feature = "tracing-layer")]
mod tracing_layer;
// Level 4: edges.
#[doc(hidden)]
#[path = "macro_support.rs"]
pub mod __private;
#[cfg(feature = "tower")]
mod adapter;
#[cfg(feature = "tower")]
mod client;
#[cfg(feature = "_background")]
mod driver;
mod setup;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "axum")]
mod web;

pub use accounting::Accounting;
#[cfg(feature = "tower")]
pub use adapter::{AdapterFuture, AdapterLayer, AdapterService, ProtectedAdapterFuture};
pub use adapter_metrics::AdapterMetrics;
#[cfg(feature = "email")]
pub use alert::EmailHandler;
#[cfg(feature = "alerts")]
pub use alert::{
    Alert, AlertError, AlertHandled, AlertHandler, AlertHandlerReport, AlertReport, AlertRuleReport,
    AlertSeriesReport, AlertState, AlertStatus, AlertmanagerHandler, LogHandler, SlackHandler,
    WebhookHandler,
};
pub use breaker::{
    BreakerConfig, BreakerEvent, BreakerEventKind, BreakerOpen, BreakerState, BreakerWindow, CircuitBreaker,
    Judgement, Permit,
};
pub use call::Call;
pub use classify::{Classify, ErrorType};
#[cfg(feature = "tower")]
pub use client::{
    HttpClientLayer, HttpClientService, OutgoingFuture, OutgoingRequest, OutgoingResponse, Target,
};
pub use clock::{Clock, ManualClock};
#[cfg(feature = "collector")]
pub use collector::{
    Aggregated, Event, EventAggregate, EventCollector, EventError, EventReport, Micros, WindowAggregates,
    report_events,
};
#[cfg(feature = "_background")]
pub use export::{ExporterFailure, MetricExport, MetricExporter};
pub use fault::Fault;
#[cfg(feature = "monitor")]
pub use health::{CheckKind, CheckReport, Checked, HealthCheck};
pub use health::{HealthReport, HealthStatus};
#[cfg(feature = "prometheus")]
pub use metrics::Recorder;
pub use metrics::{
    Counter, Exemplar, Family, FamilyKind, Gauge, Histogram, HistogramValue, Labels, MetricError, Metrics,
    Series, Snapshot, Timer, Value,
};
#[cfg(all(feature = "monitor", feature = "axum"))]
pub use monitor::{ApiCollector, ApiMonitor};
#[cfg(feature = "monitor")]
pub use monitor::{
    AsyncProbe, CounterProbe, Measured, PerformanceMonitor, Probe, ProbeError, ProbeKind, ProbeOptions,
    Readings, RegisterError, Sample,
};
pub use operation::{Kind, Operation, Slo};
#[cfg(feature = "otel-api")]
pub use otel_api::{
    TelemetryPropagator, TelemetrySpan, TelemetryTracer, TelemetryTracerProvider, otel_context,
};
pub use outcome::{ErrorLabel, Outcome};
pub use propagation::{extract, inject, inject_for};
pub use redact::Redacted;
/// What an alert watches; an item of the settings' list `alerts.rules`.
#[cfg(feature = "alerts")]
pub use settings::AlertRuleSettings as AlertRule;
/// How bad an alert is.
#[cfg(feature = "alerts")]
pub use settings::AlertSeverity as Severity;
/// How [`EventCollector`] works; the settings' section `collector`.
#[cfg(feature = "collector")]
pub use settings::CollectorSettings as CollectorConfig;
/// How [`PerformanceMonitor`] works; the settings' section `monitor`.
#[cfg(feature = "monitor")]
pub use settings::MonitorSettings as MonitorConfig;
#[cfg(feature = "settings")]
pub use settings::Settings;
#[cfg(feature = "collector")]
pub use settings::{EventSeverity, EventType};
pub use setup::{Telemetry, TelemetryBuilder, TimedOut, check_telemetry_health};
pub use setup_error::SetupError;
pub use telemetry_macros::{
    ErrorType, instrument, instrument_adapter, measure, telemetry, trace, track_errors,
};
#[cfg(feature = "_background")]
pub use trace::spawn;
pub use trace::{
    Context, InContext, InSpan, ParentSampler, SamplingPolicy, SamplingRule, Span, SpanBuilder, SpanGuard,
    TelemetryFutureExt, current_span, span,
};
#[cfg(feature = "tracing-layer")]
pub use tracing_layer::TelemetryLayer;
#[cfg(feature = "dashboard")]
pub use web::api_page;
#[cfg(feature = "axum")]
pub use web::{
    HttpServerLayer, HttpServerService, ResponseFuture, TrackedBody, serve, serve_until, setup_telemetry,
};
