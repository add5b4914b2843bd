//! The OTLP exporter of a setting, also under the name of Jaeger.

use opentelemetry_sdk::Resource;

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
    let files = TlsFiles {
        certificate: settings.certificate.clone(),
        client_certificate: settings.client_certificate.clone(),
        client_key: settings.client_key.clone(),
    };
    let mut output = Output::new(OtlpExporter::new(name, &target, &files, resource)?);
    output.is_default_endpoint = target.is_default;
    Ok(output)
}

pub(super) fn jaeger(
    name: &'static str,
    settings: &JaegerSettings,
    resource: &Resource,
) -> Result<Output, SetupError> {
    let target = settings.traces_target();
    OtlpExporter::new(name, &target, &TlsFiles::default(), resource).map(Output::new)
}
