//! Exporters, breakers, rules, custom metrics.

use std::time::Duration;

use crate::support::{SetupError, bad, environment, explained, good, load, value};
use telemetry_runtime::settings::{
    AlertAggregation, AlertComparison, AlertHandlerKind, AlertSeverity, BreakerOrder, ByteSize,
    CustomMetricKind, ExporterProvider, Fallback, OtlpCompression, OtlpProtocol, OtlpTarget, Settings,
};

#[test]
fn default_exporters() {
    use ExporterProvider::{AzureMonitor, Console, File, Jaeger, Otlp, Zipkin};
    let settings = environment(&[]);
    let all: Vec<_> = settings.exporters.iter().map(|e| (e.provider, e.enabled)).collect();
    let off = [AzureMonitor, Jaeger, Zipkin, File].map(|provider| (provider, false));
    assert_eq!(all[..2], [(Console, false), (Otlp, true)]);
    assert_eq!(all[2..], off);
    for (path, shown) in [
        ("exporters[1].otlp.endpoint", "http://localhost:4317"),
        ("exporters[1].otlp.protocol", "grpc"),
        ("exporters[1].otlp.headers", "{}"),
        ("exporters[1].otlp.compression", "none"),
        ("exporters[1].otlp.timeout", "10s"),
        ("exporters[2].azure_monitor.connection_string", "null"),
        ("exporters[3].jaeger.endpoint", "http://localhost:4317"),
        ("exporters[4].zipkin.endpoint", "http://localhost:9411/api/v2/spans"),
        ("exporters[5].file.path", "spans.jsonl"),
        ("exporters[5].file.rotate_size", "64MiB"),
        ("exporters[5].file.retention_days", "30"),
        ("exporters[5].fallback", "null"),
    ] {
        assert_eq!(explained(&settings, path), (shown.to_owned(), "default".to_owned()), "{path}");
    }
}

#[test]
fn exporters() {
    let yaml = r#"
exporters:
  - provider: "console"
  - provider: otlp
    fallback: file
    otlp: { endpoint: "https://collector:4317", protocol: http/protobuf, headers: { api-key: k }, compression: gzip, timeout: 2s }
    file: { path: lost.jsonl, rotate_size: 1KB, retention_days: 7 }
  - { provider: azure_monitor, fallback: console, azure_monitor: { connection_string: "${AZURE}" } }
  - { provider: jaeger, jaeger: { endpoint: "http://jaeger:4318" } }
  - { provider: zipkin, enabled: false, zipkin: { endpoint: "https://z/api/v2/spans" } }
  - { provider: file, file: { path: out.jsonl } }
"#;
    let settings = good(yaml, &[("AZURE", "InstrumentationKey=1")]);
    let [console, otlp, azure, jaeger, zipkin, file] = &settings.exporters[..] else { panic!("six") };
    assert!(console.enabled && console.provider == ExporterProvider::Console && console.fallback.is_none());
    assert_eq!(otlp.fallback, Some(Fallback::File));
    assert_eq!(otlp.file.path.to_str(), Some("lost.jsonl"));
    assert_eq!((otlp.file.rotate_size, otlp.file.retention_days), (ByteSize(1000), 7));
    assert_eq!(otlp.otlp.protocol, Some(OtlpProtocol::HttpProtobuf));
    assert_eq!(otlp.otlp.headers["api-key"].expose(), "k");
    assert_eq!(otlp.otlp.compression, OtlpCompression::Gzip);
    assert_eq!(otlp.otlp.timeout, Duration::from_secs(2));
    assert_eq!(azure.fallback, Some(Fallback::Console));
    let connection = azure.azure_monitor.connection_string.as_ref().expect("set");
    assert_eq!(connection.expose(), "InstrumentationKey=1");
    assert_eq!(jaeger.jaeger.endpoint.as_str(), "http://jaeger:4318");
    assert!(!zipkin.enabled && zipkin.zipkin.endpoint.as_str() == "https://z/api/v2/spans");
    assert_eq!(file.file.path.to_str(), Some("out.jsonl"));
    assert_eq!(value(&settings, "exporters[1].file.path"), "lost.jsonl");
    assert!(explained(&settings, "exporters[3].jaeger.endpoint").1.starts_with("yaml:"));
}

#[test]
fn the_connection_string_of_the_environment() {
    let pairs = [("AZURE_MONITOR_CONNECTION_STRING", "Key=1")];
    for (yaml, index) in [
        ("", 2),
        ("exporters: [{ provider: azure_monitor }]", 0),
        ("exporters: [{ provider: azure_monitor, azure_monitor: { connection_string: '' } }]", 0),
        (
            "exporters: [{ provider: azure_monitor, azure_monitor: { connection_string: '${AZURE_MONITOR_CONNECTION_STRING}' } }]",
            0,
        ),
    ] {
        let settings = good(yaml, &pairs);
        let connection = settings.exporters[index].azure_monitor.connection_string.as_ref().expect(yaml);
        assert_eq!(connection.expose(), "Key=1", "{yaml}");
        assert_eq!(settings.exporters[index].enabled, !yaml.is_empty());
    }
}

