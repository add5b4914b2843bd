//! Recording and alert rules for Prometheus.

mod burn;

use super::{Catalog, yaml::quoted};

/// A group of rules.
#[derive(Debug)]
struct Group {
    name: String,
    rules: Vec<Rule>,
}

#[derive(Debug)]
enum Rule {
    Record { name: String, expression: String },
    Alert(Alert),
}

#[derive(Debug)]
struct Alert {
    name: &'static str,
    expression: String,
    /// How long it must hold.
    hold: &'static str,
    severity: &'static str,
    /// A template of Prometheus: texts of the program come into it by labels only.
    summary: &'static str,
}

/// All rules as a file of Prometheus.
pub(super) fn yaml(catalog: &Catalog) -> String {
    let mut groups = vec![
        Group { name: "telemetry: rates".to_owned(), rules: rates() },
        Group { name: "telemetry: alerts".to_owned(), rules: alerts(catalog) },
    ];
    groups.extend(burn::groups(&catalog.operations));
    let mut out = "groups:\n".to_owned();
    groups.iter().for_each(|group| group.write(&mut out));
    out
}

fn record(name: &str, expression: &str) -> Rule {
    Rule::Record { name: name.to_owned(), expression: expression.to_owned() }
}

fn rates() -> Vec<Rule> {
    vec![
        record("provider:adapter_requests:rate5m", "sum by (provider) (rate(adapter_requests_total[5m]))"),
        record("provider:adapter_errors:rate5m", "sum by (provider) (rate(adapter_errors_total[5m]))"),
        record(
            "provider:adapter_request_duration_seconds:p95",
            "histogram_quantile(0.95, sum by (provider, le) (rate(adapter_request_duration_seconds_bucket[5m])))",
        ),
    ]
}

fn alerts(catalog: &Catalog) -> Vec<Rule> {
    let alert = |name, expression: &str, summary| {
        let expression = expression.to_owned();
        Rule::Alert(Alert { name, expression, hold: "5m", severity: "warning", summary })
    };
    let mut alerts = vec![
        alert(
            "HighErrorRate",
            "provider:adapter_errors:rate5m > 0.1",
            "{{ $labels.provider }} fails {{ $value | printf \"%.2f\" }} times a second",
        ),
        alert(
            "HighLatency",
            "provider:adapter_request_duration_seconds:p95 > 2",
            "5 % of the calls to {{ $labels.provider }} take longer than {{ $value | humanizeDuration }}",
        ),
        alert(
            "LowSuccessRate",
            "adapter_success_rate < 0.95",
            "only {{ $value | humanizePercentage }} of the calls to {{ $labels.provider }} succeed",
        ),
    ];
    if catalog.has_breakers() {
        alerts.push(alert(
            "CircuitBreakerOpen",
            "max by (breaker) (circuit_breaker_state{state=~\"open|forced_open\"}) == 1",
            "the circuit breaker {{ $labels.breaker }} is open",
        ));
    }
    if catalog.has_family("telemetry_spans_total") {
        alerts.push(alert(
            "TelemetryDropsSpans",
            "sum by (exporter, reason) (rate(telemetry_spans_total{result=\"dropped\",reason!~\"idle|not_kept\"}[5m])) > 0",
            "spans for {{ $labels.exporter }} are lost: {{ $labels.reason }}",
        ));
    }
    alerts
}

impl Group {
    fn write(&self, out: &mut String) {
        out.push_str(&format!("- name: {}\n  rules:\n", quoted(&self.name)));
        for rule in &self.rules {
            match rule {
                Rule::Record { name, expression } => {
                    out.push_str(&format!("  - record: {name}\n    expr: {}\n", quoted(expression)));
                }
                Rule::Alert(alert) => alert.write(out),
            }
        }
    }
}

impl Alert {
    fn write(&self, out: &mut String) {
        let Self { name, expression, hold, severity, summary } = self;
        let (expression, summary) = (quoted(expression), quoted(summary));
        out.push_str(&format!("  - alert: {name}\n    expr: {expression}\n    for: {hold}\n"));
        out.push_str(&format!("    labels:\n      severity: {severity}\n"));
        out.push_str(&format!("    annotations:\n      summary: {summary}\n"));
    }
}
