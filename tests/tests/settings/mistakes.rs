//! Values, keys and variables that are refused, with the remedy.

use crate::support::{SetupError, bad, load};

/// YAML, the key named, the value named.
const INVALID: &[(&str, &str, &str)] = &[
    ("telemetry: { sampling_ratio: 1.5 }", "telemetry.sampling_ratio", "1.5"),
    ("telemetry: { sampling_ratio: -0.1 }", "telemetry.sampling_ratio", "-0.1"),
    ("telemetry: { sampling_ratio: .nan }", "telemetry.sampling_ratio", ".nan"),
    ("telemetry: { rate: lots }", "telemetry.rate", "lots"),
    ("telemetry: { debug: perhaps }", "telemetry.debug", "perhaps"),
    ("telemetry: { debug: [true] }", "telemetry.debug", "a list"),
    ("telemetry: { slow_threshold: 1 fortnight }", "telemetry.slow_threshold", "1 fortnight"),
    ("telemetry: { slow_threshold: -1s }", "telemetry.slow_threshold", "-1s"),
    ("telemetry: { slow_threshold: 1e400 }", "telemetry.slow_threshold", "1e400"),
    ("telemetry: { slow_threshold: 9999999999h }", "telemetry.slow_threshold", "9999999999h"),
    ("telemetry: { exclude_endpoints: /health }", "telemetry.exclude_endpoints", "a text"),
    ("telemetry: { exclude_endpoints: [health] }", "telemetry.exclude_endpoints", "health"),
    ("telemetry: on", "telemetry", "a text"),
    ("tracing: { batch: [] }", "tracing.batch", "a list"),
    ("tracing: { batch: { max_queue_size: 0 } }", "tracing.batch.max_queue_size", "0"),
    ("tracing: { batch: { batch_size: 1.5 } }", "tracing.batch.batch_size", "1.5"),
    ("tracing: { batch: { batch_size: 20, max_queue_size: 10 } }", "tracing.batch.batch_size", "20"),
    ("tracing: { batch: { flush_interval: 0 } }", "tracing.batch.flush_interval", "0"),
    ("tracing: { batch: { export_timeout: 0s } }", "tracing.batch.export_timeout", "0s"),
    ("tracing: { sampler: { rate_limit: 0 } }", "tracing.sampler.rate_limit", "0"),
    ("tracing: { sampler: { keep: { slower_than: 0 } } }", "tracing.sampler.keep.slower_than", "0"),
    ("tracing: { sampler: { rules: { route: / } } }", "tracing.sampler.rules", "a mapping"),
    ("tracing: { sampler: { rules: [{ ratio: 1 }] } }", "tracing.sampler.rules[0]", "nothing"),
    ("tracing: { sampler: { rules: [{ route: / }] } }", "tracing.sampler.rules[0].ratio", "nothing"),
    ("tracing: { sampler: { rules: [{ route: /, ratio: 2 }] } }", "tracing.sampler.rules[0].ratio", "2"),
    (
        "tracing: { sampler: { rules: [{ route: /, operation: a, ratio: 1 }] } }",
        "tracing.sampler.rules[0].route",
        "/",
    ),
    ("tracing: { sampler: { keep: { timeout: 0 } } }", "tracing.sampler.keep.timeout", "0"),
    ("tracing: { sampler: { keep: { max_spans: 0 } } }", "tracing.sampler.keep.max_spans", "0"),
    ("tracing: { sampler: { keep: { max_bytes: 0 } } }", "tracing.sampler.keep.max_bytes", "0"),
    (
        "tracing: { sampler: { remote_parent_sampled: sometimes } }",
        "tracing.sampler.remote_parent_sampled",
        "sometimes",
    ),
    ("tracing: { sampler: { local_parent_sampled: 1.5 } }", "tracing.sampler.local_parent_sampled", "1.5"),
    ("exporters: otlp", "exporters", "a text"),
    ("exporters: [otlp]", "exporters[0]", "a text"),
    ("exporters: [null]", "exporters[0]", "null"),
    ("exporters: [{ enabled: true }]", "exporters[0].provider", "nothing"),
    ("exporters: [{ provider: datadog }]", "exporters[0].provider", "datadog"),
    ("exporters: [{ provider: console, fallback: otlp }]", "exporters[0].fallback", "otlp"),
    (
        "exporters: [{ provider: otlp, otlp: { endpoint: 'ftp://x:1' } }]",
        "exporters[0].otlp.endpoint",
        "ftp://x:1",
    ),
    (
        "exporters: [{ provider: otlp, otlp: { endpoint: 'http://x:0' } }]",
        "exporters[0].otlp.endpoint",
        "http://x:0",
    ),
    (
        "exporters: [{ provider: otlp, otlp: { endpoint: 'http://x y' } }]",
        "exporters[0].otlp.endpoint",
        "http://x y",
    ),
    ("exporters: [{ provider: otlp, otlp: { protocol: http } }]", "exporters[0].otlp.protocol", "http"),
    ("exporters: [{ provider: otlp, otlp: { compression: br } }]", "exporters[0].otlp.compression", "br"),
    ("exporters: [{ provider: otlp, otlp: { timeout: 0 } }]", "exporters[0].otlp.timeout", "0"),
    (
        "exporters: [{ provider: zipkin, zipkin: { endpoint: 'z:9411' } }]",
        "exporters[0].zipkin.endpoint",
        "z:9411",
    ),
    (
        "exporters: [{ provider: jaeger, jaeger: { endpoint: 'j:4317' } }]",
        "exporters[0].jaeger.endpoint",
        "j:4317",
    ),
    (
        "exporters: [{ provider: jaeger, enabled: false, jaeger: { endpoint: 'http://j:6831' } }]",
        "exporters[0].jaeger.endpoint",
        "6831",
    ),
    (
        "exporters: [{ provider: file, file: { rotate_size: 64 MiBs } }]",
        "exporters[0].file.rotate_size",
        "64 MiBs",
    ),
    ("exporters: [{ provider: file, file: { rotate_size: 0 } }]", "exporters[0].file.rotate_size", "0"),
    ("exporters: [{ provider: file, file: { retention_days: 0 } }]", "exporters[0].file.retention_days", "0"),
    ("propagation: { formats: [xray] }", "propagation.formats[0]", "xray"),
    ("propagation: { formats: b3 }", "propagation.formats", "a text"),
    ("propagation: { baggage_hosts: ['http://a'] }", "propagation.baggage_hosts", "http://a"),
    ("propagation: { baggage_hosts: ['a:80'] }", "propagation.baggage_hosts", "a:80"),
    ("propagation: { baggage_hosts: ['a.*'] }", "propagation.baggage_hosts", "a.*"),
    ("exporters: [{ provider: zipkin, zipkin: { timeout: 0 } }]", "exporters[0].zipkin.timeout", "0"),
    ("metrics: { listen: 70000 }", "metrics.listen", "70000"),
    ("metrics: { listen: example.org:80 }", "metrics.listen", "example.org:80"),
    ("metrics: { cardinality_limit: 0 }", "metrics.cardinality_limit", "0"),
    ("metrics: { default_labels: { le: x } }", "metrics.default_labels", "le"),
    ("metrics: { default_labels: { a-b: x } }", "metrics.default_labels", "a-b"),
    ("metrics: { default_labels: { __a: x } }", "metrics.default_labels", "__a"),
    ("metrics: { default_labels: { a: [x] } }", "metrics.default_labels.a", "a list"),
    ("metrics: { push_gateway: { endpoint: 'push:9091' } }", "metrics.push_gateway.endpoint", "push:9091"),
    ("metrics: { push_gateway: { interval: 0 } }", "metrics.push_gateway.interval", "0"),
    ("metrics: { push_gateway: { grouping: { 1a: x } } }", "metrics.push_gateway.grouping", "1a"),
    ("metrics: { statsd: { address: localhost } }", "metrics.statsd.address", "localhost"),
    (
        "metrics: { statsd: { address: 'http://localhost:8125' } }",
        "metrics.statsd.address",
        "http://localhost:8125",
    ),
    ("metrics: { statsd: { flavor: influx } }", "metrics.statsd.flavor", "influx"),
    ("metrics: { custom: { a: { help: x } } }", "metrics.custom.a.type", "nothing"),
    ("metrics: { custom: { a: { type: summary } } }", "metrics.custom.a.type", "summary"),
    ("metrics: { custom: { a-b: { type: gauge } } }", "metrics.custom.a-b", "a-b"),
    ("metrics: { custom: { a: { type: gauge, labels: [x, x] } } }", "metrics.custom.a.labels", "x, x"),
    ("metrics: { custom: { a: { type: histogram, buckets: [1, 1] } } }", "metrics.custom.a.buckets", "1, 1"),
    (
        "metrics: { custom: { a: { type: histogram, buckets: [1, .inf] } } }",
        "metrics.custom.a.buckets[1]",
        ".inf",
    ),
    ("metrics: { custom: { a: { type: gauge, buckets: [1] } } }", "metrics.custom.a.buckets", "gauge"),
    ("breakers: []", "breakers", "a list"),
    ("breakers: { b: { failure_rate: 0 } }", "breakers.b.failure_rate", "0"),
    ("breakers: { b: { slow_rate: 1.1 } }", "breakers.b.slow_rate", "1.1"),
    ("breakers: { b: { slow_call: 0 } }", "breakers.b.slow_call", "0"),
    ("breakers: { b: { window: 0s } }", "breakers.b.window", "0s"),
    ("breakers: { b: { window_calls: 0 } }", "breakers.b.window_calls", "0"),
    ("breakers: { b: { minimum_calls: 0 } }", "breakers.b.minimum_calls", "0"),
    ("breakers: { b: { open_for: 0 } }", "breakers.b.open_for", "0"),
    ("breakers: { b: { half_open_permits: 0 } }", "breakers.b.half_open_permits", "0"),
    ("breakers: { b: { lease: 0 } }", "breakers.b.lease", "0"),
    ("breakers: { b: { backoff_multiplier: 0.9 } }", "breakers.b.backoff_multiplier", "0.9"),
    ("breakers: { b: { jitter: 1.5 } }", "breakers.b.jitter", "1.5"),
    ("breakers: { b: { open_for: 2s, open_for_max: 1s } }", "breakers.b.open_for_max", "1s"),
    ("breakers: { b: { state: open } }", "breakers.b.state", "open"),
    ("breakers: { b: { ignore: not_found } }", "breakers.b.ignore", "a text"),
    ("breakers: { b: { ignore: [a], slow_errors: [a] } }", "breakers.b.slow_errors", "a"),
    ("collector: { max_events: 0 }", "collector.max_events", "0"),
    ("collector: { max_events: 10, batch_size: 11 }", "collector.batch_size", "11"),
    ("collector: { windows: [] }", "collector.windows", ""),
    ("collector: { windows: [1m, 1m] }", "collector.windows", "1m, 1m"),
    ("collector: { windows: [48h] }", "collector.windows", "48h"),
    ("collector: { filters: { types: [spans] } }", "collector.filters.types[0]", "spans"),
    ("collector: { storage_type: redis }", "collector.storage_type", "redis"),
    ("collector: { flush_interval: 0 }", "collector.flush_interval", "0"),
    ("collector: { retention_days: 0 }", "collector.retention_days", "0"),
    ("monitor: { interval: 0 }", "monitor.interval", "0"),
    ("monitor: { timeout: 0 }", "monitor.timeout", "0"),
    ("monitor: { history_size: 0 }", "monitor.history_size", "0"),
    ("monitor: { retries: -1 }", "monitor.retries", "-1"),
    ("monitor: { probes: { cpu: 0 } }", "monitor.probes.cpu", "0"),
    ("monitor: { probes: { connections: 0 } }", "monitor.probes.connections", "0"),
    ("monitor: { disk_paths: [data] }", "monitor.disk_paths", "data"),
    ("health: { interval: 0 }", "health.interval", "0"),
    ("health: { timeout: 0s }", "health.timeout", "0s"),
    ("health: { disk: { degraded: 0 } }", "health.disk.degraded", "0"),
    ("health: { memory: { unhealthy: 100.1 } }", "health.memory.unhealthy", "100.1"),
    ("health: { fds: { degraded: -1 } }", "health.fds.degraded", "-1"),
    ("alerts: { handlers: [pager] }", "alerts.handlers[0]", "pager"),
    ("alerts: { rules: [{ threshold: 1 }] }", "alerts.rules[0].metric", "nothing"),
    ("alerts: { rules: [{ metric: cpu }] }", "alerts.rules[0].threshold", "nothing"),
    ("alerts: { rules: [{ metric: cpu, threshold: high }] }", "alerts.rules[0].threshold", "high"),
    (
        "alerts: { rules: [{ metric: cpu, threshold: 1, severity: fatal }] }",
        "alerts.rules[0].severity",
        "fatal",
    ),
    ("alerts: { rules: [{ metric: cpu, threshold: 1, duration: x }] }", "alerts.rules[0].duration", "x"),
    ("alerts: { rules: [{ metric: cpu, threshold: inf }] }", "alerts.rules[0].threshold", "inf"),
    ("alerts: { rules: [{ metric: cpu, threshold: nan }] }", "alerts.rules[0].threshold", "nan"),
    ("alerts: { rules: [{ metric: cpu, threshold: 100.5 }] }", "alerts.rules[0].threshold", "100.5"),
    ("alerts: { rules: [{ metric: disk, threshold: -1 }] }", "alerts.rules[0].threshold", "-1"),
    ("alerts: { rules: [{ metric: a_percent, threshold: 101 }] }", "alerts.rules[0].threshold", "101"),
    ("alerts: { rules: [{ metric: a_total, threshold: -0.5 }] }", "alerts.rules[0].threshold", "-0.5"),
    (
        "alerts: { rules: [{ metric: a, aggregation: rate, threshold: -1 }] }",
        "alerts.rules[0].threshold",
        "-1",
    ),
    (
        "alerts: { rules: [{ metric: a, aggregation: ratio, numerator: { b: c }, threshold: 5 }] }",
        "alerts.rules[0].threshold",
        "5",
    ),
    (
        "alerts: { rules: [{ metric: a, aggregation: ratio, threshold: 0.5 }] }",
        "alerts.rules[0].aggregation",
        "ratio",
    ),
    (
        "alerts: { rules: [{ metric: a, aggregation: p50, numerator: { b: c }, threshold: 1 }] }",
        "alerts.rules[0].numerator",
        "b",
    ),
    (
        "alerts: { rules: [{ metric: a, aggregation: p42, threshold: 1 }] }",
        "alerts.rules[0].aggregation",
        "p42",
    ),
    ("alerts: { rules: [{ metric: a b, threshold: 1 }] }", "alerts.rules[0].metric", "a b"),
    (
        "alerts: { rules: [{ metric: a, comparison: over, threshold: 1 }] }",
        "alerts.rules[0].comparison",
        "over",
    ),
    ("alerts: { rules: [{ metric: a, window: 0, threshold: 1 }] }", "alerts.rules[0].window", "0"),
    (
        "alerts: { rules: [{ metric: a, threshold: 1, message: '{valeu}' }] }",
        "alerts.rules[0].message",
        "{valeu}",
    ),
    (
        "alerts: { rules: [{ metric: a, threshold: 1 }, { metric: a, threshold: 1 }] }",
        "alerts.rules[1].name",
        "a > 1",
    ),
    ("alerts: { interval: 0 }", "alerts.interval", "0"),
    ("alerts: { timeout: 0 }", "alerts.timeout", "0"),
    ("alerts: { retry_for: 0 }", "alerts.retry_for", "0"),
    ("alerts: { handlers: [log, log] }", "alerts.handlers[1]", "log"),
    ("alerts: { enabled: true, handlers: [slack] }", "alerts.slack.url", "nothing"),
    ("alerts: { enabled: true, handlers: [webhook] }", "alerts.webhook.url", "nothing"),
    ("alerts: { enabled: true, handlers: [alertmanager] }", "alerts.alertmanager.url", "nothing"),
    ("alerts: { email: { port: 0 } }", "alerts.email.port", "0"),
    ("alerts: { email: { tls: ssl } }", "alerts.email.tls", "ssl"),
    ("alerts: { enabled: true, email: { tls: none, password: p } }", "alerts.email.tls", "none"),
    ("alerts: { slack: { url: 'hooks.example' } }", "alerts.slack.url", "***"),
    ("logs: { level: loud }", "logs.level", "loud"),
    ("logs: { format: xml }", "logs.format", "xml"),
    ("resource: [a]", "resource", "a list"),
    ("resource: { a: { b: c } }", "resource.a", "a mapping"),
    ("service: { name: [a] }", "service.name", "a list"),
    ("service: { name: '${A' }", "service.name", "${"),
    ("service: { name: '${}' }", "service.name", "${"),
    ("service: { name: '${1A}' }", "service.name", "${"),
    ("service: { name: '${A:-${B}}' }", "service.name", "${"),
    ("service: { name: '${A:?no}' }", "service.name", "${"),
];

