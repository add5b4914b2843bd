//! The Azure Monitor exporter of a setting.

use opentelemetry_sdk::Resource;

use crate::{
    export::{Output, azure_monitor::AzureMonitorExporter},
    settings::AzureMonitorSettings,
    setup_error::SetupError,
};

pub(super) fn output(
    name: &'static str,
    settings: &AzureMonitorSettings,
    resource: &Resource,
) -> Result<Output, SetupError> {
    AzureMonitorExporter::new(name, settings, resource).map(Output::new)
}
