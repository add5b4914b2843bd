//! `deploy/`, read by the programs that it is for, as far as they are here.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::Value;
use telemetry_tests::{generated, repository};

use crate::{gateway::Gateway, installed};

fn deploy() -> PathBuf {
    repository().join("deploy")
}

/// Whether the program is content with its file; what it says, too.
fn check(mut program: Command, arguments: &[&str]) -> (bool, String) {
    let Output { status, stdout, stderr } =
        program.args(arguments).current_dir(deploy()).output().expect("it runs");
    (status.success(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

/// Fails unless the program takes the file, and refuses it once `from` has become `to`.
fn takes(program: impl Fn() -> Option<Command>, words: &[&str], file: &str, (from, to): (&str, &str)) {
    let Some(command) = program() else { return };
    let arguments: Vec<&str> = words.iter().copied().chain([file]).collect();
    let (is_fine, said) = check(command, &arguments);
    assert!(is_fine, "{file}: {said}");

    let text = fs::read_to_string(deploy().join(file)).expect("text");
    assert!(text.contains(from), "{file} does not say {from}");
    let directory = tempfile::tempdir().expect("a directory");
    let broken = directory.path().join("broken.yaml");
    fs::write(&broken, text.replacen(from, to, 1)).expect("a file");
    let arguments: Vec<&str> = words.iter().copied().chain(broken.to_str()).collect();
    let (is_fine, said) = check(program().expect("it was there before"), &arguments);
    assert!(!is_fine, "{file} with `{to}` is taken, too: {said}");
}

#[test]
fn promtool_takes_the_configuration_and_the_rules() {
    let promtool = || installed::program("promtool");
    takes(promtool, &["check", "config"], "prometheus.yml", ("scrape_interval", "scrape_intervals"));
    takes(promtool, &["check", "rules"], "generated/rules.yml", ("expr: ", "expr: )"));
}

#[test]
fn amtool_takes_the_configuration() {
    let amtool = || installed::program("amtool");
    takes(amtool, &["check-config"], "alertmanager.yml", ("receiver: seen-on-the-page", "receiver: nobody"));
}

#[test]
fn the_deployment_is_one_of_kubernetes() {
    let validate = || installed::python_program("kubernetes-validate");
    takes(validate, &["--strict"], "kubernetes.yaml", ("livenessProbe", "livenesProbe"));
}

/// What the gateway's own command writes.
#[test]
fn dashboard_and_rules_are_those_of_the_gateway() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = Gateway::command()
        .args(["export-dashboards", directory.path().to_str().expect("text")])
        .env_clear()
        // As compose calls it; nothing else of the settings is in the files.
        .env("SERVICE_NAME", "market-gateway")
        .current_dir(directory.path())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for name in ["grafana.json", "rules.yml"] {
        let text = fs::read_to_string(directory.path().join(name)).expect("it was written");
        generated(&format!("deploy/generated/{name}"), &text);
    }
}

#[test]
fn the_health_check_tells_a_gateway_that_works_from_one_that_is_gone() {
    let compose = fs::read_to_string(deploy().join("compose.yaml")).expect("text");
    let compose: Value = serde_saphyr::from_str(&compose).expect("YAML");
    let words = compose["services"]["gateway"]["healthcheck"]["test"].as_array().expect("a list");
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    assert_eq!(words[..3], ["CMD", "bash", "-c"]);
    let gateway = Gateway::run(&["--load", "0"]);
    let script = words[3].replace("/8000 ", &format!("/{} ", gateway.address.port()));
    let is_well = || Command::new("bash").args(["-c", &script]).output().expect("bash runs").status.success();
    assert!(is_well());
    gateway.interrupt();
    assert!(!is_well());
}