#[test]
fn values() {
    for (yaml, wanted_key, wanted_value) in INVALID {
        let error = bad(yaml, &[]);
        let SetupError::InvalidValue { key, value, source, allowed } = &error else {
            panic!("{error:?} for {yaml}")
        };
        assert_eq!(key, wanted_key, "{yaml}");
        assert!(value.contains(wanted_value), "{value} for {yaml}");
        assert!(source.starts_with("yaml:1:"), "{source} for {yaml}");
        let text = error.to_string();
        assert!(text.contains(wanted_value) && text.contains(source) && text.ends_with(allowed), "{text}");
    }
}

#[test]
fn values_of_variables() {
    for (variable, value) in [
        ("TELEMETRY_SAMPLING_RATIO", "2"),
        ("TELEMETRY_DEBUG", "maybe"),
        ("TELEMETRY_TRACING_BATCH_FLUSH_INTERVAL", "never"),
        ("TELEMETRY_METRICS_LISTEN", "here"),
        ("TELEMETRY_LOGS_LEVEL", "loud"),
    ] {
        let text = bad("", &[(variable, value)]).to_string();
        assert!(
            text.contains(variable) && text.contains(&format!("`{value}`")) && text.contains("; use "),
            "{text}"
        );
    }
}

/// YAML, the key named, the nearest.
const UNKNOWN: &[(&str, &str, &str)] = &[
    ("telemtry: { debug: true }", "telemtry", "telemetry"),
    ("telemetry: { debgu: true }", "telemetry.debgu", "telemetry.debug"),
    ("telemetry: { sampling: 1 }", "telemetry.sampling", "telemetry.sampling_rat"),
    ("telemetry: { exclude_endpoint: [] }", "telemetry.exclude_endpoint", "telemetry.exclude_endpoints"),
    ("sampling_ratio: 1", "sampling_ratio", "telemetry.sampling_ratio"),
    ("batch_size: 1", "batch_size", "tracing.batch.batch_size"),
    ("'telemetry.debug': true", "telemetry.debug", "telemetry: debug"),
    ("tracing: { batch: { queue_size: 1 } }", "tracing.batch.queue_size", "tracing.batch.max_queue_size"),
    ("exporters: [{ provider: otlp, enable: true }]", "exporters[0].enable", "exporters[0].enabled"),
    ("exporters: [{ provider: otlp, otlp: { url: x } }]", "exporters[0].otlp.url", "exporters[0].otlp"),
    (
        "exporters: [{ provider: otlp, zipkin: { endpoint: 'http://z' } }]",
        "exporters[0].zipkin",
        "exporters[0].otlp",
    ),
    ("exporters: [{ provider: console, file: {} }]", "exporters[0].file", "exporters[0].console"),
    ("breakers: { b: { failure: 0.5 } }", "breakers.b.failure", "breakers.b.failure_rate"),
    (
        "alerts: { rules: [{ metric: a, threshold: 1, fro: 1s }] }",
        "alerts.rules[0].fro",
        "alerts.rules[0].for",
    ),
    (
        "metrics: { custom: { a: { type: gauge, lables: [] } } }",
        "metrics.custom.a.lables",
        "metrics.custom.a.labels",
    ),
    (
        "tracing: { sampler: { rules: [{ path: /, ratio: 1, route: / }] } }",
        "tracing.sampler.rules[0].path",
        "tracing.sampler.rules[0]",
    ),
    ("health: { disks: { degraded: 90 } }", "health.disks", "health.disk"),
    ("monitor: { probes: { cpus: 1s } }", "monitor.probes.cpus", "monitor.probes.cpu"),
    ("'': 1", "", ""),
];

