//! `OTEL_*`, `SERVICE_NAME`, `SERVICE_VERSION`, `ENVIRONMENT`, `ENABLE_PROMETHEUS`.

use crate::support::{bad, environment, explained, good};
use telemetry_runtime::settings::Endpoint;

/// Variable, value, key, the value as shown.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("OTEL_SERVICE_NAME", "orders", "service.name", "orders"),
    ("SERVICE_NAME", "orders", "service.name", "orders"),
    ("SERVICE_VERSION", "1.10", "service.version", "1.10"),
    ("ENVIRONMENT", "production", "service.environment", "production"),
    ("ENABLE_PROMETHEUS", "false", "metrics.prometheus", "false"),
    ("OTEL_SDK_DISABLED", "TRUE", "telemetry.enabled", "false"),
    ("OTEL_BSP_SCHEDULE_DELAY", "1500", "tracing.batch.flush_interval", "1500ms"),
    ("OTEL_BSP_EXPORT_TIMEOUT", "2000", "tracing.batch.export_timeout", "2s"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "4096", "tracing.batch.max_queue_size", "4096"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "64", "tracing.batch.batch_size", "64"),
    ("OTEL_ATTRIBUTE_COUNT_LIMIT", "7", "tracing.limits.attribute_count", "7"),
    ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "7", "tracing.limits.attribute_count", "7"),
    ("OTEL_SPAN_EVENT_COUNT_LIMIT", "7", "tracing.limits.event_count", "7"),
    ("OTEL_SPAN_LINK_COUNT_LIMIT", "7", "tracing.limits.link_count", "7"),
    ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "7", "tracing.limits.event_attribute_count", "7"),
    ("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "7", "tracing.limits.link_attribute_count", "7"),
    ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "7", "tracing.limits.attribute_value_length", "7"),
    ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "7", "tracing.limits.attribute_value_length", "7"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317", "exporters[1].otlp.endpoint", "http://c:4317"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "exporters[1].otlp.protocol", "http/protobuf"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "exporters[1].otlp.protocol", "http/json"),
    ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", "exporters[1].otlp.compression", "gzip"),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "250", "exporters[1].otlp.timeout", "250ms"),
    ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/ca.pem", "exporters[1].otlp.certificate", "/ca.pem"),
    ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/c.pem", "exporters[1].otlp.client_certificate", "/c.pem"),
    ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/k.pem", "exporters[1].otlp.client_key", "/k.pem"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=s%20x", "exporters[1].otlp.headers", "{api-key: ***}"),
    (
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "http://t:1/x",
        "exporters[1].otlp.traces.endpoint",
        "http://t:1/x",
    ),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc", "exporters[1].otlp.traces.protocol", "grpc"),
    ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none", "exporters[1].otlp.traces.compression", "none"),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1", "exporters[1].otlp.traces.timeout", "1ms"),
    ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "k=v", "exporters[1].otlp.traces.headers", "{k: ***}"),
    ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://m:1", "exporters[1].otlp.metrics.endpoint", "http://m:1"),
    ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc", "exporters[1].otlp.metrics.protocol", "grpc"),
    ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip", "exporters[1].otlp.metrics.compression", "gzip"),
    ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "2", "exporters[1].otlp.metrics.timeout", "2ms"),
    ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "k=v", "exporters[1].otlp.metrics.headers", "{k: ***}"),
    ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta", "metrics.otlp.temporality", "delta"),
    ("OTEL_METRICS_EXPORTER", "prometheus,otlp", "metrics.otlp.enabled", "true"),
    ("OTEL_METRICS_EXPORTER", "none", "metrics.otlp.enabled", "false"),
    ("OTEL_METRICS_EXEMPLAR_FILTER", "always_off", "metrics.exemplars", "false"),
    ("OTEL_METRIC_EXPORT_INTERVAL", "250", "metrics.export_interval", "250ms"),
    ("OTEL_METRIC_EXPORT_TIMEOUT", "500", "metrics.export_timeout", "500ms"),
    ("OTEL_PROPAGATORS", "b3,baggage", "propagation.formats", "[b3, baggage]"),
    ("OTEL_PROPAGATORS", "None", "propagation.formats", "[none]"),
    ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "http://z:1/x", "exporters[4].zipkin.endpoint", "http://z:1/x"),
    ("OTEL_EXPORTER_ZIPKIN_TIMEOUT", "250", "exporters[4].zipkin.timeout", "250ms"),
    ("OTEL_EXPORTER_PROMETHEUS_HOST", "0.0.0.0", "metrics.listen", "0.0.0.0:9464"),
    ("OTEL_EXPORTER_PROMETHEUS_HOST", "localhost", "metrics.listen", "127.0.0.1:9464"),
    ("OTEL_EXPORTER_PROMETHEUS_HOST", "::1", "metrics.listen", "[::1]:9464"),
    ("OTEL_EXPORTER_PROMETHEUS_PORT", "9999", "metrics.listen", "127.0.0.1:9999"),
    ("OTEL_RESOURCE_ATTRIBUTES", "team=a%2Cb, zone=z", "resource", "{team: a,b, zone: z}"),
    ("OTEL_RESOURCE_ATTRIBUTES", "service.version=7", "service.version", "7"),
    ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=qa", "service.environment", "qa"),
    ("OTEL_RESOURCE_ATTRIBUTES", "service.name=r", "service.name", "r"),
];

