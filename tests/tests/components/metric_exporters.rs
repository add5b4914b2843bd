//! The gateway's metrics at a push gateway, a StatsD server and a receiver of OTLP, all in one run.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    time::Duration,
};

use serde_json::Value;
use telemetry_tests::process::{Process, eventually};
use tempfile::TempDir;

use crate::{gateway::Gateway, http::get, installed};

const IN_TIME: Duration = Duration::from_secs(60);

/// A push gateway.
struct PushGateway {
    address: SocketAddr,
    _process: Process,
}

impl PushGateway {
    fn start() -> Option<Self> {
        let mut command = installed::program("prometheus-pushgateway")?;
        command.arg("--web.listen-address=127.0.0.1:0");
        let mut process = Process::start(&mut command).expect("the push gateway starts");
        let address = process.says(IN_TIME, |line| {
            line.contains("msg=\"Listening on\"").then_some(())?;
            line.split_once("address=")?.1.split(' ').next()?.parse().ok()
        });
        Some(Self { address, _process: process })
    }

    /// The sum of a family's series.
    fn sum(&self, family: &str) -> f64 {
        sum(&get(self.address, "/metrics").expect("an answer").body, family)
    }
}

/// A StatsD server that forgets nothing.
struct Statsd {
    address: SocketAddr,
    management: SocketAddr,
    _process: Process,
    _settings: TempDir,
}

impl Statsd {
    fn start() -> Option<Self> {
        let mut command = installed::node("statsd/stats.js")?;
        let settings = tempfile::tempdir().expect("a directory");
        let udp = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
        let tcp = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
        let file = settings.path().join("settings.js");
        let text = format!(
            "{{ address: '127.0.0.1', port: {}, mgmt_address: '127.0.0.1', mgmt_port: {}, backends: [], \
             flushInterval: 100000000 }}",
            udp.port(),
            tcp.port()
        );
        fs::write(&file, text).expect("a file");
        let process = Process::start(command.arg(file)).expect("node starts");
        eventually(IN_TIME, || TcpStream::connect(tcp).map(drop).map_err(|error| error.to_string()));
        Some(Self { address: udp, management: tcp, _process: process, _settings: settings })
    }

    /// The sum of the counters whose name begins so.
    fn sum(&self, name: &str) -> f64 {
        let mut stream = TcpStream::connect(self.management).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a setting");
        stream.write_all(b"counters\n").expect("it reads");
        let (mut text, mut buffer) = (String::new(), [0; 65_536]);
        while !text.ends_with("END\n\n")
            && let Ok(read @ 1..) = stream.read(&mut buffer)
        {
            text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        let lines = text.lines().filter_map(|line| line.trim().trim_end_matches(',').split_once(": "));
        let counters = lines.filter(|(key, _)| key.trim_matches('\'').starts_with(name));
        counters.filter_map(|(_, count)| count.parse::<f64>().ok()).sum()
    }
}

/// `otlp_metrics_receiver.py`.
struct OtlpReceiver {
    port: u16,
    _process: Process,
    data: TempDir,
}

impl OtlpReceiver {
    fn start() -> Option<Self> {
        let data = tempfile::tempdir().expect("a directory");
        let mut command = installed::otlp_metrics_receiver()?;
        let mut process = Process::start(command.arg(data.path())).expect("Python starts");
        let port = process.says(IN_TIME, |line| line.strip_prefix("ready grpc=")?.parse().ok());
        Some(Self { port, _process: process, data })
    }

