//! `OTEL_EXPORTER_OTLP_*`.

use std::sync::Arc;

use super::Form::{self, Milliseconds, Same};
use super::Reader;
use crate::settings::node::{Kind, Name, Node};
use crate::settings::secret::MASK;
use crate::settings::source::Source;
use crate::settings::{ExporterProvider, pairs};

/// Below the `otlp` block of an exporter.
const OTLP: [(&str, &str, Form); 19] = [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "endpoint", Same),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "protocol", Same),
    ("OTEL_EXPORTER_OTLP_COMPRESSION", "compression", Same),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "timeout", Milliseconds),
    ("OTEL_EXPORTER_OTLP_CERTIFICATE", "certificate", Same),
    ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "client_certificate", Same),
    ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "client_key", Same),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "traces.endpoint", Same),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "traces.protocol", Same),
    ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "traces.compression", Same),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "traces.timeout", Milliseconds),
    ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "logs.endpoint", Same),
    ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "logs.protocol", Same),
    ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "logs.compression", Same),
    ("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "logs.timeout", Milliseconds),
    ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "metrics.endpoint", Same),
    ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "metrics.protocol", Same),
    ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "metrics.compression", Same),
    ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "metrics.timeout", Milliseconds),
];

const OTLP_HEADERS: [(&str, &str); 4] = [
    ("OTEL_EXPORTER_OTLP_HEADERS", "headers"),
    ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "traces.headers"),
    ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "logs.headers"),
    ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "metrics.headers"),
];

impl Reader<'_> {
    /// The variables know one OTLP exporter.
    pub(super) fn otlp(&mut self) {
        let scalars = OTLP.iter().map(|(variable, ..)| *variable);
        let all = scalars.chain(OTLP_HEADERS.iter().map(|(variable, _)| *variable));
        let used: Vec<&str> = all.filter(|variable| self.get(variable).is_some()).collect();
        let Some(index) = self.exporter(ExporterProvider::Otlp) else {
            self.warnings.extend(used.iter().map(|variable| {
                format!("{variable}: ignored, because `exporters` lists no otlp; add `- provider: otlp`")
            }));
            return;
        };
        for (variable, key, form) in OTLP {
            self.scalar(variable, &format!("exporters[{index}].otlp.{key}"), form);
        }
        for (variable, key) in OTLP_HEADERS {
            self.headers(variable, &format!("exporters[{index}].otlp.{key}"));
        }
    }

    /// The exporter that variables mean: the first of the provider that is enabled, else its first.
    pub(super) fn exporter(&self, provider: ExporterProvider) -> Option<usize> {
        let exporters = &self.settings.exporters;
        let mut all = (0..exporters.len()).filter(|index| exporters[*index].provider == provider);
        all.clone().find(|index| exporters[*index].enabled).or_else(|| all.next())
    }

    fn headers(&mut self, variable: &str, path: &str) {
        let Some(text) = self.get(variable) else { return };
        let Some(pairs) = pairs::parse(text) else {
            return self.ignore(variable, MASK, "`name=value,name=value`, percent-encoded");
        };
        let source = Source::Variable(Arc::from(variable));
        let entry = |(name, value): (String, String)| {
            (Name { text: name, source: source.clone() }, Node::text(value, source.clone()))
        };
        let entries = pairs.into_iter().map(entry).collect();
        self.set(variable, path, Kind::Map(entries));
    }
}