#[test]
fn an_empty_list_is_no_exporter() {
    assert!(good("exporters: []", &[]).exporters.is_empty());
}

fn target(yaml: &str, pairs: &[(&str, &str)]) -> OtlpTarget {
    let of =
        |settings: &Settings| settings.exporters.iter().find(|e| e.enabled).map(|e| e.otlp.traces_target());
    of(&good(yaml, pairs)).expect("an exporter")
}

#[test]
fn where_traces_go() {
    use OtlpProtocol::{Grpc, HttpJson, HttpProtobuf};
    const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    const TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
    const INSECURE: &str = "OTEL_EXPORTER_OTLP_INSECURE";
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, OtlpProtocol);
    let cases: &[Case<'_>] = &[
        (&[], "http://localhost:4317", Grpc),
        (&[(ENDPOINT, "http://c:4318")], "http://c:4318/v1/traces", HttpProtobuf),
        (&[(ENDPOINT, "http://c:4318/")], "http://c:4318/v1/traces", HttpProtobuf),
        (&[(ENDPOINT, "http://c:4318/base?k=v")], "http://c:4318/base/v1/traces?k=v", HttpProtobuf),
        (&[(ENDPOINT, "http://c:4318/v1/traces")], "http://c:4318/v1/traces", HttpProtobuf),
        (&[(ENDPOINT, "http://c:4318"), (PROTOCOL, "grpc")], "http://c:4318", Grpc),
        (&[(ENDPOINT, "https://c"), (PROTOCOL, "http/protobuf")], "https://c/v1/traces", HttpProtobuf),
        (&[(ENDPOINT, "https://c"), (PROTOCOL, "http/json")], "https://c/v1/traces", HttpJson),
        (&[(TRACES, "http://t:4318/x")], "http://t:4318/x", HttpProtobuf),
        (&[(ENDPOINT, "http://c:4317"), (TRACES, "http://t:1/")], "http://t:1/", Grpc),
        (&[(ENDPOINT, "c:4317")], "https://c:4317", Grpc),
        (&[(ENDPOINT, "c:4317"), (INSECURE, "true")], "http://c:4317", Grpc),
        (&[(ENDPOINT, "c:4317"), (INSECURE, "false")], "https://c:4317", Grpc),
        (&[(ENDPOINT, "https://c:4317"), (INSECURE, "true")], "https://c:4317", Grpc),
        (&[(TRACES, "t:1"), (INSECURE, "true")], "http://t:1", Grpc),
        (&[(TRACES, "t:1"), ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "true")], "http://t:1", Grpc),
    ];
    for (pairs, endpoint, protocol) in cases {
        let target = target("", pairs);
        assert_eq!((target.endpoint.as_str(), target.protocol), (*endpoint, *protocol), "{pairs:?}");
        assert_eq!(target.is_default, pairs.is_empty(), "{pairs:?}");
    }
}

