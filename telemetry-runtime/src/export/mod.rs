//! Ways out for spans: from the rings, through one bounded line an exporter, to receivers.

mod account;
mod additions;
mod assembler;
#[cfg(feature = "azure-monitor")]
pub(crate) mod azure_monitor;
mod backoff;
#[cfg(feature = "tracing-layer")]
mod callsites;
#[cfg(feature = "console")]
pub(crate) mod console;
mod control;
mod custom;
pub(crate) mod delivery;
mod ended;
mod families;
mod feed;
#[cfg(any(feature = "file", feature = "collector"))]
pub(crate) mod file;
#[cfg(any(feature = "zipkin", feature = "azure-monitor"))]
mod flat;
#[cfg(any(feature = "file", feature = "otlp-http"))]
mod json;
mod keep;
mod known;
mod last_failure;
mod limits;
mod line;
mod lines;
#[cfg(feature = "logs")]
mod logs;
#[cfg(feature = "testing")]
pub(crate) mod memory;
#[cfg(feature = "_net")]
#[cfg_attr(
    not(feature = "otlp-http"),
    allow(dead_code, unused_imports, reason = "which of it is used depends on the features")
)]
pub(crate) mod net;
mod open_additions;
#[cfg(feature = "_otlp")]
pub(crate) mod otlp;
mod pace;
mod parts;
mod pipeline;
#[cfg(feature = "_proto")]
mod proto;
#[cfg(feature = "push-gateway")]
pub(crate) mod push_gateway;
mod readers;
#[cfg(feature = "dashboard")]
mod recent;
#[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
mod said;
#[cfg(any(feature = "console", feature = "logs"))]
pub(crate) mod shown;
mod spans;
#[cfg(feature = "statsd")]
pub(crate) mod statsd;
#[cfg(any(feature = "console", feature = "logs", feature = "azure-monitor", feature = "alerts"))]
pub(crate) mod timestamp;
#[cfg(any(
    feature = "console",
    feature = "dashboard",
    feature = "logs",
    feature = "zipkin",
    feature = "azure-monitor"
))]
pub(crate) mod values;
mod wall;
mod watch;
mod worker;
#[cfg(any(feature = "console", feature = "file", feature = "logs", feature = "collector"))]
pub(crate) mod writing;

#[cfg(feature = "zipkin")]
pub(crate) mod zipkin;

#[cfg(feature = "monitor")]
pub(crate) use self::backoff::Backoff;
#[cfg(feature = "file")]
pub(crate) use self::proto::Origin;
#[cfg(all(feature = "dashboard", feature = "logs"))]
pub(crate) use self::recent::RecentLogs;
#[cfg(feature = "dashboard")]
pub(crate) use self::recent::{RecentLimits, RecentTrace, RecentTraces, TraceQuery, TraceSummary};
#[cfg(any(feature = "collector", feature = "alerts"))]
pub(crate) use self::{
    account::Dropped,
    feed::Feed,
    lines::{Carried, Lines, Work},
};
#[cfg(feature = "collector")]
pub(crate) use self::{
    account::{Account, DropReason},
    families::{Totals, fill as fill_families},
};
pub(crate) use self::{
    control::Control,
    custom::CustomExporter,
    families::collect as span_families,
    limits::SpanLimits,
    line::Batching,
    lines::Output,
    parts::DroppedParts,
    pipeline::Pipeline,
    readers::{CustomMetricExporter, MetricOutput, ReaderControl, ReaderState, Readers, reader_families},
    spans::Shared,
    watch::ExporterVitals,
};
#[cfg(feature = "alerts")]
pub(crate) use self::{custom::guarded, line::Line};
#[cfg(feature = "logs")]
pub(crate) use self::{
    families::collect_logs as log_families,
    logs::{LogHub, LogRecord, SharedRecord, SpanOfRecord},
};
pub use self::{
    last_failure::ExporterFailure,
    readers::{MetricExport, MetricExporter},
};
#[cfg(feature = "testing")]
pub(crate) use assembler::Assembler;
