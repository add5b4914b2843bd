//! Names that the exposition allows, and those that mislead its readers.

use super::{FamilyKind, LabelRule, NewFamily, Refusal};

/// Families of the toolkit; what a program calls the same would be taken for them.
const RESERVED: [&str; 9] = [
    "adapter_",
    "app_request_",
    "circuit_breaker_",
    "disk_usage_",
    "http_server_",
    "memory_usage_",
    "process_",
    "telemetry_",
    "tokio_",
];
const RESERVED_WHOLE: [&str; 5] =
    ["active_connections", "app_error_count_total", "build_info", "cpu_usage_percent", "network_bytes_total"];

/// Units that Prometheus advises against, and its own.
const UNITS: [(&str, &str); 18] = [
    ("_ns", "_seconds"),
    ("_nanos", "_seconds"),
    ("_nanoseconds", "_seconds"),
    ("_us", "_seconds"),
    ("_micros", "_seconds"),
    ("_microseconds", "_seconds"),
    ("_ms", "_seconds"),
    ("_millis", "_seconds"),
    ("_milliseconds", "_seconds"),
    ("_minutes", "_seconds"),
    ("_hours", "_seconds"),
    ("_kb", "_bytes"),
    ("_kilobytes", "_bytes"),
    ("_mb", "_bytes"),
    ("_megabytes", "_bytes"),
    ("_bits", "_bytes"),
    ("_percent", "_ratio"),
    ("_celcius", "_celsius"),
];

/// Suffixes of lines that histograms and counters have.
const SUFFIXES: [&str; 5] = ["_bucket", "_count", "_created", "_info", "_sum"];

pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|prefix| name.starts_with(prefix)) || RESERVED_WHOLE.contains(&name)
}

pub(super) fn is_legal(name: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(is_first) && name.chars().all(|c| is_first(c) || c.is_ascii_digit())
}

/// Whether the family may have its name, labels and bounds.
pub(in crate::metrics) fn check(new: &NewFamily<'_>) -> Result<(), Refusal> {
    let name = || new.name.to_owned();
    // Colons are for recording rules.
    if !is_legal(new.name) {
        return Err(Refusal::Name { name: name() });
    }
    if !new.is_own && is_reserved(new.name) {
        return Err(Refusal::Reserved { name: name() });
    }
    if let LabelRule::Exactly(labels) = new.labels {
        for (index, label) in labels.iter().enumerate() {
            let is_ours = matches!(*label, "le" | "quantile" | "otel_metric_overflow");
            if !is_legal(label) || label.starts_with("__") || is_ours || labels[..index].contains(label) {
                return Err(Refusal::Label { name: name(), label: (*label).to_owned() });
            }
        }
    }
    let bounds = new.bounds;
    let is_increasing = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if !is_increasing || bounds.iter().any(|bound| !bound.is_finite()) || bounds.len() > MAX_BOUNDS {
        return Err(Refusal::Bounds { name: name() });
    }
    Ok(())
}

/// A histogram's bounds at the most; each is a series.
const MAX_BOUNDS: usize = 200;

/// Every name that a line of the family may begin with, in either format.
pub(super) fn exposed(name: &str, kind: FamilyKind) -> Vec<String> {
    let with = |suffixes: &[&str], base: &str| {
        suffixes.iter().map(|suffix| format!("{base}{suffix}")).collect::<Vec<_>>()
    };
    match kind {
        FamilyKind::Counter => {
            let base = name.strip_suffix("_total").unwrap_or(name);
            with(&["", "_total", "_created"], base)
        }
        FamilyKind::Gauge => with(&[""], name),
        FamilyKind::Histogram => with(&["", "_bucket", "_count", "_sum", "_created"], name),
    }
}

/// What misleads readers without breaking them.
pub(super) fn hint(new: &NewFamily<'_>, kind: FamilyKind) -> Option<String> {
    if new.is_own || matches!(new.labels, LabelRule::Any) {
        return None;
    }
    let name = new.name;
    let base = name.strip_suffix("_total").unwrap_or(name);
    let unit = UNITS.iter().find(|(unit, _)| base.ends_with(unit));
    if let Some((unit, better)) = unit {
        return Some(format!(
            "`{name}` ends in `{unit}`; Prometheus counts in base units, so say `{better}`"
        ));
    }
    match kind {
        FamilyKind::Counter if base == name => {
            Some(format!("the counter `{name}` does not end in `_total`, which OpenMetrics adds; name it so"))
        }
        FamilyKind::Gauge if base != name => {
            Some(format!("the gauge `{name}` ends in `_total`, which is for counters; leave it out"))
        }
        _ => SUFFIXES.iter().find(|suffix| name.ends_with(**suffix)).map(|suffix| {
            format!("`{name}` ends in `{suffix}`, which lines of other metrics end in; choose another name")
        }),
    }
}
