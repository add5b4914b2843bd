//! Each key in YAML and as a variable, with its default.

use crate::support::{Settings, bad, environment, explained, good, value};

/// Key, variable, default, another value as written, that value as shown.
type Key = (&'static str, &'static str, &'static str, &'static str, &'static str);

const KEYS: &[Key] = &[
    ("service.name", "TELEMETRY_SERVICE_NAME", "unknown_service", "orders", "orders"),
    ("service.version", "TELEMETRY_SERVICE_VERSION", "null", "1.10", "1.10"),
    ("service.environment", "TELEMETRY_SERVICE_ENVIRONMENT", "null", "staging", "staging"),
    ("telemetry.enabled", "TELEMETRY_ENABLED", "true", "false", "false"),
    ("telemetry.debug", "TELEMETRY_DEBUG", "false", "true", "true"),
    ("telemetry.sampling_ratio", "TELEMETRY_SAMPLING_RATIO", "1", "0.25", "0.25"),
    ("telemetry.slow_threshold", "TELEMETRY_SLOW_THRESHOLD", "1s", "250ms", "250ms"),
    ("telemetry.reload_interval", "TELEMETRY_RELOAD_INTERVAL", "5s", "0", "0s"),
    ("telemetry.error_messages", "TELEMETRY_ERROR_MESSAGES", "true", "off", "false"),
    ("tracing.enabled", "TELEMETRY_TRACING_ENABLED", "true", "false", "false"),
    ("tracing.sampler.rate_limit", "TELEMETRY_TRACING_SAMPLER_RATE_LIMIT", "null", "100", "100"),
    ("tracing.sampler.keep.errors", "TELEMETRY_TRACING_SAMPLER_KEEP_ERRORS", "false", "true", "true"),
    ("tracing.sampler.keep.slower_than", "TELEMETRY_TRACING_SAMPLER_KEEP_SLOWER_THAN", "null", "2s", "2s"),
    ("tracing.sampler.keep.timeout", "TELEMETRY_TRACING_SAMPLER_KEEP_TIMEOUT", "1m", "5s", "5s"),
    ("tracing.sampler.keep.max_spans", "TELEMETRY_TRACING_SAMPLER_KEEP_MAX_SPANS", "65536", "1000", "1000"),
    ("tracing.sampler.keep.max_bytes", "TELEMETRY_TRACING_SAMPLER_KEEP_MAX_BYTES", "32MiB", "64KiB", "64KiB"),
    ("tracing.sampler.parent_based", "TELEMETRY_TRACING_SAMPLER_PARENT_BASED", "true", "false", "false"),
    (
        "tracing.sampler.remote_parent_sampled",
        "TELEMETRY_TRACING_SAMPLER_REMOTE_PARENT_SAMPLED",
        "null",
        "0.5",
        "0.5",
    ),
    (
        "tracing.sampler.remote_parent_not_sampled",
        "TELEMETRY_TRACING_SAMPLER_REMOTE_PARENT_NOT_SAMPLED",
        "null",
        "root",
        "root",
    ),
    (
        "tracing.sampler.local_parent_sampled",
        "TELEMETRY_TRACING_SAMPLER_LOCAL_PARENT_SAMPLED",
        "always_on",
        "always_off",
        "always_off",
    ),
    (
        "tracing.sampler.local_parent_not_sampled",
        "TELEMETRY_TRACING_SAMPLER_LOCAL_PARENT_NOT_SAMPLED",
        "always_off",
        "always_on",
        "always_on",
    ),
    ("tracing.batch.max_queue_size", "TELEMETRY_TRACING_BATCH_MAX_QUEUE_SIZE", "2048", "4096", "4096"),
    ("tracing.batch.batch_size", "TELEMETRY_TRACING_BATCH_BATCH_SIZE", "512", "256", "256"),
    ("tracing.batch.flush_interval", "TELEMETRY_TRACING_BATCH_FLUSH_INTERVAL", "5s", "1", "1s"),
    ("tracing.batch.export_timeout", "TELEMETRY_TRACING_BATCH_EXPORT_TIMEOUT", "30s", "1m", "1m"),
    ("tracing.limits.attribute_count", "TELEMETRY_TRACING_LIMITS_ATTRIBUTE_COUNT", "128", "64", "64"),
    ("tracing.limits.event_count", "TELEMETRY_TRACING_LIMITS_EVENT_COUNT", "128", "0", "0"),
    ("tracing.limits.link_count", "TELEMETRY_TRACING_LIMITS_LINK_COUNT", "128", "1", "1"),
    (
        "tracing.limits.event_attribute_count",
        "TELEMETRY_TRACING_LIMITS_EVENT_ATTRIBUTE_COUNT",
        "128",
        "2",
        "2",
    ),
    ("tracing.limits.link_attribute_count", "TELEMETRY_TRACING_LIMITS_LINK_ATTRIBUTE_COUNT", "128", "3", "3"),
    (
        "tracing.limits.attribute_value_length",
        "TELEMETRY_TRACING_LIMITS_ATTRIBUTE_VALUE_LENGTH",
        "null",
        "500",
        "500",
    ),
    ("tracing.layer.enabled", "TELEMETRY_TRACING_LAYER_ENABLED", "true", "false", "false"),
    ("tracing.layer.level", "TELEMETRY_TRACING_LAYER_LEVEL", "info", "debug", "debug"),
    ("tracing.otel_api.provider", "TELEMETRY_TRACING_OTEL_API_PROVIDER", "true", "false", "false"),
    ("tracing.otel_api.propagator", "TELEMETRY_TRACING_OTEL_API_PROPAGATOR", "true", "false", "false"),
    ("tracing.otel_api.parents", "TELEMETRY_TRACING_OTEL_API_PARENTS", "true", "false", "false"),
    ("metrics.enabled", "TELEMETRY_METRICS_ENABLED", "true", "false", "false"),
    ("metrics.prometheus", "TELEMETRY_METRICS_PROMETHEUS", "true", "no", "false"),
    ("metrics.listen", "TELEMETRY_METRICS_LISTEN", "null", "9100", "127.0.0.1:9100"),
    ("metrics.cardinality_limit", "TELEMETRY_METRICS_CARDINALITY_LIMIT", "2000", "50", "50"),
    ("metrics.series_expire_after", "TELEMETRY_METRICS_SERIES_EXPIRE_AFTER", "null", "1h", "1h"),
    ("metrics.exemplars", "TELEMETRY_METRICS_EXEMPLARS", "true", "false", "false"),
    ("metrics.export_interval", "TELEMETRY_METRICS_EXPORT_INTERVAL", "1m", "15", "15s"),
    ("metrics.export_timeout", "TELEMETRY_METRICS_EXPORT_TIMEOUT", "30s", "5", "5s"),
    ("metrics.otlp.enabled", "TELEMETRY_METRICS_OTLP_ENABLED", "false", "true", "true"),
    ("metrics.otlp.temporality", "TELEMETRY_METRICS_OTLP_TEMPORALITY", "cumulative", "delta", "delta"),
    ("metrics.statsd.interval", "TELEMETRY_METRICS_STATSD_INTERVAL", "10s", "1", "1s"),
    (
        "metrics.push_gateway.endpoint",
        "TELEMETRY_METRICS_PUSH_GATEWAY_ENDPOINT",
        "null",
        "http://push:9091",
        "http://push:9091",
    ),
    ("metrics.push_gateway.job", "TELEMETRY_METRICS_PUSH_GATEWAY_JOB", "null", "nightly", "nightly"),
    ("metrics.push_gateway.interval", "TELEMETRY_METRICS_PUSH_GATEWAY_INTERVAL", "1m", "90", "90s"),
    (
        "metrics.push_gateway.delete_on_shutdown",
        "TELEMETRY_METRICS_PUSH_GATEWAY_DELETE_ON_SHUTDOWN",
        "false",
        "true",
        "true",
    ),
    (
        "metrics.statsd.address",
        "TELEMETRY_METRICS_STATSD_ADDRESS",
        "null",
        "localhost:8125",
        "localhost:8125",
    ),
    ("metrics.statsd.prefix", "TELEMETRY_METRICS_STATSD_PREFIX", "\"\"", "shop.", "shop."),
    ("metrics.statsd.flavor", "TELEMETRY_METRICS_STATSD_FLAVOR", "statsd", "dogstatsd", "dogstatsd"),
    ("collector.enabled", "TELEMETRY_COLLECTOR_ENABLED", "false", "true", "true"),
    ("collector.max_events", "TELEMETRY_COLLECTOR_MAX_EVENTS", "10000", "500", "500"),
    ("collector.batch_size", "TELEMETRY_COLLECTOR_BATCH_SIZE", "100", "7", "7"),
    ("collector.flush_interval", "TELEMETRY_COLLECTOR_FLUSH_INTERVAL", "5s", "0.5", "500ms"),
    ("collector.enable_persistence", "TELEMETRY_COLLECTOR_ENABLE_PERSISTENCE", "false", "yes", "true"),
    (
        "collector.persistence_file",
        "TELEMETRY_COLLECTOR_PERSISTENCE_FILE",
        "telemetry_events.jsonl",
        "/var/events.jsonl",
        "/var/events.jsonl",
    ),
    ("collector.storage_type", "TELEMETRY_COLLECTOR_STORAGE_TYPE", "null", "File", "file"),
    ("collector.rotate_size", "TELEMETRY_COLLECTOR_ROTATE_SIZE", "64MiB", "1MiB", "1MiB"),
    ("collector.rotate_age", "TELEMETRY_COLLECTOR_ROTATE_AGE", "24h", "1h", "1h"),
    ("collector.replay", "TELEMETRY_COLLECTOR_REPLAY", "true", "no", "false"),
    ("collector.max_keys", "TELEMETRY_COLLECTOR_MAX_KEYS", "1000", "10", "10"),
    ("collector.calls", "TELEMETRY_COLLECTOR_CALLS", "false", "true", "true"),
    ("collector.otlp", "TELEMETRY_COLLECTOR_OTLP", "false", "true", "true"),
    ("collector.backtraces", "TELEMETRY_COLLECTOR_BACKTRACES", "false", "true", "true"),
    ("collector.filters.severity", "TELEMETRY_COLLECTOR_FILTERS_SEVERITY", "info", "error", "error"),
    ("collector.processing.aggregate", "TELEMETRY_COLLECTOR_PROCESSING_AGGREGATE", "true", "false", "false"),
    ("collector.processing.transform", "TELEMETRY_COLLECTOR_PROCESSING_TRANSFORM", "true", "false", "false"),
    ("collector.retention_days", "TELEMETRY_COLLECTOR_RETENTION_DAYS", "30", "1", "1"),
    ("monitor.enabled", "TELEMETRY_MONITOR_ENABLED", "true", "false", "false"),
    ("monitor.interval", "TELEMETRY_MONITOR_INTERVAL", "1m", "1h", "1h"),
    ("monitor.timeout", "TELEMETRY_MONITOR_TIMEOUT", "10s", "10us", "10us"),
    ("monitor.retries", "TELEMETRY_MONITOR_RETRIES", "3", "0", "0"),
    ("monitor.jitter", "TELEMETRY_MONITOR_JITTER", "5s", "0s", "0s"),
    ("monitor.history_size", "TELEMETRY_MONITOR_HISTORY_SIZE", "3600", "10", "10"),
    ("monitor.probes.cpu", "TELEMETRY_MONITOR_PROBES_CPU", "30s", "5s", "5s"),
    ("monitor.probes.memory", "TELEMETRY_MONITOR_PROBES_MEMORY", "30s", "6s", "6s"),
    ("monitor.probes.disk", "TELEMETRY_MONITOR_PROBES_DISK", "5m", "7s", "7s"),
    ("monitor.probes.network", "TELEMETRY_MONITOR_PROBES_NETWORK", "1m", "8s", "8s"),
    ("monitor.probes.connections", "TELEMETRY_MONITOR_PROBES_CONNECTIONS", "1m", "9s", "9s"),
    ("health.interval", "TELEMETRY_HEALTH_INTERVAL", "10s", "1m", "1m"),
    ("health.timeout", "TELEMETRY_HEALTH_TIMEOUT", "5s", "50ms", "50ms"),
    ("health.disk.degraded", "TELEMETRY_HEALTH_DISK_DEGRADED", "95", "80.5", "80.5"),
    ("health.disk.unhealthy", "TELEMETRY_HEALTH_DISK_UNHEALTHY", "null", "99", "99"),
    ("health.memory.degraded", "TELEMETRY_HEALTH_MEMORY_DEGRADED", "95", "100", "100"),
    ("health.memory.unhealthy", "TELEMETRY_HEALTH_MEMORY_UNHEALTHY", "null", "98", "98"),
    ("health.fds.degraded", "TELEMETRY_HEALTH_FDS_DEGRADED", "95", "70", "70"),
    ("health.fds.unhealthy", "TELEMETRY_HEALTH_FDS_UNHEALTHY", "null", "97", "97"),
    ("alerts.enabled", "TELEMETRY_ALERTS_ENABLED", "false", "true", "true"),
    ("alerts.interval", "TELEMETRY_ALERTS_INTERVAL", "15s", "1m", "1m"),
    ("alerts.cooldown", "TELEMETRY_ALERTS_COOLDOWN", "5m", "0", "0s"),
    ("alerts.keep_state", "TELEMETRY_ALERTS_KEEP_STATE", "true", "off", "false"),
    (
        "alerts.state_file",
        "TELEMETRY_ALERTS_STATE_FILE",
        "telemetry_alerts.json",
        "/var/alerts.json",
        "/var/alerts.json",
    ),
    ("alerts.timeout", "TELEMETRY_ALERTS_TIMEOUT", "10s", "1s", "1s"),
    ("alerts.retry_for", "TELEMETRY_ALERTS_RETRY_FOR", "10m", "1h", "1h"),
    ("alerts.email.host", "TELEMETRY_ALERTS_EMAIL_HOST", "null", "smtp.example", "smtp.example"),
    ("alerts.email.port", "TELEMETRY_ALERTS_EMAIL_PORT", "null", "2525", "2525"),
    ("alerts.email.tls", "TELEMETRY_ALERTS_EMAIL_TLS", "starttls", "implicit", "implicit"),
    ("alerts.email.certificate", "TELEMETRY_ALERTS_EMAIL_CERTIFICATE", "null", "ca.pem", "ca.pem"),
    ("alerts.email.username", "TELEMETRY_ALERTS_EMAIL_USERNAME", "null", "me", "me"),
    ("alerts.email.password", "TELEMETRY_ALERTS_EMAIL_PASSWORD", "null", "s3cret", "***"),
    ("alerts.email.from", "TELEMETRY_ALERTS_EMAIL_FROM", "null", "a@shop.example", "a@shop.example"),
    ("alerts.slack.url", "TELEMETRY_ALERTS_SLACK_URL", "null", "https://h/s3cret", "***"),
    ("alerts.webhook.url", "TELEMETRY_ALERTS_WEBHOOK_URL", "null", "https://h/s3cret", "***"),
    ("alerts.alertmanager.url", "TELEMETRY_ALERTS_ALERTMANAGER_URL", "null", "http://a:9093", "***"),
    ("logs.enabled", "TELEMETRY_LOGS_ENABLED", "true", "false", "false"),
    ("logs.level", "TELEMETRY_LOGS_LEVEL", "info", "DEBUG", "debug"),
    ("logs.format", "TELEMETRY_LOGS_FORMAT", "json", "text", "text"),
    ("logs.console", "TELEMETRY_LOGS_CONSOLE", "true", "false", "false"),
    ("logs.otlp", "TELEMETRY_LOGS_OTLP", "false", "true", "true"),
    ("logs.record_limit", "TELEMETRY_LOGS_RECORD_LIMIT", "10", "0", "0"),
    ("web.token", "TELEMETRY_WEB_TOKEN", "null", "s3cret", "***"),
    ("web.trust_incoming_context", "TELEMETRY_WEB_TRUST_INCOMING_CONTEXT", "true", "false", "false"),
    ("web.dashboard.enabled", "TELEMETRY_WEB_DASHBOARD_ENABLED", "true", "false", "false"),
    ("web.dashboard.traces", "TELEMETRY_WEB_DASHBOARD_TRACES", "500", "9", "9"),
    ("web.dashboard.trace_spans", "TELEMETRY_WEB_DASHBOARD_TRACE_SPANS", "1000", "9", "9"),
    ("web.dashboard.trace_bytes", "TELEMETRY_WEB_DASHBOARD_TRACE_BYTES", "16MiB", "1MiB", "1MiB"),
    ("web.dashboard.logs", "TELEMETRY_WEB_DASHBOARD_LOGS", "2000", "9", "9"),
    ("web.dashboard.session", "TELEMETRY_WEB_DASHBOARD_SESSION", "12h", "10m", "10m"),
];

/// Lists and free maps: key, variable, default, another value, that value as shown.
const YAML_ONLY: &[Key] = &[
    ("resource", "TELEMETRY_RESOURCE", "{}", "{ team: core }", "{team: core}"),
    (
        "telemetry.exclude_endpoints",
        "TELEMETRY_EXCLUDE_ENDPOINTS",
        "[/health, /metrics, /telemetry]",
        "[/ping]",
        "[/ping]",
    ),
    ("collector.windows", "TELEMETRY_COLLECTOR_WINDOWS", "[1m, 5m, 1h]", "[30s, 1800]", "[30s, 30m]"),
    (
        "collector.filters.types",
        "TELEMETRY_COLLECTOR_FILTERS_TYPES",
        "[]",
        "[error, metric]",
        "[error, metric]",
    ),
    ("collector.filters.providers", "TELEMETRY_COLLECTOR_FILTERS_PROVIDERS", "[]", "[finnhub]", "[finnhub]"),
    ("tracing.layer.targets", "TELEMETRY_TRACING_LAYER_TARGETS", "{}", "{ hyper: warn }", "{hyper: warn}"),
    (
        "logs.targets",
        "TELEMETRY_LOGS_TARGETS",
        "{}",
        "{ hyper: off, shop: debug }",
        "{hyper: off, shop: debug}",
    ),
    ("metrics.default_labels", "TELEMETRY_METRICS_DEFAULT_LABELS", "{}", "{ zone: a }", "{zone: a}"),
    (
        "metrics.push_gateway.grouping",
        "TELEMETRY_METRICS_PUSH_GATEWAY_GROUPING",
        "{}",
        "{ zone: a }",
        "{zone: a}",
    ),
    ("monitor.disk_paths", "TELEMETRY_MONITOR_DISK_PATHS", "[/]", "[/, /data]", "[/, /data]"),
    ("alerts.handlers", "TELEMETRY_ALERTS_HANDLERS", "[]", "[log, slack]", "[log, slack]"),
    ("alerts.email.to", "TELEMETRY_ALERTS_EMAIL_TO", "[]", "[a@x.example]", "[a@x.example]"),
    ("alerts.webhook.headers", "TELEMETRY_ALERTS_WEBHOOK_HEADERS", "{}", "{ a: s3cret }", "{a: ***}"),
    (
        "alerts.alertmanager.headers",
        "TELEMETRY_ALERTS_ALERTMANAGER_HEADERS",
        "{}",
        "{ a: s3cret }",
        "{a: ***}",
    ),
    (
        "telemetry.detectors",
        "TELEMETRY_DETECTORS",
        "[instance, host, os, process, container]",
        "[none]",
        "[none]",
    ),
    (
        "propagation.formats",
        "TELEMETRY_PROPAGATION_FORMATS",
        "[tracecontext, baggage]",
        "[b3, jaeger]",
        "[b3, jaeger]",
    ),
    (
        "propagation.baggage_hosts",
        "TELEMETRY_PROPAGATION_BAGGAGE_HOSTS",
        "[]",
        "['*.example', a.example]",
        "[*.example, a.example]",
    ),
];

/// Lists and maps of blocks, whose keys are looked at elsewhere.
const BLOCKS: &[(&str, &str)] = &[
    ("exporters", "TELEMETRY_EXPORTERS_0_PROVIDER"),
    ("tracing.sampler.rules", "TELEMETRY_TRACING_SAMPLER_RULES"),
    ("metrics.custom", "TELEMETRY_METRICS_CUSTOM_ORDERS_TYPE"),
    ("breakers", "TELEMETRY_BREAKERS_ORDERS_WINDOW"),
    ("alerts.rules", "TELEMETRY_ALERTS_RULES"),
];

/// `a.b.c` and a value as nested YAML.
fn nested(path: &str, value: &str) -> String {
    let mut yaml = String::new();
    for (depth, key) in path.split('.').enumerate() {
        yaml += &format!(
            "{}{key}:",
            if depth == 0 { String::new() } else { format!("\n{}", "  ".repeat(depth)) }
        );
    }
    format!("{yaml} {value}\n")
}

#[test]
fn defaults() {
    let settings = environment(&[]);
    assert!(settings.warnings().is_empty());
    assert_eq!(settings, Settings::default());
    for (key, _, default, ..) in KEYS.iter().chain(YAML_ONLY) {
        assert_eq!(explained(&settings, key), ((*default).to_owned(), "default".to_owned()), "{key}");
    }
}

#[test]
fn every_key_is_looked_at_here() {
    for line in Settings::default().explain().lines() {
        let key = line.split(" = ").next().expect("a key");
        let known = KEYS.iter().chain(YAML_ONLY).any(|(known, ..)| *known == key)
            || BLOCKS.iter().any(|(block, _)| key.starts_with(block));
        assert!(known, "{key} has no case");
    }
}

#[test]
fn in_yaml() {
    for (key, _, _, written, shown) in KEYS.iter().chain(YAML_ONLY) {
        let settings = good(&nested(key, written), &[]);
        let (value, source) = explained(&settings, key);
        assert_eq!(value, *shown, "{key}");
        assert!(source.starts_with("yaml:"), "{key} from {source}");
    }
    for (key, _, _, written, shown) in KEYS {
        for quote in ['"', '\''] {
            let settings = good(&nested(key, &format!("{quote}{written}{quote}")), &[]);
            assert_eq!(value(&settings, key), *shown, "{key} in {quote}");
        }
    }
}

#[test]
fn as_variable() {
    for (key, variable, _, written, shown) in KEYS {
        let settings = environment(&[(variable, written)]);
        assert_eq!(explained(&settings, key), ((*shown).to_owned(), (*variable).to_owned()), "{variable}");
    }
}

#[test]
fn variables_win_over_yaml() {
    for (key, variable, default, written, shown) in KEYS.iter().filter(|key| key.2 != "null") {
        let settings = good(&nested(key, default), &[(variable, written)]);
        assert_eq!(explained(&settings, key), ((*shown).to_owned(), (*variable).to_owned()), "{variable}");
    }
}

#[test]
fn empty_is_unset() {
    for (key, variable, default, ..) in KEYS.iter().chain(YAML_ONLY) {
        for empty in ["", "null", "~", "\"\"", "\"${EMPTY:-}\""] {
            let settings = good(&nested(key, empty), &[(variable, ""), ("EMPTY", "")]);
            assert_eq!(
                explained(&settings, key),
                ((*default).to_owned(), "default".to_owned()),
                "{key}: {empty}"
            );
        }
    }
}

#[test]
fn lists_and_maps_have_no_variables() {
    let names = YAML_ONLY.iter().map(|key| (key.0, key.1)).chain(BLOCKS.iter().copied());
    for (key, variable) in names {
        let error = bad("", &[(variable, "s3cret")]).to_string();
        assert!(error.contains(key) && error.contains(variable) && error.contains("YAML"), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
}

#[test]
fn other_names_of_the_sampling_ratio() {
    for (alias, variable) in [
        ("ratio", "TELEMETRY_RATIO"),
        ("rate", "TELEMETRY_RATE"),
        ("sample_rate", "TELEMETRY_SAMPLE_RATE"),
        ("sampling_rate", "TELEMETRY_SAMPLING_RATE"),
    ] {
        let settings = good(&format!("telemetry: {{ {alias}: 0.5 }}"), &[]);
        assert_eq!(settings.telemetry.sampling_ratio, 0.5, "{alias}");
        assert_eq!(environment(&[(variable, "0.5")]).telemetry.sampling_ratio, 0.5, "{variable}");
    }
}

#[test]
fn the_older_spelling_of_persistence_gives_way_to_the_newer_one() {
    let persists = |yaml| good(yaml, &[]).collector.enable_persistence;
    assert!(persists("collector: { storage_type: file }"));
    assert!(!persists("collector: { storage_type: memory }"));
    assert!(!persists("collector: { storage_type: file, enable_persistence: false }"));
}
