//! What OpenTelemetry calls families and labels that Prometheus calls otherwise.

/// Families of the conventions, and those that have kept their older names.
const FAMILIES: [(&str, &str, &str); 5] = [
    ("app_request_count_total", "app.request.count", "{request}"),
    ("app_request_latency_ms", "app.request.latency.ms", "ms"),
    ("app_error_count_total", "app.error.count", "{request}"),
    ("http_server_request_duration_seconds", "http.server.request.duration", "s"),
    ("http_server_active_requests", "http.server.active_requests", "{request}"),
];

/// Labels of the conventions, on the families of the conventions.
const LABELS: [(&str, &str); 5] = [
    ("error_type", "error.type"),
    ("http_request_method", "http.request.method"),
    ("http_response_status_code", "http.response.status_code"),
    ("http_route", "http.route"),
    ("url_scheme", "url.scheme"),
];

const OVERFLOW: &str = "otel_metric_overflow";

/// Name and unit; a name that says its unit keeps it, so that a translation back to Prometheus gives the same one.
pub(super) fn family(name: &str) -> (&str, &'static str) {
    if let Some((_, official, unit)) = FAMILIES.iter().find(|(known, ..)| *known == name) {
        return (official, unit);
    }
    let base = name.strip_suffix("_total").unwrap_or(name);
    let units = [("_seconds", "s"), ("_bytes", "By"), ("_ratio", "1"), ("data_volume", "By")];
    let unit = units.iter().find(|(suffix, _)| base.ends_with(suffix));
    (name, unit.map_or("", |(_, unit)| unit))
}

pub(super) fn label<'a>(family: &str, label: &'a str) -> &'a str {
    if label == OVERFLOW {
        return "otel.metric.overflow";
    }
    let official = LABELS.iter().find(|(known, _)| *known == label && family.starts_with("http_server_"));
    official.map_or(label, |(_, official)| official)
}
