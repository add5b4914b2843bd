//! Ways out for spans: from the rings, through one bounded line an exporter, to receivers.

mod account;
mod additions;
mod assembler;
#[cfg(feature = "azure-monitor")]
pub(crate) mod azure_monitor;
mod backoff;
#[cfg(feature = "console")]
pub(crate) mod console;
mod custom;
pub(crate) mod delivery;
mod families;
#[cfg(feature = "file")]
pub(crate) mod file;
#[cfg(any(feature = "zipkin", feature = "azure-monitor"))]
mod flat;
#[cfg(any(feature = "file", feature = "otlp-http"))]
mod json;
mod last_failure;
mod limits;
mod line;
#[cfg(feature = "testing")]
pub(crate) mod memory;
#[cfg(feature = "_net")]
#[cfg_attr(
    not(feature = "otlp-http"),
    allow(dead_code, unused_imports, reason = "which of it is used depends on the features")
)]
pub(crate) mod net;
#[cfg(feature = "_otlp")]
pub(crate) mod otlp;
mod parts;
mod pipeline;
#[cfg(feature = "_proto")]
mod proto;
#[cfg(feature = "push-gateway")]
pub(crate) mod push_gateway;
mod readers;
#[cfg(feature = "statsd")]
pub(crate) mod statsd;
#[cfg(any(feature = "console", feature = "azure-monitor"))]
mod timestamp;
#[cfg(any(feature = "console", feature = "zipkin", feature = "azure-monitor"))]
mod values;
mod wall;
mod watch;
mod worker;
#[cfg(any(feature = "console", feature = "file"))]
mod writing;

#[cfg(feature = "zipkin")]
pub(crate) mod zipkin;

pub(crate) use self::{
    custom::CustomExporter,
    families::collect as span_families,
    limits::SpanLimits,
    line::Batching,
    parts::DroppedParts,
    pipeline::{Control, Output, Pipeline, Shared},
    readers::{CustomMetricExporter, MetricOutput, ReaderControl, ReaderState, Readers, reader_families},
    watch::ExporterVitals,
};
pub use self::{
    last_failure::ExporterFailure,
    readers::{MetricExport, MetricExporter},
};
#[cfg(feature = "testing")]
pub(crate) use assembler::Assembler;
