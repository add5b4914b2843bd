//! The OTLP exporter of a setting.

use opentelemetry_sdk::Resource;

use crate::{
    export::{
        Output,
        otlp::{OtlpExporter, TlsFiles},
    },
    settings::OtlpSettings,
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
