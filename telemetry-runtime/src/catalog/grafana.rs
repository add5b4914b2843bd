//! A Grafana dashboard: an overview, then a row for each part of the program.

use serde_json::{Value, json};

use super::{Catalog, promql::matcher};

/// Grafana's columns.
const WIDTH: u32 = 24;
const HEIGHT: u32 = 8;

/// What a panel shows and in which unit of Grafana.
struct Panel {
    title: &'static str,
    unit: &'static str,
    expression: String,
    /// A template of Grafana: texts of the program come into it by labels only.
    legend: &'static str,
}

struct Row {
    title: String,
    panels: Vec<Panel>,
}

fn panel(
    title: &'static str,
    unit: &'static str,
    legend: &'static str,
    expression: impl Into<String>,
) -> Panel {
    Panel { title, unit, expression: expression.into(), legend }
}

pub(super) fn dashboard(catalog: &Catalog) -> Value {
    let mut rows = vec![overview()];
    rows.extend(catalog.providers().into_iter().map(provider));
    rows.extend(catalog.has_breakers().then(breakers));
    rows.push(http());
    rows.extend(catalog.measures_machine.then(system));
    rows.extend([process(), own(catalog)]);
    json!({
        "uid": uid(&catalog.service),
        "title": format!("{} telemetry", catalog.service),
        "tags": ["telemetry"],
        "timezone": "browser",
        "schemaVersion": 39,
        "editable": true,
        "refresh": "30s",
        "time": { "from": "now-1h", "to": "now" },
        "templating": { "list": [{
            "name": "datasource",
            "label": "Data source",
            "type": "datasource",
            "query": "prometheus",
        }] },
        "panels": panels(&rows),
    })
}

/// At most 40 characters that a URL holds.
fn uid(service: &str) -> String {
    let name = service.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    format!("telemetry-{}", name.take(30).collect::<String>())
}

fn overview() -> Row {
    let quantile = "histogram_quantile(0.95, sum by (provider, le) \
                    (rate(adapter_request_duration_seconds_bucket[$__rate_interval])))";
    Row {
        title: "Overview".to_owned(),
        panels: vec![
            panel("Request Rate", "reqps", "{{provider}}", by_provider("adapter_requests_total")),
            panel("Request Duration p95", "s", "{{provider}}", quantile),
            panel("Success Rate", "percentunit", "{{provider}}", "adapter_success_rate"),
            panel("Error Rate", "reqps", "{{provider}}", by_provider("adapter_errors_total")),
            panel("Active Requests", "short", "{{provider}}", "adapter_active_requests"),
        ],
    }
}

fn by_provider(family: &str) -> String {
    format!("sum by (provider) (rate({family}[$__rate_interval]))")
}

fn provider(provider: &'static str) -> Row {
    let of = matcher("provider", provider);
    let rate = |by: &str, family: &str| format!("sum by ({by}) (rate({family}{{{of}}}[$__rate_interval]))");
    let quantile = rate("operation, le", "adapter_request_duration_seconds_bucket");
    Row {
        // A title is a template, too.
        title: format!("Provider {}", provider.replace('$', "＄").replace("[[", "［［")),
        panels: vec![
            panel(
                "Calls",
                "reqps",
                "{{operation}} {{status}}",
                rate("operation, status", "adapter_requests_total"),
            ),
            panel("Duration p95", "s", "{{operation}}", format!("histogram_quantile(0.95, {quantile})")),
            panel(
                "Errors",
                "reqps",
                "{{operation}} {{error_type}}",
                rate("operation, error_type", "adapter_errors_total"),
            ),
            panel("Active", "short", "{{provider}}", format!("adapter_active_requests{{{of}}}")),
        ],
    }
}

fn breakers() -> Row {
    let rate = |by: &str, family: &str| format!("sum by ({by}) (rate({family}[$__rate_interval]))");
    let transitions = rate("breaker, from, to", "circuit_breaker_transitions_total");
    Row {
        title: "Circuit breakers".to_owned(),
        panels: vec![
            panel("State", "short", "{{breaker}} {{state}}", "circuit_breaker_state == 1"),
            panel("Transitions", "cps", "{{breaker}} {{from}} to {{to}}", transitions),
            panel(
                "Rejected Calls",
                "reqps",
                "{{breaker}}",
                rate("breaker", "circuit_breaker_rejected_total"),
            ),
        ],
    }
}

fn http() -> Row {
    let rate = |by: &str, family: &str| format!("sum by ({by}) (rate({family}[$__rate_interval]))");
    let quantile = rate("path, le", "app_request_latency_ms_bucket");
    Row {
        title: "HTTP".to_owned(),
        panels: vec![
            panel(
                "Requests",
                "reqps",
                "{{path}} {{status}}",
                rate("path, status", "app_request_count_total"),
            ),
            panel("Latency p95", "ms", "{{path}}", format!("histogram_quantile(0.95, {quantile})")),
            panel(
                "Server Errors",
                "reqps",
                "{{path}} {{status}}",
                rate("path, status", "app_error_count_total"),
            ),
            panel("Active", "short", "{{http_request_method}}", "http_server_active_requests"),
        ],
    }
}