    fn requests(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.data.path().join("metrics.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    fn sum(&self, family: &str) -> f64 {
        self.requests().last().map_or(0.0, |request| request["totals"][family].as_f64().unwrap_or(0.0))
    }
}

/// The sum of a family's lines in the text format.
fn sum(text: &str, family: &str) -> f64 {
    let is_of = |line: &&str| {
        line.strip_prefix(family).is_some_and(|rest| rest.starts_with('{') || rest.starts_with(' '))
    };
    let values = text.lines().filter(is_of).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    values.sum()
}

/// Name in the exposition, at the StatsD server, and over OTLP.
const FAMILIES: [(&str, &str, &str); 5] = [
    ("adapter_requests_total", "adapter_requests_total", "adapter_requests_total"),
    (
        "adapter_request_duration_seconds_count",
        "adapter_request_duration_seconds.count",
        "adapter_request_duration_seconds",
    ),
    ("app_request_count_total", "app.request.count", "app.request.count"),
    ("app_request_latency_ms_count", "app.request.latency.ms.count", "app.request.latency.ms"),
    ("quote_cache_lookups_total", "quote_cache_lookups_total", "quote_cache_lookups_total"),
];

#[test]
fn all_receivers_hold_what_the_page_says() {
    let (Some(push), Some(statsd), Some(otlp)) =
        (PushGateway::start(), Statsd::start(), OtlpReceiver::start())
    else {
        return;
    };
    let (endpoint, address) = (format!("http://{}", push.address), statsd.address.to_string());
    let receiver = format!("http://127.0.0.1:{}", otlp.port);
    let mut gateway = Gateway::run_with(
        &["--requests", "500", "--outage", "200ms+500ms"],
        &[
            ("TELEMETRY_METRICS_PUSH_GATEWAY_ENDPOINT", &endpoint),
            ("TELEMETRY_METRICS_PUSH_GATEWAY_INTERVAL", "200ms"),
            ("TELEMETRY_METRICS_STATSD_ADDRESS", &address),
            ("TELEMETRY_METRICS_STATSD_INTERVAL", "200ms"),
            ("OTEL_METRICS_EXPORTER", "otlp"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &receiver),
            ("TELEMETRY_TRACING_ENABLED", "false"),
            ("SERVICE_NAME", "gateway/one"),
        ],
    );
    assert_eq!(gateway.tally().answered(), 500);
    let page = gateway.metrics();
    for (name, at_statsd, over_otlp) in FAMILIES {
        let expected = sum(&page, name);
        assert!(expected > 0.0, "{name}");
        eventually(IN_TIME, || {
            let found = [push.sum(name), statsd.sum(at_statsd), otlp.sum(over_otlp)];
            if found == [expected; 3] { Ok(()) } else { Err(format!("{name}: {found:?}, not {expected}")) }
        });
    }
    let requests = otlp.requests();
    assert!(
        requests.iter().all(|request| request["violations"].as_array().is_some_and(Vec::is_empty)),
        "{requests:?}"
    );
    let pushed = get(push.address, "/metrics").expect("an answer").body;
    assert!(pushed.contains("job=\"gateway/one\""), "the job is the service, whatever it is called");
    for exporter in ["push_gateway", "statsd", "otlp_metrics"] {
        let exported = format!("telemetry_metric_exports_total{{exporter=\"{exporter}\",result=\"exported\"");
        eventually(IN_TIME, || {
            let page = gateway.metrics();
            let is_counted = page.contains(&exported) && sum(&page, "telemetry_metric_exports_total") > 0.0;
            is_counted.then_some(()).ok_or_else(|| format!("no export to {exporter} is counted"))
        });
    }
    assert!(gateway.interrupt().status.success());
}

#[test]
fn what_a_push_of_a_thousand_series_weighs() {
    use telemetry_runtime::{Metrics, Settings, Telemetry};
    let Some(otlp) = OtlpReceiver::start() else { return };
    let yaml = format!(
        "metrics: {{ otlp: {{ enabled: true }} }}\ntracing: {{ enabled: false }}\n\
         exporters: [{{ provider: otlp, otlp: {{ endpoint: 'http://127.0.0.1:{}' }} }}]",
        otlp.port
    );
    let settings = Settings::from_yaml_str(&yaml).expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("nothing to fail");
    let jobs = Metrics::new("thousand", "").counter("jobs_total", "Jobs.", ["queue"]);
    (0..1000).for_each(|queue| jobs.with([&format!("queue-{queue}")]).inc());
    telemetry.flush(IN_TIME).expect("it is taken");
    let mut text = String::new();
    let snapshot = telemetry.snapshot();
    telemetry_runtime::prometheus::render(&snapshot, telemetry_runtime::prometheus::Format::Text, &mut text);
    let request = otlp.requests().pop().expect("a request");
    assert_eq!(request["totals"]["thousand_jobs_total"], 1000.0);
    let (points, bytes) =
        (request["points"].as_u64().expect("points"), request["bytes"].as_u64().expect("bytes"));
    println!("{points} series: {bytes} bytes over OTLP, {} as text", text.len());
    assert!(points >= 1000 && bytes / points < 300, "{bytes} bytes for {points} series");
}
