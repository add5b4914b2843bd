//! The console exporter of a setting.

use opentelemetry_sdk::Resource;

use crate::{
    clock::Clock,
    export::{
        Output,
        console::{ConsoleExporter, ConsoleFormat},
    },
    settings::{self, ExporterSettings},
};

pub(super) fn output(exporter: &ExporterSettings, resource: &Resource, clock: &Clock) -> Output {
    let format = match exporter.console.format {
        settings::ConsoleFormat::Tree => ConsoleFormat::Tree,
        settings::ConsoleFormat::Json => ConsoleFormat::JsonLines,
    };
    Output::new(ConsoleExporter::new(format, resource, clock.clone()))
}

/// Prints what `output` could not deliver.
pub(super) fn add_fallback(output: &mut Output, resource: &Resource, clock: &Clock) {
    output.fallback = Some(Box::new(ConsoleExporter::new(ConsoleFormat::Tree, resource, clock.clone())));
}
