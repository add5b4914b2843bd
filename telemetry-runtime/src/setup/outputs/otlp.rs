//! The OTLP exporter of a setting, also under the name of Jaeger.

use opentelemetry_sdk::Resource;

#[cfg(feature = "logs")]
use crate::export::{SharedRecord, otlp::OtlpLogExporter};
use crate::{
    export::{Output, net::TlsFiles, otlp::OtlpExporter},
    settings::{JaegerSettings, OtlpSettings},
    setup_error::SetupError,
};

pub(super) fn output(
    name: &'static str,
    settings: &OtlpSettings,
    resource: &Resource,
) -> Result<Output, SetupError> {
    let target = settings.traces_target();
    let mut output = Output::new(OtlpExporter::new(name, &target, &files(settings), resource)?);
    output.is_default_endpoint = target.is_default;
    Ok(output)
}

/// The same exporter for log records.
#[cfg(feature = "logs")]
pub(super) fn log_output(
    name: &'static str,
    settings: &OtlpSettings,
    resource: &Resource,
) -> Result<Output<SharedRecord>, SetupError> {
    let target = settings.logs_target();
    let mut output = Output::new(OtlpLogExporter::new(name, &target, &files(settings), resource)?);
    output.is_default_endpoint = target.is_default;
    Ok(output)
}

fn files(settings: &OtlpSettings) -> TlsFiles {
    TlsFiles {
        certificate: settings.certificate.clone(),
        client_certificate: settings.client_certificate.clone(),
        client_key: settings.client_key.clone(),
    }
}

pub(super) fn jaeger(
    name: &'static str,
    settings: &JaegerSettings,
    resource: &Resource,
) -> Result<Output, SetupError> {
    let target = settings.traces_target();
    OtlpExporter::new(name, &target, &TlsFiles::default(), resource).map(Output::new)
}
