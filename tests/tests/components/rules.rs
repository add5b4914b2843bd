//! The generated rules: read by promtool, tested by it, and an alert of them on its way to a webhook.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use telemetry_runtime as telemetry;
use telemetry_tests::process::{Process, eventually};
use tempfile::TempDir;

use crate::{gateway::Gateway, http::get, installed, prometheus::Prometheus};

#[telemetry::instrument("rules", name = "load", slo(latency = "250ms", target = 99.9))]
fn load() {}

#[telemetry::instrument(
    "\"} or vector(1) #\n{{ $x }}",
    name = "a\\b: - 'c'",
    slo(latency = "60s", target = 99.0)
)]
fn hostile() {}

/// The rules of this program, which has the operations above.
fn rules() -> String {
    load();
    hostile();
    let settings = telemetry::Settings::from_yaml_str("exporters: []").expect("legal");
    let telemetry = telemetry::Telemetry::builder().settings(settings).build().expect("nothing to fail");
    telemetry.prometheus_rules()
}

fn run(promtool: &mut Command, directory: &TempDir, arguments: [&str; 3]) {
    let output = promtool.current_dir(directory.path()).args(arguments).output().expect("promtool runs");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
}

#[test]
fn promtool_reads_them_whatever_operations_are_called() {
    let Some(mut promtool) = installed::program("promtool") else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let rules = rules();
    assert!(rules.contains("SloBurnsFast") && rules.contains("slo: rules.load"), "{rules}");
    fs::write(directory.path().join("rules.yml"), rules).expect("a file");
    run(&mut promtool, &directory, ["check", "rules", "rules.yml"]);
}

/// Ten calls a second, all good but for half an hour in which 5 % are slow; the budget is 0.1 %.
const BURN: &str = r#"
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
- interval: 1m
  input_series:
  - series: 'adapter_requests_total{provider="rules",operation="load",status="success"}'
    values: '0+600x240'
  - series: 'adapter_requests_total{provider="rules",operation="load",status="error"}'
    values: '0+0x240'
  - series: 'adapter_request_duration_seconds_count{provider="rules",operation="load"}'
    values: '0+600x240'
  - series: 'adapter_request_duration_seconds_bucket{provider="rules",operation="load",le="0.25"}'
    values: '0+600x60 36570+570x29 53700+600x149'
  alert_rule_test:
  - { eval_time: 55m, alertname: SloBurnsFast, exp_alerts: [] }
  - eval_time: 85m
    alertname: SloBurnsFast
    exp_alerts:
    - exp_labels: { severity: critical, provider: rules, operation: load }
      exp_annotations:
        summary: 'rules.load uses up its error budget too fast: SHARE of its calls are bad'
  - { eval_time: 150m, alertname: SloBurnsFast, exp_alerts: [] }
  promql_expr_test:
  - expr: operation:slo_errors:ratio_rate5m{provider="rules",operation="load"} > bool 0.049
    eval_time: 85m
    exp_samples: [{ labels: '{provider="rules",operation="load"}', value: 1 }]
- interval: 1m
  input_series:
  - series: 'adapter_errors_total{provider="p",operation="o",error_type="x"}'
    values: '0+12x20 240+0x30'
  - series: 'adapter_success_rate{provider="p"}'
    values: '0.9x20 1x30'
  - series: 'adapter_request_duration_seconds_bucket{provider="p",operation="o",le="2.5"}'
    values: '0+0x20 0+10x30'
  - series: 'adapter_request_duration_seconds_bucket{provider="p",operation="o",le="5"}'
    values: '0+10x50'
  - series: 'adapter_request_duration_seconds_bucket{provider="p",operation="o",le="+Inf"}'
    values: '0+10x50'
  alert_rule_test:
  - { eval_time: 3m, alertname: HighErrorRate, exp_alerts: [] }
  - eval_time: 15m
    alertname: HighErrorRate
    exp_alerts:
    - exp_labels: { severity: warning, provider: p }
      exp_annotations: { summary: p fails 0.20 times a second }
  - eval_time: 15m
    alertname: LowSuccessRate
    exp_alerts:
    - exp_labels: { severity: warning, provider: p }
      exp_annotations: { summary: only 90% of the calls to p succeed }
  - eval_time: 15m
    alertname: HighLatency
    exp_alerts:
    - exp_labels: { severity: warning, provider: p }
      exp_annotations: { summary: 5 % of the calls to p take longer than 4.875s }
  - { eval_time: 45m, alertname: HighErrorRate, exp_alerts: [] }
  - { eval_time: 45m, alertname: LowSuccessRate, exp_alerts: [] }
"#;

#[test]
fn an_objective_that_burns_fires_and_recovers() {
    let Some(mut promtool) = installed::program("promtool") else { return };
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("rules.yml"), rules()).expect("a file");
    fs::write(directory.path().join("test.yml"), BURN.replace("SHARE", "2.083%")).expect("a file");
    run(&mut promtool, &directory, ["test", "rules", "test.yml"]);
}

/// Takes whatever is posted, and keeps the bodies.
fn webhook() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let bodies = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&bodies);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let (mut text, mut buffer) = (String::new(), [0; 65_536]);
            // A post of Alertmanager ends with the brace that it began with, and a line break.
            while let Ok(read @ 1..) = stream.read(&mut buffer) {
                text.push_str(&String::from_utf8_lossy(&buffer[..read]));
                if text.ends_with("}\n") || text.ends_with('}') {
                    break;
                }
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        }
    });
    (address, bodies)
}

fn alertmanager(webhook: SocketAddr) -> Option<(SocketAddr, Process, TempDir)> {
    let mut command = installed::program("prometheus-alertmanager")?;
    let data = tempfile::tempdir().expect("a directory");
    let settings = format!(
        "route: {{receiver: hook, group_wait: 1s, group_interval: 1s}}\n\
         receivers: [{{name: hook, webhook_configs: [{{url: 'http://{webhook}/'}}]}}]\n"
    );
    fs::write(data.path().join("am.yml"), settings).expect("a file");
    command.current_dir(data.path()).args([
        "--config.file=am.yml",
        "--storage.path=data",
        "--web.listen-address=127.0.0.1:0",
        "--cluster.listen-address=",
    ]);
    let mut process = Process::start(&mut command).expect("Alertmanager starts");
    let address = process.says(Duration::from_secs(30), |line| {
        line.contains("msg=\"Listening on\"").then_some(())?;
        line.split_once("address=")?.1.split(' ').next()?.parse().ok()
    });
    Some((address, process, data))
}

#[test]
fn an_alert_travels_to_a_webhook() {
    let (webhook, bodies) = webhook();
    let Some((manager, _process, _data)) = alertmanager(webhook) else { return };
    let gateway = Gateway::run(&["--load", "50", "--outage", "1s+60s"]);
    let answer = get(gateway.address, "/telemetry/rules.yml").expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    // As they are but for the patience.
    let rules = answer.body.replace("for: 5m", "for: 1s").replace("[5m]", "[10s]");
    let Some(_prometheus) = Prometheus::watch_with(gateway.address, &rules, Some(manager)) else { return };
    eventually(Duration::from_secs(90), || {
        let bodies = bodies.lock().unwrap_or_else(PoisonError::into_inner);
        let alert = |body: &&String| {
            body.contains("\"alertname\":\"HighErrorRate\"") && body.contains("quote_feed fails")
        };
        if bodies.iter().any(|body| alert(&body)) {
            Ok(())
        } else {
            Err(format!("{} posts came", bodies.len()))
        }
    });
}
