//! Alerts from end to end: a threshold that the gateway crosses reaches a mail server, a webhook of Slack's form and
//! the real Alertmanager, which tells a webhook of its own. Each fires once and resolves once.

use std::{
    fs,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Json, Router, extract::State, routing::post};
use serde_json::Value;
use telemetry_runtime as telemetry;
use telemetry_tests::{
    process::{Process, eventually},
    serve,
};
use tempfile::TempDir;

use crate::{gateway::Gateway, http::get, installed};

const IN_TIME: Duration = Duration::from_secs(60);

/// Bodies that were posted, oldest first.
#[derive(Clone, Default)]
struct Hook(Arc<Mutex<Vec<Value>>>);

impl Hook {
    /// Takes what is posted to any path.
    fn start(self) -> SocketAddr {
        async fn keep(State(hook): State<Hook>, Json(body): Json<Value>) -> &'static str {
            hook.0.lock().unwrap_or_else(PoisonError::into_inner).push(body);
            "ok"
        }
        serve(Router::new().fallback(post(keep)).with_state(self))
    }

    fn bodies(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// `smtp_sink.py`, and what it was handed.
struct Mails {
    process: Process,
    port: u16,
}

impl Mails {
    fn start(arguments: &[&str]) -> Option<Self> {
        let mut command = installed::smtp_sink()?;
        command.args(arguments);
        let mut process = Process::start(&mut command).expect("the sink starts");
        let port = process.says(IN_TIME, |line| line.strip_prefix("listening on ")?.parse().ok());
        Some(Self { process, port })
    }

    /// The mail whose subject has this in it.
    fn with(&mut self, subject: &str) -> Value {
        self.process.says(IN_TIME, |line| {
            let mail: Value = serde_json::from_str(line).ok()?;
            mail["headers"]["subject"].as_str()?.contains(subject).then_some(mail)
        })
    }

    /// How many have come.
    fn count(self) -> usize {
        let ended = self.process.terminate(IN_TIME);
        ended.stdout.lines().filter(|line| line.starts_with('{')).count()
    }
}

fn alertmanager(webhook: SocketAddr) -> Option<(SocketAddr, Process, TempDir)> {
    let mut command = installed::program("prometheus-alertmanager")?;
    let data = tempfile::tempdir().expect("a directory");
    let settings = format!(
        "route: {{receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 1s}}\n\
         receivers: [{{name: hook, webhook_configs: [{{url: 'http://{webhook}/', send_resolved: true}}]}}]\n"
    );
    fs::write(data.path().join("am.yml"), settings).expect("a file");
    command.current_dir(data.path()).args([
        "--config.file=am.yml",
        "--storage.path=data",
        "--web.listen-address=127.0.0.1:0",
        "--cluster.listen-address=",
    ]);
    let mut process = Process::start(&mut command).expect("Alertmanager starts");
    let address = process.says(IN_TIME, |line| {
        line.contains("msg=\"Listening on\"").then_some(())?;
        line.split_once("address=")?.1.split(' ').next()?.parse().ok()
    });
    eventually(IN_TIME, || match get(address, "/-/ready") {
        Ok(answer) if answer.status == 200 => Ok(()),
        other => Err(format!("Alertmanager is not ready: {other:?}")),
    });
    Some((address, process, data))
}

/// The exchange does not answer for eight seconds; fewer than one call in five succeeds then.
const OUTAGE: &str = "4s+8s";

fn settings(mail: u16, slack: SocketAddr, manager: SocketAddr) -> String {
    format!(
        "service: {{ name: market-gateway }}
alerts:
  enabled: true
  interval: 1s
  handlers: [email, slack, alertmanager, log]
  email: {{ host: 127.0.0.1, port: {mail}, tls: none, from: 'Gateway <gateway@x.example>', to: [oncall@x.example] }}
  slack: {{ url: 'http://{slack}/services/T0/B0/secret-of-slack' }}
  alertmanager: {{ url: 'http://{manager}' }}
  rules:
    - name: ExchangeDown
      metric: adapter_requests_total
      labels: {{ provider: quote_feed, operation: quote }}
      aggregation: ratio
      numerator: {{ status: success }}
      window: 4s
      comparison: '<'
      threshold: 0.2
      for: 1s
      severity: critical
      message: 'only {{value}} of the calls to {{labels.provider}} succeed'
"
    )
}

#[test]
fn a_real_crossing_reaches_mail_slack_and_alertmanager_once_each_way() {
    let (slack, managed) = (Hook::default(), Hook::default());
    let Some(mut mails) = Mails::start(&[]) else { return };
    let Some((manager, _process, _data)) = alertmanager(managed.clone().start()) else { return };
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("settings.yaml");
    fs::write(&file, settings(mails.port, slack.clone().start(), manager)).expect("a file");
    let variables = [("TELEMETRY_SETTINGS", file.to_str().expect("text"))];
    let gateway = Gateway::run_with(&["--load", "100", "--outage", OUTAGE], &variables);

    let fired = mails.with("[critical] market-gateway: only ");
    assert_eq!((&fired["from"], &fired["to"][0]), (&"gateway@x.example".into(), &"oncall@x.example".into()));
    assert!(fired["body"].as_str().is_some_and(|body| body.contains("provider=quote_feed")), "{fired}");
    mails.with("[resolved] market-gateway: ");
    let statuses = eventually(IN_TIME, || {
        let statuses: Vec<Value> = managed.bodies().iter().map(|body| body["status"].clone()).collect();
        if statuses.len() >= 2 { Ok(statuses) } else { Err(format!("{statuses:?}")) }
    });
    assert_eq!(statuses, ["firing", "resolved"]);
    let alert = &managed.bodies()[0]["alerts"][0];
    assert_eq!(
        (&alert["labels"]["alertname"], &alert["labels"]["severity"]),
        (&"ExchangeDown".into(), &"critical".into())
    );
    assert!(
        alert["annotations"]["summary"].as_str().is_some_and(|text| text.contains("quote_feed")),
        "{alert}"
    );

    let texts: Vec<String> = slack.bodies().iter().map(|body| body["text"].to_string()).collect();
    let [first, second] = &texts[..] else { panic!("two messages, not {texts:?}") };
    assert!(first.contains("critical: only") && second.contains("resolved: only"), "{texts:?}");
    assert!(slack.bodies().iter().all(|body| body["blocks"].is_array()));

    let page = gateway.metrics();
    for handler in ["email", "slack", "log"] {
        let line =
            format!("telemetry_alerts_total{{handler=\"{handler}\",result=\"delivered\",reason=\"\"}} 2");
        assert!(page.contains(&line), "{line} is not in\n{page}");
    }
    let ended = gateway.interrupt();
    assert!(ended.stderr.contains("2 alerts: email delivered 2, 0 live"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("secret-of-slack") && !ended.stdout.contains("secret-of-slack"));
    assert_eq!((mails.count(), slack.bodies().len(), managed.bodies().len()), (2, 2, 2));
}

/// Telemetry of this test with a rule that fires at once.
fn firing(metric: &'static str, email: &str) -> telemetry::Telemetry {
    let yaml = format!(
        "exporters: []\nalerts: {{ enabled: true, interval: 10ms, keep_state: false, handlers: [email], email: {{ {email} }},
         rules: [{{ metric: {metric}, threshold: 1, message: 'very hot' }}] }}"
    );
    let settings = telemetry::Settings::from_yaml_str(&yaml).expect("legal");
    let telemetry = telemetry::Telemetry::builder().settings(settings).build().expect("nothing to fail");
    telemetry::Metrics::new("", "").gauge(metric, "A test's.", [""; 0]).with([]).set(7.0);
    telemetry
}

