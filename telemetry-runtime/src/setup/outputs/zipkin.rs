//! The Zipkin exporter of a setting.

use opentelemetry_sdk::Resource;

use crate::{
    export::{Output, zipkin::ZipkinExporter},
    settings::ZipkinSettings,
    setup_error::SetupError,
};

pub(super) fn output(
    name: &'static str,
    settings: &ZipkinSettings,
    resource: &Resource,
) -> Result<Output, SetupError> {
    ZipkinExporter::new(name, settings, resource).map(Output::new)
}
