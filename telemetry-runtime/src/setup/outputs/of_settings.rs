//! The exporters that the settings ask for.

use std::collections::BTreeMap;

use opentelemetry_sdk::Resource;

use crate::{
    clock::Clock,
    export::Output,
    fault::{self, Fault},
    intern::intern,
    settings::{ExporterProvider, ExporterSettings, Fallback},
    setup::Plan,
    setup_error::SetupError,
};

/// The exporters that the settings ask for.
///
/// # Errors
///
/// What keeps one of them from being built: files that cannot be read, or an endpoint that cannot be one.
pub(in crate::setup) fn of_settings(
    plan: &Plan,
    resource: &Resource,
    clock: &Clock,
) -> Result<Vec<Output>, SetupError> {
    let mut names = Names::default();
    let mut outputs = Vec::new();
    let is_default = plan.tracing.exporters == ExporterSettings::defaults();
    for exporter in plan.tracing.exporters.iter().filter(|exporter| exporter.enabled) {
        let name = names.next(exporter.provider.as_str());
        match of_provider(exporter, name, resource, clock)? {
            Some(mut output) => {
                name.clone_into(&mut output.name);
                if let Some(fallback) = exporter.fallback {
                    add_fallback(&mut output, fallback, exporter, resource, clock)?;
                }
                outputs.push(output);
            }
            // A build without what the default list has was not asked for anything.
            None if is_default => {}
            None => tell_of_absence(name, exporter.provider),
        }
    }
    Ok(outputs)
}

/// `None` if this build has no such exporter.
#[allow(unused_variables, clippy::unnecessary_wraps, reason = "what is needed depends on the features")]
fn of_provider(
    exporter: &ExporterSettings,
    name: &'static str,
    resource: &Resource,
    clock: &Clock,
) -> Result<Option<Output>, SetupError> {
    match exporter.provider {
        #[cfg(feature = "console")]
        ExporterProvider::Console => Ok(Some(super::console::output(exporter, resource, clock))),
        #[cfg(feature = "_otlp")]
        ExporterProvider::Otlp => super::otlp::output(name, &exporter.otlp, resource).map(Some),
        #[cfg(feature = "_otlp")]
        ExporterProvider::Jaeger => super::otlp::jaeger(name, &exporter.jaeger, resource).map(Some),
        #[cfg(feature = "azure-monitor")]
        ExporterProvider::AzureMonitor => {
            super::azure_monitor::output(name, &exporter.azure_monitor, resource).map(Some)
        }
        #[cfg(feature = "zipkin")]
        ExporterProvider::Zipkin => super::zipkin::output(name, &exporter.zipkin, resource).map(Some),
        #[cfg(feature = "file")]
        ExporterProvider::File => super::file::output(name, &exporter.file, resource).map(Some),
        #[allow(unreachable_patterns, reason = "each is a feature")]
        _ => Ok(None),
    }
}

/// Gives what cannot be delivered another way out.
#[allow(unused_variables, clippy::unnecessary_wraps, reason = "what is needed depends on the features")]
fn add_fallback(
    output: &mut Output,
    fallback: Fallback,
    exporter: &ExporterSettings,
    resource: &Resource,
    clock: &Clock,
) -> Result<(), SetupError> {
    match fallback {
        #[cfg(feature = "console")]
        Fallback::Console => super::console::add_fallback(output, resource, clock),
        #[cfg(feature = "file")]
        Fallback::File => super::file::add_fallback(output, exporter, resource)?,
        #[allow(unreachable_patterns, reason = "each is a feature")]
        _ => fault::report(&Fault::new(
            "export",
            format!(
                "the fallback of `{}` is not part of this build; switch its feature `{fallback}` on",
                output.name
            ),
        )),
    }
    // Whoever wants what was not delivered wants it also while nobody listens.
    output.is_default_endpoint &= output.fallback.is_none();
    Ok(())
}

fn tell_of_absence(name: &str, provider: ExporterProvider) {
    let feature = match provider {
        ExporterProvider::Otlp | ExporterProvider::Jaeger => "otlp-grpc` or `otlp-http",
        ExporterProvider::AzureMonitor => "azure-monitor",
        ExporterProvider::Zipkin => "zipkin",
        ExporterProvider::Console => "console",
        ExporterProvider::File => "file",
    };
    fault::report(&Fault::new(
        "export",
        format!("`{name}` is not part of this build; switch the feature `{feature}` on, or the exporter off"),
    ));
}

/// Names of exporters: the provider's, numbered from the second on.
#[derive(Default)]
struct Names(BTreeMap<&'static str, u32>);

impl Names {
    fn next(&mut self, provider: &'static str) -> &'static str {
        let count = self.0.entry(provider).or_default();
        *count += 1;
        if *count == 1 { provider } else { intern(&format!("{provider}_{count}")) }
    }
}
