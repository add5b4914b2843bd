//! Rules between settings, applied when every source is read.

use std::collections::BTreeMap;

use super::endpoint::Endpoint;
use super::problems::Problems;
use super::source::Source;
use super::standard_variables::boolean;
use super::{EventStorage, ExporterProvider, Secret, Settings, alert_consistency};

const CONNECTION_STRING: &str = "AZURE_MONITOR_CONNECTION_STRING";

/// Fills in what depends on several settings and checks what must agree.
pub(super) fn settle(
    variables: &BTreeMap<String, String>,
    settings: &mut Settings,
    problems: &mut Problems,
    warnings: &mut Vec<String>,
) {
    let variable = |name: &str| variables.get(name).map(String::as_str).filter(|value| !value.is_empty());
    connection_strings(variable(CONNECTION_STRING), settings, problems);
    schemes(variable, settings, warnings);
    batch_of_spans(settings, problems, warnings);
    batch_of_events(settings, problems);
    storage_of_events(settings, problems);
    alert_consistency::check(settings, problems);
    forgive_disabled(settings, problems);
    problems.blame_unset();
}

/// The default connection string is `${AZURE_MONITOR_CONNECTION_STRING}`.
fn connection_strings(variable: Option<&str>, settings: &mut Settings, problems: &mut Problems) {
    for (index, exporter) in settings.exporters.iter_mut().enumerate() {
        let key = format!("exporters[{index}].azure_monitor.connection_string");
        let is_open = exporter.provider == ExporterProvider::AzureMonitor
            && exporter.azure_monitor.connection_string.is_none()
            && !problems.is_unset(&key);
        match variable.filter(|_| is_open) {
            Some(text) => {
                exporter.azure_monitor.connection_string = Some(Secret::new(text));
                problems.came_from(&key, &Source::Variable(CONNECTION_STRING.into()));
            }
            None if is_open && exporter.enabled => problems.unset(CONNECTION_STRING, &key, &Source::Default),
            None => {}
        }
    }
}

/// `OTEL_EXPORTER_OTLP_INSECURE` says what an address without a scheme means.
fn schemes<'v>(
    variable: impl Fn(&str) -> Option<&'v str>,
    settings: &mut Settings,
    warnings: &mut Vec<String>,
) {
    let mut insecure = |name: &str| {
        let text = variable(name)?;
        let value = boolean(text);
        if value.is_none() {
            warnings.push(format!("{name}: invalid value `{text}` is ignored; use `true` or `false`"));
        }
        value
    };
    let general = insecure("OTEL_EXPORTER_OTLP_INSECURE").unwrap_or(false);
    let traces = insecure("OTEL_EXPORTER_OTLP_TRACES_INSECURE").unwrap_or(general);
    let metrics = insecure("OTEL_EXPORTER_OTLP_METRICS_INSECURE").unwrap_or(general);
    let logs = insecure("OTEL_EXPORTER_OTLP_LOGS_INSECURE").unwrap_or(general);
    for exporter in &mut settings.exporters {
        complete(exporter.otlp.endpoint.as_mut(), general);
        complete(exporter.otlp.traces.endpoint.as_mut(), traces);
        complete(exporter.otlp.logs.endpoint.as_mut(), logs);
        complete(exporter.otlp.metrics.endpoint.as_mut(), metrics);
    }
}

fn complete(endpoint: Option<&mut Endpoint>, insecure: bool) {
    if let Some(endpoint) = endpoint.filter(|endpoint| endpoint.scheme().is_none()) {
        *endpoint = endpoint.with_scheme(if insecure { "http" } else { "https" });
    }
}

/// A batch that nobody chose follows a small queue.
fn batch_of_spans(settings: &mut Settings, problems: &mut Problems, warnings: &mut Vec<String>) {
    const BATCH: &str = "tracing.batch.batch_size";
    const QUEUE: &str = "tracing.batch.max_queue_size";
    let batch = &mut settings.tracing.batch;
    if batch.batch_size <= batch.max_queue_size {
        return;
    }
    let source_of = |path| problems.sources.get(path).cloned().unwrap_or_default();
    let (chosen, queue) = (source_of(BATCH), source_of(QUEUE));
    let is_standard = |source: &Source| matches!(source, Source::Variable(name) if name.starts_with("OTEL_"));
    if chosen == Source::Default {
        batch.batch_size = batch.max_queue_size;
    } else if is_standard(&chosen) || is_standard(&queue) {
        warnings.push(format!(
            "{BATCH} ({chosen}) is larger than {QUEUE} ({queue}); {} is used for both",
            batch.max_queue_size
        ));
        batch.batch_size = batch.max_queue_size;
    } else {
        let allowed = format!("at most {QUEUE}, {}", batch.max_queue_size);
        problems.invalid(BATCH, &batch.batch_size.to_string(), &chosen, &allowed);
    }
}

fn batch_of_events(settings: &mut Settings, problems: &mut Problems) {
    const BATCH: &str = "collector.batch_size";
    let collector = &mut settings.collector;
    if collector.batch_size <= collector.max_events {
        return;
    }
    match problems.sources.get(BATCH).cloned() {
        None => collector.batch_size = collector.max_events,
        Some(source) => {
            let allowed = format!("at most collector.max_events, {}", collector.max_events);
            problems.invalid(BATCH, &collector.batch_size.to_string(), &source, &allowed);
        }
    }
}

/// `storage_type` is an older spelling of `enable_persistence`.
fn storage_of_events(settings: &mut Settings, problems: &Problems) {
    let collector = &mut settings.collector;
    let is_said = problems.sources.contains_key("collector.enable_persistence");
    if let Some(storage) = collector.storage_type.filter(|_| !is_said) {
        collector.enable_persistence = storage == EventStorage::File;
    }
}

/// A block that is switched off may refer to variables that are not set.
fn forgive_disabled(settings: &Settings, problems: &mut Problems) {
    let blocks = [
        ("tracing", settings.tracing.enabled),
        ("metrics", settings.metrics.enabled),
        ("collector", settings.collector.enabled),
        ("monitor", settings.monitor.enabled),
        ("health", true),
        ("alerts", settings.alerts.enabled),
        ("logs", settings.logs.enabled),
        ("service", true),
        ("resource", true),
        ("telemetry", true),
        ("propagation", true),
        ("exporters", true),
        ("breakers", true),
        ("web", true),
    ];
    for (block, enabled) in blocks {
        if !(enabled && settings.telemetry.enabled) {
            problems.forgive(block);
        }
    }
}
