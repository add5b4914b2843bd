//! Secrets are read, and never shown.

use crate::support::{good, load};
use telemetry_runtime::settings::Secret;

const MARK: &str = "s3cr3t";

#[test]
fn masked() {
    let secret = Secret::new(MARK);
    assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
    assert_eq!(secret.expose(), MARK);
}

#[test]
fn good_settings_show_none() {
    let yaml = "
web: { token: s3cr3t }
alerts: { email: { password: s3cr3t }, slack: { url: 'https://h/s3cr3t' }, webhook: { url: 'https://h/?k=s3cr3t', headers: { a: s3cr3t } }, alertmanager: { url: 'https://u:s3cr3t@h' } }
metrics: { push_gateway: { endpoint: 'http://user:s3cr3t@push:9091/x?key=s3cr3t' } }
exporters:
  - { provider: azure_monitor, azure_monitor: { connection_string: InstrumentationKey=s3cr3t } }
  - { provider: otlp, otlp: { endpoint: 'https://s3cr3t@c:4317', headers: { authorization: Bearer s3cr3t } } }
  - { provider: zipkin, zipkin: { endpoint: 'https://z/api?token=s3cr3t' } }";
    let settings = good(yaml, &[("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "k=s3cr3t")]);
    assert_eq!(settings.web.token.as_ref().map(Secret::expose), Some(MARK));
    assert_eq!(settings.exporters[1].otlp.headers["authorization"].expose(), "Bearer s3cr3t");
    let push = settings.metrics.push_gateway.endpoint.as_ref().expect("set");
    assert!(push.as_str().contains(MARK));
    for shown in
        [settings.explain(), format!("{settings:?}"), format!("{settings:#?}"), format!("{push} {push:?}")]
    {
        assert!(!shown.contains(MARK), "{shown}");
    }
    assert!(settings.explain().contains("http://***@push:9091/x?***"), "{}", settings.explain());
}

#[test]
fn mistakes_show_none() {
    for yaml in [
        "web: s3cr3t",
        "web: { token: [s3cr3t] }",
        "exporters: s3cr3t",
        "exporters: [s3cr3t]",
        "exporters: [{ provider: azure_monitor, azure_monitor: s3cr3t }]",
        "metrics: { push_gateway: 'http://u:s3cr3t@p' }",
        "web: { token: { a: s3cr3t } }",
        "web: { token: '${s3cr3t' }",
        "web: { token: *s3cr3t }",
        "web: { token: 's3cr3t",
        "web: { token: \"\\q s3cr3t\" }",
        "web: { token: @s3cr3t }",
        "web: { token: %s3cr3t }",
        "web: { token: `s3cr3t }",
        "web: { token: !!int s3cr3t }",
        "web: { token: !!binary s3cr3t* }",
        "web: { token: !!float s3cr3t }",
        "web: { token: !!bool s3cr3t }",
        "web:\n  token: s3cr3t: x",
        "web:\n\ttoken: s3cr3t",
        "web:\n  token: s3cr3t\n token: s3cr3t",
        "web: { token: s3cr3t, token: s3cr3t }",
        "web: { tokn: s3cr3t }",
        "exporters: [{ provider: otlp, otlp: { headers: { 'a b': s3cr3t } } }]",
        "exporters: [{ provider: otlp, otlp: { headers: { a: \"s3cr3t\\n\" } } }]",
        "exporters: [{ provider: otlp, otlp: { headers: s3cr3t } }]",
        "exporters: [{ provider: otlp, otlp: { headers: [a=s3cr3t] } }]",
        "exporters: [{ provider: otlp, otlp: { endpoint: 'ftp://u:s3cr3t@c:1' } }]",
        "exporters: [{ provider: otlp, otlp: { endpoint: 'http://c:x?key=s3cr3t' } }]",
        "exporters: [{ provider: otlp, otlp: { endpoint: 'http://u:s3/cr@s3cr3t@c:x' } }]",
        "exporters: [{ provider: jaeger, jaeger: { endpoint: 'http://u:s3cr3t@j:6831' } }]",
        "exporters: [{ provider: zipkin, zipkin: { endpoint: 'u:s3cr3t@z:1' } }]",
        "exporters: [{ provider: azure_monitor, azure_monitor: { connection_string: [s3cr3t] } }]",
        "exporters: [{ provider: azure_monitor, azure_monitor: { string: s3cr3t } }]",
        "metrics: { push_gateway: { endpoint: 'http://u:s3cr3t@p:x' } }",
        "alerts: { slack: { url: 'ftp://h/s3cr3t' } }",
        "alerts: { slack: { url: s3cr3t } }",
        "alerts: { slack: { uri: 'https://h/s3cr3t' } }",
        "alerts: { slack: 'https://h/s3cr3t' }",
        "alerts: { webhook: { url: ['https://h/s3cr3t'] } }",
        "alerts: { webhook: { url: 'https://h', headers: { 'a b': s3cr3t } } }",
        "alerts: { alertmanager: { url: 'http://u:s3cr3t@h:x' } }",
        "alerts: { enabled: true, email: { tls: none, username: me, password: s3cr3t } }",
        "telemetry: { ratio: '${API_TOKEN}' }",
        "telemetry: { ratio: '${DB_PASSWORD:-1}' }",
    ] {
        let error = load(yaml, &[("API_TOKEN", MARK), ("DB_PASSWORD", MARK)]).expect_err(yaml);
        assert!(!error.to_string().contains(MARK), "{error}");
        assert!(!format!("{error:?}").contains(MARK), "{error:?}");
    }
}

#[test]
fn warnings_show_none() {
    for (variable, value) in [
        ("OTEL_EXPORTER_OTLP_HEADERS", "s3cr3t"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a b=s3cr3t"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "k=s3cr3t%0a"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://u:s3cr3t@c:1"),
        ("OTEL_RESOURCE_ATTRIBUTES", "s3cr3t"),
        ("TELEMETRY_PHONE_HOME_KEY", "s3cr3t"),
    ] {
        let settings = good("", &[(variable, value)]);
        assert_eq!(settings.warnings().len(), 1, "{variable}");
        assert!(!settings.warnings()[0].contains(MARK), "{:?}", settings.warnings());
    }
}
