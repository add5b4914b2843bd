//! The file exporter of a setting.

use opentelemetry_sdk::Resource;

use crate::{
    export::{
        Origin, Output,
        file::{FileExporter, FileTarget},
    },
    settings::{ExporterSettings, FileSettings},
    setup_error::SetupError,
};

pub(super) fn output(
    name: &'static str,
    settings: &FileSettings,
    resource: &Resource,
) -> Result<Output, SetupError> {
    exporter(name, settings, resource).map(Output::new)
}

/// Appends what `output` could not deliver.
pub(super) fn add_fallback(
    output: &mut Output,
    exporter: &ExporterSettings,
    resource: &Resource,
) -> Result<(), SetupError> {
    output.fallback = Some(Box::new(self::exporter("file", &exporter.file, resource)?));
    Ok(())
}

fn exporter(
    name: &'static str,
    settings: &FileSettings,
    resource: &Resource,
) -> Result<FileExporter<Origin>, SetupError> {
    let target = FileTarget {
        path: settings.path.clone(),
        rotate_size: settings.rotate_size.bytes(),
        rotate_age: None,
        retention_days: settings.retention_days,
    };
    FileExporter::new(name, target, Origin::from(resource))
}
