//! The exporters that set-up decides on.

#[cfg(feature = "azure-monitor")]
mod azure_monitor;
#[cfg(feature = "console")]
mod console;
#[cfg(feature = "collector")]
mod events;
#[cfg(feature = "file")]
mod file;
#[cfg(feature = "logs")]
mod logs;
#[cfg(feature = "settings")]
mod metrics;
#[cfg(feature = "settings")]
mod of_settings;
#[cfg(feature = "_otlp")]
mod otlp;
#[cfg(feature = "zipkin")]
mod zipkin;

use std::time::Duration;

use opentelemetry_sdk::{Resource, trace::SpanExporter};

#[cfg(feature = "collector")]
pub(super) use self::events::event_outputs;
#[cfg(feature = "logs")]
pub(super) use self::logs::log_outputs;
#[cfg(feature = "settings")]
pub(super) use self::{metrics::metrics_of_settings, of_settings::of_settings};
use crate::{
    export::{CustomExporter, CustomMetricExporter, MetricExporter, MetricOutput, Output},
    fault::{self, Fault},
};

/// Makes an exporter once the resource is known.
pub(super) type MakeOutput = Box<dyn FnOnce(&Resource) -> Option<Output> + Send>;

/// An official exporter, given to the builder.
pub(super) fn custom(name: &'static str, exporter: impl SpanExporter + 'static) -> MakeOutput {
    Box::new(move |resource| match CustomExporter::new(name, exporter, resource) {
        Ok(exporter) => Some(Output::new(exporter)),
        Err(failure) => {
            fault::report(&Fault::new("export", format!("{name} is left out: {failure}")));
            None
        }
    })
}

/// An exporter of metrics, given to the builder; how often it is called is for the plan to say.
pub(super) fn custom_metrics(name: &'static str, exporter: impl MetricExporter) -> MetricOutput {
    MetricOutput {
        name: name.to_owned(),
        sink: Box::new(CustomMetricExporter(exporter)),
        interval: Duration::ZERO,
        timeout: Duration::ZERO,
    }
}

/// Spans that stay in memory, for tests.
#[cfg(feature = "testing")]
pub(super) fn in_memory(spans: &crate::export::memory::InMemorySpans) -> MakeOutput {
    let exporter = spans.exporter();
    Box::new(move |_| Some(Output::new(exporter)))
}