/// What the monitor's probes measure of the machine.
fn system() -> Row {
    // A probe runs once in a minute, which is longer than the interval that Grafana would take.
    let network = "sum by (interface, direction) (rate(network_bytes_total[5m]))";
    let busy = "cpu_usage_percent{type=~\"user|system|iowait\"}";
    Row {
        title: "System".to_owned(),
        panels: vec![
            panel("Processor Usage", "percent", "{{type}}", busy),
            panel("Memory", "bytes", "{{type}}", "memory_usage_bytes"),
            panel("Disk Usage", "percent", "{{path}}", "disk_usage_percent"),
            panel("Network", "Bps", "{{interface}} {{direction}}", network),
            panel("Connections", "short", "{{type}}", "active_connections"),
        ],
    }
}

fn process() -> Row {
    let cpu = "rate(process_cpu_seconds_total[$__rate_interval])";
    Row {
        title: "Process".to_owned(),
        panels: vec![
            panel("Processors", "short", "{{instance}}", cpu),
            panel("Resident Memory", "bytes", "{{instance}}", "process_resident_memory_bytes"),
            panel("Open Files", "short", "{{instance}}", "process_open_fds"),
            panel("Async Tasks", "short", "{{instance}}", "tokio_alive_tasks"),
        ],
    }
}

/// Families that not every program has are left out where they are not there.
fn own(catalog: &Catalog) -> Row {
    let rate = |by: &str, family: &str| format!("sum by ({by}) (rate({family}[$__rate_interval]))");
    let spans = rate("exporter, result, reason", "telemetry_spans_total");
    let exports = rate("exporter, result, reason", "telemetry_metric_exports_total");
    let cpu = "rate(telemetry_self_cpu_seconds_total[$__rate_interval])";
    let result = "{{exporter}} {{result}} {{reason}}";
    let probes = rate("probe, reason", "telemetry_probe_errors_total");
    let all = [
        ("telemetry_spans_total", panel("Spans", "cps", result, spans)),
        (
            "telemetry_spans_live",
            panel("Spans Not Delivered", "short", "{{exporter}}", "telemetry_spans_live"),
        ),
        ("telemetry_metric_exports_total", panel("Metric Exports", "cps", result, exports)),
        ("telemetry_probe_errors_total", panel("Failed Probes", "cps", "{{probe}} {{reason}}", probes)),
        ("telemetry_self_cpu_seconds_total", panel("Own Processor Time", "percentunit", "{{instance}}", cpu)),
        (
            "telemetry_self_memory_bytes",
            panel("Own Memory", "bytes", "{{instance}}", "telemetry_self_memory_bytes"),
        ),
    ];
    let present = all.into_iter().filter(|(family, _)| catalog.has_family(family));
    Row { title: "Telemetry".to_owned(), panels: present.map(|(_, panel)| panel).collect() }
}

/// Rows below each other, panels of a row side by side.
fn panels(rows: &[Row]) -> Vec<Value> {
    let mut all = Vec::new();
    let mut y = 0;
    for row in rows.iter().filter(|row| !row.panels.is_empty()) {
        all.push(json!({
            "id": all.len() + 1,
            "type": "row",
            "title": row.title,
            "collapsed": false,
            "gridPos": { "x": 0, "y": y, "w": WIDTH, "h": 1 },
            "panels": [],
        }));
        let width = WIDTH / u32::try_from(row.panels.len()).unwrap_or(WIDTH);
        for (place, panel) in (0..).zip(&row.panels) {
            all.push(panel.json(all.len() + 1, place * width, y + 1, width));
        }
        y += 1 + HEIGHT;
    }
    all
}

impl Panel {
    fn json(&self, id: usize, x: u32, y: u32, width: u32) -> Value {
        let source = json!({ "type": "prometheus", "uid": "${datasource}" });
        json!({
            "id": id,
            "type": "timeseries",
            "title": self.title,
            "datasource": source,
            "gridPos": { "x": x, "y": y, "w": width, "h": HEIGHT },
            "fieldConfig": { "defaults": { "unit": self.unit }, "overrides": [] },
            "options": {
                "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": [] },
                "tooltip": { "mode": "multi", "sort": "desc" },
            },
            "targets": [{
                "refId": "A",
                "datasource": source,
                "expr": self.expression,
                // Points beside the line that lead to traces.
                "exemplar": self.expression.contains("_bucket"),
                "legendFormat": self.legend,
            }],
        })
    }
}