#[test]
fn keys() {
    for (yaml, wanted, wanted_nearest) in UNKNOWN {
        let error = bad(yaml, &[]);
        let SetupError::UnknownKey { key, source, nearest } = &error else { panic!("{error:?} for {yaml}") };
        assert_eq!(key, wanted, "{yaml}");
        let nearest = nearest.as_deref().unwrap_or_else(|| panic!("nothing near for {yaml}"));
        assert!(nearest.starts_with(wanted_nearest), "{nearest} for {yaml}");
        assert!(source.starts_with("yaml:1:"), "{source}");
        assert!(error.to_string().contains(nearest), "{error}");
    }
}

#[test]
fn variables() {
    for (variable, nearest) in [
        ("TELEMETRY_SAMPLING_RATO", "TELEMETRY_SAMPLING_RATIO"),
        ("TELEMETRY_TELEMETRY_DEBUG", "TELEMETRY_DEBUG"),
        ("TELEMETRY_SERVICE_NAM", "TELEMETRY_SERVICE_NAME"),
        ("TELEMETRY_WEB_TOKENS", "TELEMETRY_WEB_TOKEN"),
        ("TELEMETRY_METRICS_FOO", "TELEMETRY_METRICS_"),
        ("TELEMETRY_TRACING_BATCH_SIZE", "TELEMETRY_TRACING_BATCH_BATCH_SIZE"),
    ] {
        let error = bad("", &[(variable, "s3cret")]);
        let SetupError::UnknownKey { key, nearest: Some(found), .. } = &error else { panic!("{error:?}") };
        assert_eq!(key, variable);
        assert!(found.starts_with(nearest), "{found}");
        assert!(!error.to_string().contains("s3cret"));
    }
}

