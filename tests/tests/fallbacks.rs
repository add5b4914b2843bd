//! Fallbacks that a file cannot show: on standard output, and in the place of a default endpoint.

use std::{
    net::TcpStream,
    process::{Command, Output},
    time::Duration,
};

use telemetry::{Settings, Telemetry};
use telemetry_runtime as telemetry;

const SOON: Duration = Duration::from_secs(60);

fn run(test: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--ignored", "--nocapture"]).output().expect("it starts")
}

/// Three spans under these settings, and what became of them.
fn three_spans(exporter: &str) -> (u64, u64) {
    let yaml = format!(
        "tracing: {{ batch: {{ flush_interval: 10ms, export_timeout: 200ms }} }}\nexporters: [{exporter}]"
    );
    let settings = Settings::from_yaml_and(&yaml, &Default::default()).expect("legal");
    let telemetry = Telemetry::builder().settings(settings).install().expect("set up");
    for name in ["first", "second", "third"] {
        drop(telemetry::span(name).start());
    }
    telemetry.shutdown(SOON).expect("nothing is left");
    let snapshot = telemetry.snapshot();
    let of = |result| snapshot.sum("telemetry_spans_total", &[("exporter", "otlp"), ("result", result)]);
    (of("fallback"), of("exported") + of("dropped"))
}

#[test]
#[ignore = "the program that another test starts"]
fn program_with_console() {
    // Listens to nobody: the port is reserved, and nothing is known to use it.
    let otlp = "{ provider: otlp, fallback: console, otlp: { endpoint: 'http://127.0.0.1:1' } }";
    assert_eq!(three_spans(otlp), (3, 0));
}

#[test]
fn standard_output_takes_what_cannot_be_delivered() {
    let output = run("program_with_console");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    for name in ["first", "second", "third"] {
        assert_eq!(text.matches(name).count(), 1, "{text}");
    }
}

#[test]
fn a_default_endpoint_with_a_fallback_is_not_idle() {
    if TcpStream::connect(("127.0.0.1", 4317)).is_ok() {
        eprintln!("SKIPPED: something listens at the default endpoint");
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("spans.jsonl");
    let otlp = format!("{{ provider: otlp, fallback: file, file: {{ path: '{}' }} }}", path.display());
    assert_eq!(three_spans(&otlp), (3, 0));
    let text = std::fs::read_to_string(path).expect("written");
    assert!(["first", "second", "third"].iter().all(|name| text.contains(name)), "{text}");
}