#[test]
fn mail_goes_over_tls_with_a_password() {
    let directory = tempfile::tempdir().expect("a directory");
    let Some(mut receiver) = installed::otlp_receiver() else { return };
    let made = receiver.arg("--make-ca").arg(directory.path()).status();
    assert!(made.is_ok_and(|status| status.success()), "there is no certificate");
    let text = directory.path().to_str().expect("text");
    let Some(mut mails) = Mails::start(&["--tls", text]) else { return };
    let login = |password: &str| {
        format!(
            "host: localhost, port: {}, certificate: '{text}/ca.pem', username: alerts, password: {password},
             from: a@x.example, to: [b@x.example]",
            mails.port
        )
    };
    let refused = firing("wrong_password_level", &login("wr0ng-wr0ng"));
    let telemetry = firing("right_password_level", &login("passw0rd"));
    let mail = mails.with("very hot");
    assert_eq!((&mail["is_encrypted"], &mail["is_authenticated"]), (&true.into(), &true.into()));
    let failure = eventually(IN_TIME, || refused.exporter_failures().pop().ok_or("no failure".to_owned()));
    assert!(failure.message().contains("535"), "{failure}");
    assert!(!format!("{failure:?} {refused:?}").contains("wr0ng"), "{failure:?}");
    telemetry.shutdown(IN_TIME).expect("in time");
    refused.shutdown(IN_TIME).expect("in time");
    assert_eq!(mails.count(), 1);
}
