//! Variables that other tools define too: `OTEL_*`, `SERVICE_NAME`, `ENABLE_PROMETHEUS`.

mod metrics;
mod otlp;
mod propagators;
mod zipkin;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::node::{Kind, Node, Text};
use super::problems::Problems;
use super::secret::MASK;
use super::source::Source;
use super::table::Table;
use super::{Settings, pairs};

/// How a variable's text becomes the text of the setting.
#[derive(Clone, Copy)]
enum Form {
    Same,
    Milliseconds,
    /// `true` switches the setting off.
    Inverted,
}

use Form::{Inverted, Milliseconds, Same};

/// A later row wins over an earlier one.
const SETTINGS: [(&str, &str, Form); 20] = [
    ("SERVICE_NAME", "service.name", Same),
    ("OTEL_SERVICE_NAME", "service.name", Same),
    ("SERVICE_VERSION", "service.version", Same),
    ("ENVIRONMENT", "service.environment", Same),
    ("ENABLE_PROMETHEUS", "metrics.prometheus", Same),
    ("OTEL_SDK_DISABLED", "telemetry.enabled", Inverted),
    ("OTEL_BSP_SCHEDULE_DELAY", "tracing.batch.flush_interval", Milliseconds),
    ("OTEL_BSP_EXPORT_TIMEOUT", "tracing.batch.export_timeout", Milliseconds),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "tracing.batch.max_queue_size", Same),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "tracing.batch.batch_size", Same),
    ("OTEL_METRIC_EXPORT_INTERVAL", "metrics.export_interval", Milliseconds),
    ("OTEL_METRIC_EXPORT_TIMEOUT", "metrics.export_timeout", Milliseconds),
    ("OTEL_ATTRIBUTE_COUNT_LIMIT", "tracing.limits.attribute_count", Same),
    ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "tracing.limits.attribute_count", Same),
    ("OTEL_SPAN_EVENT_COUNT_LIMIT", "tracing.limits.event_count", Same),
    ("OTEL_SPAN_LINK_COUNT_LIMIT", "tracing.limits.link_count", Same),
    ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "tracing.limits.event_attribute_count", Same),
    ("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "tracing.limits.link_attribute_count", Same),
    ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "tracing.limits.attribute_value_length", Same),
    ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "tracing.limits.attribute_value_length", Same),
];

/// The port that the OpenTelemetry specification gives to Prometheus exporters.
const PROMETHEUS_PORT: u16 = 9464;

/// Resource attributes that are settings of their own.
const SERVICE: [(&str, &str); 4] = [
    ("service.name", "service.name"),
    ("service.version", "service.version"),
    ("deployment.environment.name", "service.environment"),
    ("deployment.environment", "service.environment"),
];

/// Lays the standard variables over the settings.
pub(super) fn read(
    variables: &BTreeMap<String, String>,
    settings: &mut Settings,
    problems: &mut Problems,
    warnings: &mut Vec<String>,
) {
    let mut reader = Reader { variables, settings, problems, warnings };
    reader.resource();
    for (variable, path, form) in SETTINGS {
        reader.scalar(variable, path, form);
    }
    reader.sampler();
    reader.listen();
    reader.metrics();
    reader.propagators();
    reader.otlp();
    reader.zipkin();
}

/// Moves what the resource says about the service to where it belongs, unless it is there.
pub(super) fn lift_service(settings: &mut Settings, problems: &mut Problems) {
    let source = problems.sources.get("resource").cloned().unwrap_or_default();
    for (attribute, path) in SERVICE {
        if let Some(value) = settings.resource.remove(attribute)
            && !problems.is_set(path)
        {
            set(settings, path, &Node::text(value, source.clone()), problems);
        }
    }
}

/// Reads a node into the setting of a path, also one within an exporter.
fn set(settings: &mut Settings, path: &str, node: &Node, problems: &mut Problems) {
    let exporter = path.strip_prefix("exporters[").and_then(|rest| rest.split_once(']'));
    let mut table = match exporter.and_then(|(index, _)| index.parse::<usize>().ok()) {
        Some(index) => match settings.exporters.get_mut(index) {
            Some(exporter) => Table::of(exporter, &format!("exporters[{index}]")),
            None => return,
        },
        None => Table::of(settings, ""),
    };
    if let Some(row) = table.find(path) {
        let names: Vec<String> = row.names().map(str::to_owned).collect();
        names.iter().for_each(|name| problems.forgive(name));
        row.read(node, path, problems);
    }
}

struct Reader<'r> {
    variables: &'r BTreeMap<String, String>,
    settings: &'r mut Settings,
    problems: &'r mut Problems,
    warnings: &'r mut Vec<String>,
}

