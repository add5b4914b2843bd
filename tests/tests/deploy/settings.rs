//! Settings and variables that the gateway is given there.

use std::collections::BTreeMap;

use serde_json::Value;
use telemetry_runtime::Settings;

use crate::files::{services, text, yaml};

/// Who reads a variable that is not the toolkit's.
const OTHERS: [&str; 6] =
    ["GRAFANA_ADMIN_PASSWORD", "LOAD", "NODE_IP", "POD_NAME", "POD_NAMESPACE", "TELEMETRY_SETTINGS"];

/// Variables by name.
type Variables = BTreeMap<String, String>;

/// `${NAME:-default}` and `${NAME:?remedy}` as compose replaces them, and `$(NAME)` as Kubernetes does.
fn replaced(text: &str) -> String {
    if let Some(reference) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        return reference.split_once(":-").map_or("something", |(_, default)| default).to_owned();
    }
    ["NODE_IP", "POD_NAME", "POD_NAMESPACE"]
        .into_iter()
        .fold(text.to_owned(), |text, name| text.replace(&format!("$({name})"), "10.0.0.1"))
}

fn of_compose() -> Variables {
    let (_, gateway) = services().into_iter().find(|(name, _)| name == "gateway").expect("a service");
    let variables = gateway["environment"].as_object().expect("a mapping").clone();
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    variables.into_iter().map(|(name, value)| (name, replaced(&text(value)))).collect()
}

fn of_kubernetes() -> Variables {
    let deployment = yaml("kubernetes.yaml");
    let variables =
        deployment["spec"]["template"]["spec"]["containers"][0]["env"].as_array().expect("a list").clone();
    let text = |variable: &Value| replaced(variable["value"].as_str().unwrap_or("something"));
    variables
        .iter()
        .map(|variable| (variable["name"].as_str().expect("a name").to_owned(), text(variable)))
        .collect()
}

fn of_example() -> Variables {
    let example = text(".env.example");
    let lines = example.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| line.split_once('=').expect("a name and a value"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn load(variables: &Variables) -> Settings {
    let read = variables.iter().filter(|(name, _)| *name != "TELEMETRY_SETTINGS");
    let read: Variables = read.map(|(name, value)| (name.clone(), value.clone())).collect();
    let settings =
        Settings::from_yaml_and(&text("settings.yaml"), &read).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(settings.warnings(), [""; 0], "nothing is ignored");
    settings
}

#[test]
fn settings_load_with_what_the_environment_says() {
    for variables in [of_compose(), of_kubernetes()] {
        let settings = load(&variables);
        assert_eq!(settings.service.name, "market-gateway");
        assert_eq!(settings.service.environment.as_deref(), Some("production"));
        assert!(settings.web.token.is_some());
        let enabled: Vec<_> = settings.exporters.iter().filter(|exporter| exporter.enabled).collect();
        assert_eq!(enabled.len(), 1);
        let endpoint = enabled[0].otlp.endpoint.as_ref().expect("one is set");
        assert_eq!(endpoint.as_str(), variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
    }
}

#[test]
fn every_variable_sets_something() {
    let file = text("settings.yaml");
    for variables in [of_compose(), of_kubernetes(), of_example()] {
        let complete: Variables =
            [("WEB_TOKEN".to_owned(), "t0p".to_owned())].into_iter().chain(variables.clone()).collect();
        let explained = load(&complete).explain();
        for name in variables.keys().filter(|name| !OTHERS.contains(&&***name)) {
            let is_source = explained.lines().any(|line| line.ends_with(&format!("({name})")));
            let is_referred_to = file.contains(&format!("${{{name}}}"));
            assert!(is_source || is_referred_to, "{name} sets nothing:\n{explained}");
        }
    }
}

#[test]
fn what_the_example_names_compose_reads() {
    let compose = text("compose.yaml");
    for name in of_example().keys() {
        assert!(compose.contains(&format!("${{{name}:")), "compose.yaml does not read {name}");
    }
    let read = compose.split("${").skip(1).filter_map(|rest| rest.split([':', '}']).next());
    for name in read {
        assert!(of_example().contains_key(name), ".env.example does not name {name}");
    }
}
