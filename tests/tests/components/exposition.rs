//! Validators read the live exposition.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
    time::Duration,
};

use telemetry_tests::process::eventually;

use crate::{gateway::Gateway, installed};

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