impl<'r> Reader<'r> {
    /// A variable that is set; an empty one is not.
    fn get(&self, variable: &str) -> Option<&'r str> {
        self.variables.get(variable).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn ignore(&mut self, variable: &str, shown: &str, allowed: &str) {
        self.warnings.push(format!("{variable}: invalid value `{shown}` is ignored; use {allowed}"));
    }

    fn scalar(&mut self, variable: &str, path: &str, form: Form) {
        let Some(text) = self.get(variable) else { return };
        let text = match form {
            Same => text.to_owned(),
            Milliseconds => match text.parse::<u64>() {
                Ok(millis) => format!("{millis}ms"),
                Err(_) => return self.ignore(variable, text, "a whole number of milliseconds"),
            },
            Inverted => match boolean(text) {
                Some(value) => (!value).to_string(),
                None => return self.ignore(variable, text, "`true` or `false`"),
            },
        };
        self.set(variable, path, Kind::Text(Text::plain(text)));
    }

    /// A bad value of the OpenTelemetry specification is ignored; of others it is a mistake.
    fn set(&mut self, variable: &str, path: &str, kind: Kind) {
        let node = Node { kind, source: Source::Variable(Arc::from(variable)) };
        if !variable.starts_with("OTEL_") {
            return set(self.settings, path, &node, self.problems);
        }
        let before = self.problems.errors.len();
        set(self.settings, path, &node, self.problems);
        for error in self.problems.errors.drain(before..) {
            self.warnings.push(format!("{error}; the variable is ignored"));
        }
    }

    fn resource(&mut self) {
        const VARIABLE: &str = "OTEL_RESOURCE_ATTRIBUTES";
        let Some(text) = self.get(VARIABLE) else { return };
        let Some(pairs) = pairs::parse(text) else {
            return self.ignore(VARIABLE, MASK, "`key=value,key=value`, percent-encoded");
        };
        let source = Source::Variable(Arc::from(VARIABLE));
        for (key, value) in pairs {
            match SERVICE.iter().find(|(attribute, _)| *attribute == key) {
                Some((_, path)) if self.is_from_variable(path) => {}
                Some((_, path)) => self.set(VARIABLE, path, Kind::Text(Text::plain(value))),
                None => {
                    self.settings.resource.insert(key, value);
                    self.problems.came_from("resource", &source);
                }
            }
        }
    }

    fn is_from_variable(&self, path: &str) -> bool {
        matches!(self.problems.sources.get(path), Some(Source::Variable(_)))
    }

    fn sampler(&mut self) {
        const VARIABLE: &str = "OTEL_TRACES_SAMPLER";
        const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";
        let Some(text) = self.get(VARIABLE) else {
            if let Some(argument) = self.get(ARGUMENT) {
                self.ignore(
                    ARGUMENT,
                    argument,
                    "it together with OTEL_TRACES_SAMPLER=parentbased_traceidratio",
                );
            }
            return;
        };
        let name = text.to_ascii_lowercase();
        let root = name.strip_prefix("parentbased_");
        let ratio = match root.unwrap_or(&name) {
            "always_on" => Some((VARIABLE, "1")),
            "always_off" => Some((VARIABLE, "0")),
            "traceidratio" => self.get(ARGUMENT).map(|argument| (ARGUMENT, argument)),
            _ => {
                let allowed = "always_on, always_off or traceidratio, each also with the prefix parentbased_";
                return self.ignore(VARIABLE, text, allowed);
            }
        };
        let parent_based = Text::plain(root.is_some().to_string());
        self.set(VARIABLE, "tracing.sampler.parent_based", Kind::Text(parent_based));
        if let Some((variable, ratio)) = ratio {
            self.set(variable, "telemetry.sampling_ratio", Kind::Text(Text::plain(ratio)));
        }
    }

    fn listen(&mut self) {
        const HOST: &str = "OTEL_EXPORTER_PROMETHEUS_HOST";
        const PORT: &str = "OTEL_EXPORTER_PROMETHEUS_PORT";
        let base = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PROMETHEUS_PORT);
        let mut address = self.settings.metrics.listen.unwrap_or(base);
        let mut chosen = None;
        if let Some(text) = self.get(HOST) {
            match host(text) {
                Some(host) => _ = (address.set_ip(host), chosen = Some(HOST)),
                None => self.ignore(HOST, text, "an IP address or `localhost`"),
            }
        }
        if let Some(text) = self.get(PORT) {
            match text.parse() {
                Ok(port) => _ = (address.set_port(port), chosen = Some(PORT)),
                Err(_) => self.ignore(PORT, text, "a port"),
            }
        }
        if let Some(variable) = chosen {
            self.set(variable, "metrics.listen", Kind::Text(Text::plain(address.to_string())));
        }
    }
}

/// As the specification reads booleans, apart from taking anything else for `false`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn host(text: &str) -> Option<IpAddr> {
    match text.trim_matches(['[', ']']) {
        "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        address => address.parse().ok(),
    }
}