#[test]
fn each() {
    for (variable, value, key, shown) in CASES {
        let settings = environment(&[(variable, value)]);
        assert_eq!(explained(&settings, key), ((*shown).to_owned(), (*variable).to_owned()), "{variable}");
        assert!(settings.warnings().is_empty(), "{:?}", settings.warnings());
    }
}

#[test]
fn bad_values_of_opentelemetry_warn_and_are_ignored() {
    let plain = environment(&[]);
    for (variable, value) in [
        ("OTEL_SDK_DISABLED", "1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "5s"),
        ("OTEL_BSP_SCHEDULE_DELAY", "-1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "0"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "soon"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "many"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0.5"),
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "-1"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "many"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1.5"),
        ("OTEL_METRICS_EXPORTER", "otlp,console"),
        ("OTEL_METRICS_EXEMPLAR_FILTER", "always_on"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1m"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "now"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.5"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://c:4317"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/xml"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "no-value"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a b=c"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=%zz"),
        ("OTEL_EXPORTER_OTLP_INSECURE", "yes"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "tcp"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "=v"),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "lz4"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "x"),
        ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "0"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "not a host"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "70000"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=b,c"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%f"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%ff"),
    ] {
        let settings = environment(&[(variable, value)]);
        assert_eq!(settings.explain(), plain.explain(), "{variable}={value}");
        assert_eq!(settings.warnings().len(), 1, "{variable}={value}: {:?}", settings.warnings());
        assert!(settings.warnings()[0].contains(variable), "{:?}", settings.warnings());
    }
}

#[test]
fn bad_values_of_other_variables_are_mistakes() {
    let error = bad("", &[("ENABLE_PROMETHEUS", "perhaps")]).to_string();
    assert!(error.contains("ENABLE_PROMETHEUS") && error.contains("perhaps"), "{error}");
}

#[test]
fn limits_of_spans_win_over_general_ones() {
    for (general, own) in [
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT"),
    ] {
        let limits = environment(&[(general, "30"), (own, "20")]).tracing.limits;
        assert!(limits.attribute_count == 20 || limits.attribute_value_length == Some(20), "{own}");
        let limits = environment(&[(general, "30"), (own, "bad")]).tracing.limits;
        assert!(limits.attribute_count == 30 || limits.attribute_value_length == Some(30), "{general}");
        assert_eq!((limits.event_count, limits.event_attribute_count), (128, 128));
    }
}

#[test]
fn samplers() {
    for (sampler, argument, ratio, parent_based) in [
        ("always_on", "", 1.0, false),
        ("always_off", "", 0.0, false),
        ("traceidratio", "0.25", 0.25, false),
        ("parentbased_always_on", "", 1.0, true),
        ("parentbased_always_off", "0.3", 0.0, true),
        ("parentbased_traceidratio", "0.25", 0.25, true),
        ("ParentBased_TraceIdRatio", "0.25", 0.25, true),
    ] {
        let settings =
            environment(&[("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)]);
        assert_eq!(settings.telemetry.sampling_ratio, ratio, "{sampler}");
        assert_eq!(settings.tracing.sampler.parent_based, parent_based, "{sampler}");
        assert!(settings.warnings().is_empty(), "{:?}", settings.warnings());
    }
}

#[test]
fn a_bad_sampler_argument_leaves_the_ratio() {
    for argument in ["2", "x", "-0.1", "NaN"] {
        let pairs = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", argument)];
        let settings = good("telemetry: { ratio: 0.5 }", &pairs);
        assert_eq!(settings.telemetry.sampling_ratio, 0.5, "{argument}");
        assert_eq!(settings.warnings().len(), 1, "{argument}");
    }
}

#[test]
fn disabled_may_also_enable() {
    let settings = good("telemetry: { enabled: false }", &[("OTEL_SDK_DISABLED", "false")]);
    assert!(settings.telemetry.enabled);
}

#[test]
fn resource_attributes_join_those_of_the_file() {
    let yaml = "resource: { zone: a, team: core, service.name: orders }";
    let settings = good(yaml, &[("OTEL_RESOURCE_ATTRIBUTES", "zone=b,service.version=1%2E0")]);
    assert_eq!(settings.resource["zone"], "b");
    assert_eq!(settings.resource["team"], "core");
    assert_eq!(settings.service.name, "orders");
    assert_eq!(settings.service.version.as_deref(), Some("1.0"));
    assert!(!settings.resource.keys().any(|key| key.starts_with("service.")), "{:?}", settings.resource);
}

#[test]
fn port_and_host_meet_in_one_address() {
    let pairs = [("OTEL_EXPORTER_PROMETHEUS_HOST", "0.0.0.0"), ("OTEL_EXPORTER_PROMETHEUS_PORT", "1234")];
    assert_eq!(explained(&environment(&pairs), "metrics.listen").0, "0.0.0.0:1234");
    let settings = good("metrics: { listen: '10.0.0.1:80' }", &pairs[1..]);
    assert_eq!(explained(&settings, "metrics.listen").0, "10.0.0.1:1234");
}

#[test]
fn a_batch_fits_its_queue() {
    let settings = environment(&[("OTEL_BSP_MAX_QUEUE_SIZE", "100")]);
    assert_eq!((settings.tracing.batch.batch_size, settings.warnings().len()), (100, 0));
    let settings =
        environment(&[("OTEL_BSP_MAX_QUEUE_SIZE", "100"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "200")]);
    assert_eq!((settings.tracing.batch.batch_size, settings.warnings().len()), (100, 1));
    let error = bad("tracing: { batch: { batch_size: 4096 } }", &[]).to_string();
    assert!(error.contains("tracing.batch.batch_size") && error.contains("2048"), "{error}");
}

#[test]
fn the_exporter_that_variables_mean() {
    let yaml = "exporters:
  - { provider: otlp, enabled: false, otlp: { endpoint: 'http://a:1' } }
  - { provider: otlp, otlp: { endpoint: 'http://b:1' } }
  - { provider: otlp, otlp: { endpoint: 'http://c:1' } }";
    let settings = good(yaml, &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x:1")]);
    let endpoints: Vec<_> = settings
        .exporters
        .iter()
        .flat_map(|exporter| &exporter.otlp.endpoint)
        .map(Endpoint::as_str)
        .collect();
    assert_eq!(endpoints, ["http://a:1", "http://x:1", "http://c:1"]);

    let settings =
        good("exporters: [{ provider: console }]", &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x:1")]);
    assert_eq!(settings.warnings().len(), 1);
}

#[test]
fn unknown_propagators_are_ignored_one_by_one() {
    for (value, formats, unknown) in [
        ("xray, b3multi,,ottrace", "[b3multi]", vec!["xray", "ottrace"]),
        ("xray", "[tracecontext, baggage]", vec!["xray"]),
    ] {
        let settings = environment(&[("OTEL_PROPAGATORS", value)]);
        assert_eq!(explained(&settings, "propagation.formats").0, formats);
        assert_eq!(settings.warnings().len(), unknown.len(), "{:?}", settings.warnings());
        for (warning, name) in settings.warnings().iter().zip(unknown) {
            assert!(warning.contains(name) && warning.contains("`jaeger`"), "{warning}");
        }
    }
}
