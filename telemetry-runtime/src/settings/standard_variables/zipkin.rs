//! `OTEL_EXPORTER_ZIPKIN_*`.

use super::Form::{self, Milliseconds, Same};
use super::Reader;
use crate::settings::ExporterProvider;

/// Below the `zipkin` block of an exporter.
const ZIPKIN: [(&str, &str, Form); 2] = [
    ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "endpoint", Same),
    ("OTEL_EXPORTER_ZIPKIN_TIMEOUT", "timeout", Milliseconds),
];

impl Reader<'_> {
    /// They say how spans are sent to Zipkin, not whether: a list without it passes them over.
    pub(super) fn zipkin(&mut self) {
        let Some(index) = self.exporter(ExporterProvider::Zipkin) else { return };
        for (variable, key, form) in ZIPKIN {
            self.scalar(variable, &format!("exporters[{index}].zipkin.{key}"), form);
        }
    }
}