#[test]
fn two_spellings() {
    let names = ["sampling_ratio", "ratio", "rate", "sample_rate", "sampling_rate"];
    for first in names {
        for second in names.into_iter().filter(|second| *second != first) {
            let error = bad(&format!("telemetry: {{ {first}: 0.1, {second}: 0.2 }}"), &[]);
            let text = error.to_string();
            assert!(matches!(error, SetupError::DuplicateSpelling { .. }), "{error:?}");
            assert!(text.contains(&format!("telemetry.{first}")) && text.contains(second), "{text}");
        }
    }
    for yaml in [
        "alerts: { rules: [{ metric: cpu, threshold: 1, for: 1s, duration: 1s }] }",
        "breakers: { b: { window: 1s, window_calls: 1 } }",
    ] {
        assert!(matches!(bad(yaml, &[]), SetupError::DuplicateSpelling { .. }), "{yaml}");
    }
    let error = bad("", &[("TELEMETRY_RATIO", "1"), ("TELEMETRY_SAMPLING_RATIO", "1")]);
    assert!(matches!(error, SetupError::DuplicateSpelling { .. }), "{error:?}");
}

#[test]
fn all_at_once() {
    let yaml = "telemetry: { ratio: 2, debgu: true }\nlogs: { level: loud }\nexporters: [{ provider: x }, { provider: y }]";
    let Err(SetupError::Several(errors)) = load(yaml, &[("TELEMETRY_WEB_TOKN", "x")]) else {
        panic!("several")
    };
    assert_eq!(errors.len(), 6, "{errors:#?}");
    let text = SetupError::Several(errors).to_string();
    for part in ["telemetry.ratio", "debgu", "loud", "`x`", "`y`", "TELEMETRY_WEB_TOKN"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn unset_variables() {
    for (yaml, variable, wanted) in [
        ("service: { name: '${A}' }", "A", "service.name"),
        ("service: { name: 'x-${A}-${B:-b}' }", "A", "service.name"),
        ("telemetry: { rate: '${A}' }", "A", "telemetry.rate"),
        ("exporters: [{ provider: otlp, otlp: { endpoint: '${A}' } }]", "A", "exporters[0].otlp.endpoint"),
        (
            "exporters: [{ provider: otlp, otlp: { headers: { k: '${A}' } } }]",
            "A",
            "exporters[0].otlp.headers.k",
        ),
        ("exporters: [{ provider: otlp, enabled: '${A}' }]", "A", "exporters[0].enabled"),
        ("web: { token: '${A}' }", "A", "web.token"),
        ("resource: { a: '${A}' }", "A", "resource.a"),
        ("collector: { enabled: true, persistence_file: '${A}' }", "A", "collector.persistence_file"),
        (
            "exporters: [{ provider: azure_monitor }]",
            "AZURE_MONITOR_CONNECTION_STRING",
            "exporters[0].azure_monitor.connection_string",
        ),
        (
            "exporters: [{ provider: azure_monitor, azure_monitor: { connection_string: '${AZURE_MONITOR_CONNECTION_STRING}' } }]",
            "AZURE_MONITOR_CONNECTION_STRING",
            "exporters[0].azure_monitor.connection_string",
        ),
    ] {
        for pairs in [&[][..], &[(variable, "")]] {
            let error = bad(yaml, pairs);
            let SetupError::UnsetVariable { variable: found, key, .. } = &error else { panic!("{error:?}") };
            assert_eq!((found.as_str(), key.as_str()), (variable, wanted), "{yaml}");
            assert!(error.to_string().contains(":-default"), "{error}");
        }
    }
}

#[test]
fn unset_variables_of_what_is_off() {
    for yaml in [
        "exporters: [{ provider: otlp, enabled: false, otlp: { endpoint: '${A}', headers: { k: '${A}' } } }]",
        "exporters: [{ provider: azure_monitor, enabled: false, azure_monitor: { connection_string: '${A}' } }]",
        "exporters: [{ provider: azure_monitor, enabled: '${ON:-false}' }]",
        "collector: { persistence_file: '${A}' }",
        "alerts: { rules: [{ metric: '${A}', threshold: 1 }] }",
        "tracing: { enabled: false, sampler: { rate_limit: '${A}' } }",
        "metrics: { enabled: false, push_gateway: { endpoint: '${A}' } }",
        "monitor: { enabled: false, interval: '${A}' }",
        "logs: { enabled: false, level: '${A}' }",
        "telemetry: { enabled: false }\nservice: { name: '${A}' }\nexporters: [{ provider: otlp, otlp: { endpoint: '${A}' } }]",
    ] {
        load(yaml, &[]).unwrap_or_else(|error| panic!("{error} for {yaml}"));
    }
    // Switched on by a variable, the block is in use again.
    let on = [("TELEMETRY_COLLECTOR_ENABLED", "true")];
    assert!(matches!(bad("collector: { persistence_file: '${A}' }", &on), SetupError::UnsetVariable { .. }));
}

#[test]
fn unset_variables_that_something_else_replaces() {
    for (yaml, variable, value) in [
        ("service: { name: '${A}' }", "SERVICE_NAME", "orders"),
        ("telemetry: { rate: '${A}' }", "TELEMETRY_SAMPLING_RATIO", "1"),
        (
            "exporters: [{ provider: otlp, otlp: { endpoint: '${A}' } }]",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://c:1",
        ),
    ] {
        load(yaml, &[(variable, value)]).unwrap_or_else(|error| panic!("{error} for {yaml}"));
    }
}

#[test]
fn thousands_of_mistakes() {
    let keys: String = (0..9000).map(|i| format!("unknown_{i}: x\n")).collect();
    let start = std::time::Instant::now();
    let error = load(&keys, &[]).expect_err("unknown");
    assert!(matches!(&error, SetupError::Several(errors) if errors.len() == 9000), "not 9000");
    assert!(error.to_string().len() < 10_000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn long_and_broken_names_stay_on_one_line() {
    let name = "x".repeat(100_000);
    for yaml in [format!("? {name}\n: 1"), format!("logs: {{ level: {name} }}"), "\"a\\nb\": 1".to_owned()] {
        let text = bad(&yaml, &[]).to_string();
        assert!(text.len() < 400 && !text.contains('\n'), "{text}");
    }
    let error = bad("", &[(&format!("TELEMETRY_WEB_{name}"), "1")]);
    assert!(error.to_string().len() < 1000, "{error}");
}
