//! Validators read the live exposition.

use std::{
    io::Write as _,
    net::SocketAddr,
    process::{Command, Output, Stdio},
    sync::OnceLock,
    time::Duration,
};

use telemetry_tests::process::eventually;

use crate::{
    gateway::Gateway,
    http::{get, get_as},
    installed, own,
    prometheus::Prometheus,
};

/// A gateway that has seen errors and rejections, so that all its families have series, and is under load.
fn gateway_with_everything() -> Gateway {
    let gateway = Gateway::run(&["--load", "200", "--outage", "500ms+2s"]);
    eventually(Duration::from_secs(30), || {
        let page = gateway.metrics();
        let has_all = page.contains("status=\"503\"") && page.contains("adapter_errors_total{");
        has_all.then_some(()).ok_or(page)
    });
    gateway
}

fn run(command: &mut Command, input: &str) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

#[test]
fn promtool_accepts_the_exposition() {
    let Some(mut promtool) = installed::program("promtool") else { return };
    let gateway = gateway_with_everything();
    let output = run(promtool.args(["check", "metrics"]), &gateway.metrics());
    let findings = String::from_utf8_lossy(&output.stderr).into_owned();
    // The unit is part of the family's promised name.
    let allowed = "app_request_latency_ms metric names should not contain abbreviated units";
    assert_eq!(findings.lines().collect::<Vec<_>>(), [allowed], "{}", output.status);
}

#[test]
fn strict_parsers_accept_every_format_and_encoding() {
    let Some(mut checks) = installed::checks() else { return };
    let gateway = gateway_with_everything();
    let output = run(checks.arg(format!("http://{}/metrics", gateway.address)), "");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_checks_refuse_bad_expositions() {
    let Some(mut checks) = installed::checks() else { return };
    let output = run(checks.arg("--self-test"), "");
    assert!(output.status.success(), "{output:?}");
}

/// Metrics of this program, with all that names, helps, labels and values can be made of.
fn hostile() -> SocketAddr {
    static PAGE: OnceLock<SocketAddr> = OnceLock::new();
    *PAGE.get_or_init(serve_hostile)
}

fn serve_hostile() -> SocketAddr {
    use telemetry_runtime::Metrics;
    let telemetry = own::telemetry();
    let metrics = Metrics::new("Hostile", "_9");
    let texts =
        ["", "a\"b\\c\nd\re\tf", "{}=,#", "é😀\u{202e}", "\u{0}\u{1b}\u{7f}", "x".repeat(5000).leak()];
    let family = metrics.counter("x_total", "Help: \\ \" \n {} é \u{7f}", ["a", "zone", "_"]);
    for text in texts {
        family.with([text, text, text]).inc_by(u64::MAX / 4);
    }
    let level = metrics.gauge("level", "", ["of"]);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MIN, f64::MIN_POSITIVE] {
        level.with([&value.to_string()]).set(value);
    }
    let sizes = metrics.histogram_with("Sizes", "Sizes.", [], &[f64::MIN_POSITIVE, 1.0, 1e300]);
    let values = [f64::NAN, f64::INFINITY, -1.0, 0.0, f64::MAX, f64::MAX, 1e299];
    values.into_iter().for_each(|value| sizes.observe(value));
    for name in ["hostile.x", "hostile-x", "1", "", "ü", "a:b", "Hostile__9_x", "Hostile__9_Sizes_count"] {
        metrics::counter!(name, "le" => "1", "__name__" => "x", "ü" => "y", "a b" => "z").increment(1);
        metrics::histogram!(name, "le" => "1").record(1.0);
    }
    let app = telemetry.router(axum::Router::new()).expect("no route is taken");
    telemetry_tests::serve(app)
}

#[test]
fn nothing_that_code_counts_makes_the_exposition_illegal() {
    let address = hostile();
    let Some(mut checks) = installed::checks() else { return };
    let output = run(checks.arg(format!("http://{address}/metrics")), "");
    assert!(output.status.success(), "{output:?}");
    let Some(prometheus) = Prometheus::watch(address) else { return };
    prometheus.wait_for("up", |up| up == 1.0);
    prometheus.wait_for("count(Hostile__9_x_total)", |series| series == 6.0);
    prometheus.wait_for("Hostile__9_Sizes_count", |count| count == 2.0);
    assert_eq!(prometheus.target()["lastError"].as_str(), Some(""));
}

#[test]
fn promtool_reads_what_names_and_values_are_hostile() {
    let address = hostile();
    let Some(mut promtool) = installed::program("promtool") else { return };
    let page = get(address, "/metrics").expect("an answer").body;
    let output = run(promtool.args(["check", "metrics"]), &page);
    let findings = String::from_utf8_lossy(&output.stderr).into_owned();
    // It has opinions about names that code chose; what it cannot read it calls an error.
    assert_eq!(output.status.code(), Some(3), "{findings}");
    assert!(!findings.contains("error while linting"), "{findings}");
}

/// The exposition as a recording, which has a time in each line.
fn with_times(page: &str) -> String {
    let timed = |line: &str| match line.split_once(" # {") {
        _ if line.starts_with('#') => line.to_owned(),
        Some((sample, exemplar)) => format!("{sample} 1700000000 # {{{exemplar}"),
        None => format!("{line} 1700000000"),
    };
    page.lines().map(timed).fold(String::new(), |text, line| text + &line + "\n")
}

#[test]
fn promtool_makes_blocks_of_the_open_metrics_form() {
    let address = hostile();
    let Some(mut promtool) = installed::program("promtool") else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let (page, blocks) = (directory.path().join("page"), directory.path().join("blocks"));
    let answer = get_as(address, "/metrics", "application/openmetrics-text").expect("an answer");
    std::fs::write(&page, with_times(&answer.body)).expect("a file");
    let output = run(promtool.args(["tsdb", "create-blocks-from", "openmetrics"]).args([page, blocks]), "");
    assert!(output.status.success(), "{output:?}");
    let blocks = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(blocks.contains("BLOCK ULID"), "{blocks}");
}