#[test]
fn what_traces_have_of_their_own() {
    let pairs = [
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2000"),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
    ];
    let general = target("", &pairs[..2]);
    assert_eq!(general.headers["a"].expose(), "1");
    assert_eq!(general.timeout, Duration::from_secs(1));
    let traces = target("", &pairs);
    assert_eq!(traces.headers.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(traces.timeout, Duration::from_secs(2));
    assert_eq!((traces.compression, traces.protocol), (OtlpCompression::Gzip, OtlpProtocol::HttpProtobuf));
}

#[test]
fn breakers() {
    let settings = good(
        "breakers:
  orders: { failure_rate: 0.25, slow_rate: 1.0, slow_call: 2s, window: 1m, minimum_calls: 5, open_for: 10, half_open_permits: 2, lease: 1s,
    backoff_multiplier: 2, open_for_max: 1m, jitter: 0.1, ignore: [not_found], slow_errors: [timeout, slow_down], state: metrics_only }
  stock: { window_calls: 50 }
  plain:",
        &[],
    );
    let orders = &settings.breakers["orders"];
    assert_eq!((orders.failure_rate, orders.slow_rate), (Some(0.25), Some(1.0)));
    assert_eq!(
        (orders.slow_call, orders.window),
        (Some(Duration::from_secs(2)), Some(Duration::from_secs(60)))
    );
    assert_eq!((orders.minimum_calls, orders.half_open_permits), (Some(5), Some(2)));
    assert_eq!(
        (orders.open_for, orders.lease),
        (Some(Duration::from_secs(10)), Some(Duration::from_secs(1)))
    );
    assert_eq!((orders.backoff_multiplier, orders.jitter), (Some(2.0), Some(0.1)));
    assert_eq!(orders.open_for_max, Some(Duration::from_secs(60)));
    assert_eq!(
        (&*orders.ignore, &*orders.slow_errors),
        (&["not_found".to_owned()][..], &["timeout".to_owned(), "slow_down".to_owned()][..])
    );
    assert_eq!(orders.state, Some(BreakerOrder::MetricsOnly));
    let stock = &settings.breakers["stock"];
    assert_eq!((stock.window_calls, stock.window, stock.failure_rate), (Some(50), None, None));
    assert_eq!(settings.breakers["plain"].window, None);
    assert_eq!(settings.breakers["plain"].state, None);
}

#[test]
fn sampler_rules() {
    let settings = good(
        "tracing: { sampler: { rules: [{ route: /orders, ratio: 0.5 }, { service: a, provider: b, operation: c, ratio: 0 }] } }",
        &[],
    );
    let [first, second] = &settings.tracing.sampler.rules[..] else { panic!("two") };
    assert_eq!((first.route.as_deref(), first.ratio), (Some("/orders"), 0.5));
    assert_eq!((second.service.as_deref(), second.provider.as_deref()), (Some("a"), Some("b")));
    assert_eq!((second.operation.as_deref(), second.ratio), (Some("c"), 0.0));
}

#[test]
fn alert_rules() {
    let settings = good(
        "alerts:
  handlers: [log, email, slack, webhook, alertmanager]
  rules:
    - { metric: cpu, threshold: 90, for: 300s, severity: critical }
    - { metric: memory, threshold: 80.5, duration: 1m }",
        &[],
    );
    let [cpu, memory] = &settings.alerts.rules[..] else { panic!("two") };
    assert_eq!((cpu.metric.as_str(), cpu.threshold, cpu.duration), ("cpu", 90.0, Duration::from_secs(300)));
    assert_eq!((cpu.severity, memory.severity), (AlertSeverity::Critical, AlertSeverity::Warning));
    assert_eq!((memory.threshold, memory.duration), (80.5, Duration::from_secs(60)));
    assert_eq!(settings.alerts.handlers[0], AlertHandlerKind::Log);
    assert_eq!(settings.alerts.handlers.len(), 5);
}

#[test]
fn an_alert_rule_with_everything() {
    let settings = good(
        "alerts: { rules: [{ name: errors, metric: adapter_requests_total, labels: { provider: feed }, aggregation: ratio,
    numerator: { status: error }, by: [provider], window: 1m, comparison: '>=', threshold: 0.1, cooldown: 0,
    message: '{labels.provider} fails: {value}' }] }",
        &[],
    );
    let rule = &settings.alerts.rules[0];
    assert_eq!((rule.title().as_str(), rule.aggregation), ("errors", AlertAggregation::Ratio));
    assert_eq!((rule.comparison, rule.window), (AlertComparison::AtLeast, Duration::from_secs(60)));
    assert_eq!((rule.cooldown, &*rule.by), (Some(Duration::ZERO), &["provider".to_owned()][..]));
    let shown =
        r#"ratio(adapter_requests_total{provider="feed"}[1m]) of {status="error"} by (provider) >= 0.1"#;
    assert_eq!(rule.to_string(), shown);
    assert_eq!(value(&settings, "alerts.rules[0].comparison"), ">=");
}

#[test]
fn handlers_of_alerts_that_are_off_may_be_half_described() {
    let settings = good("alerts: { handlers: [slack], email: { password: '${NOT_SET}' } }", &[]);
    assert!(!settings.alerts.enabled);
    let several = load("alerts: { enabled: true, handlers: [email] }", &[]).expect_err("nobody is named");
    let SetupError::Several(errors) = several else { panic!("{several:?}") };
    let text = errors.iter().map(ToString::to_string).collect::<String>();
    for key in ["alerts.email.host", "alerts.email.from", "alerts.email.to"] {
        assert!(text.contains(key), "{text}");
    }
}

#[test]
fn custom_metrics() {
    let settings = good(
        "metrics: { custom: {
  orders_total: { type: counter, help: Orders, labels: [shop, kind] },
  open_orders: { type: gauge },
  order_seconds: { type: histogram, buckets: [0.1, 1, 10] } } }",
        &[],
    );
    let orders = &settings.metrics.custom["orders_total"];
    assert_eq!((orders.kind, orders.help.as_str()), (CustomMetricKind::Counter, "Orders"));
    assert_eq!(orders.labels, ["shop", "kind"]);
    assert_eq!(settings.metrics.custom["open_orders"].kind, CustomMetricKind::Gauge);
    assert_eq!(settings.metrics.custom["order_seconds"].buckets, [0.1, 1.0, 10.0]);
}

#[test]
fn jaeger_ports_of_its_own_protocols() {
    for endpoint in ["http://jaeger:6831", "jaeger:6832", "http://jaeger:14268/api/traces"] {
        let yaml = format!("exporters: [{{ provider: jaeger, jaeger: {{ endpoint: '{endpoint}' }} }}]");
        let error = bad(&yaml, &[]).to_string();
        assert!(error.contains("4317") && error.contains("4318") && error.contains(endpoint), "{error}");
    }
}
