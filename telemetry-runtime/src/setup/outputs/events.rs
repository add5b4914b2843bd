//! Where events go beside windows and file, by the settings.

use opentelemetry_sdk::Resource;

use crate::{collector::Packed, export::Output, settings::OtlpSettings, setup_error::SetupError};

/// One output for each OTLP exporter.
///
/// # Errors
///
/// What keeps one of them from being built.
#[cfg(all(feature = "logs", feature = "_otlp"))]
pub(in crate::setup) fn event_outputs(
    exporters: &[OtlpSettings],
    resource: &Resource,
) -> Result<Vec<Output<Packed>>, SetupError> {
    let output = |(settings, number): (&OtlpSettings, u32)| {
        // The same names as those of the exporters of spans.
        let name = if number == 1 { "otlp" } else { crate::intern::intern(&format!("otlp_{number}")) };
        let Output { exporter, is_default_endpoint, .. } = super::otlp::log_output(name, settings, resource)?;
        let exporter = crate::collector::AsLogRecords(exporter);
        Ok(Output { is_default_endpoint, ..Output::new(exporter) })
    };
    exporters.iter().zip(1..).map(output).collect()
}

#[cfg(not(all(feature = "logs", feature = "_otlp")))]
#[expect(clippy::unnecessary_wraps, reason = "the other form can fail")]
pub(in crate::setup) fn event_outputs(
    exporters: &[OtlpSettings],
    _resource: &Resource,
) -> Result<Vec<Output<Packed>>, SetupError> {
    if !exporters.is_empty() {
        crate::fault::report(&crate::fault::Fault::new(
            "collector",
            "this build cannot send events; switch its features `logs` and `otlp-grpc` or `otlp-http` on, or \
             `collector.otlp` off",
        ));
    }
    Ok(Vec::new())
}
