//! A Prometheus that scrapes the gateway.

use std::{
    fs,
    net::SocketAddr,
    time::{Duration, SystemTime},
};

use serde_json::Value;
use telemetry_tests::process::{Process, eventually};
use tempfile::TempDir;

use crate::{
    http::{escaped, get},
    installed::program,
};

/// Its first scrape comes after seconds, and the machine may be busy.
const IN_TIME: Duration = Duration::from_secs(60);

/// A Prometheus that scrapes one target each second.
pub(crate) struct Prometheus {
    address: SocketAddr,
    _process: Process,
    // Removed after the process has ended.
    _data: TempDir,
}

impl Prometheus {
    /// Starts to watch; `None` where Prometheus is missing and may be.
    pub(crate) fn watch(target: SocketAddr) -> Option<Self> {
        Self::watch_with(target, "", None)
    }

    /// The same with rules, and with an Alertmanager that their alerts go to.
    pub(crate) fn watch_with(target: SocketAddr, rules: &str, alerts: Option<SocketAddr>) -> Option<Self> {
        let mut command = program("prometheus")?;
        let data = tempfile::tempdir().expect("a directory");
        let managers = alerts.map_or_else(String::new, |address| {
            format!("alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{address}']}}]}}]}}\n")
        });
        let settings = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\n\
             scrape_configs: [{{job_name: gateway, static_configs: [{{targets: ['{target}']}}]}}]\n\
             rule_files: [rules.yml]\n{managers}"
        );
        let rules = if rules.is_empty() { "groups: []\n" } else { rules };
        fs::write(data.path().join("rules.yml"), rules).expect("a file");
        fs::write(data.path().join("prometheus.yml"), settings).expect("a file");
        command.current_dir(data.path()).args([
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            "--web.listen-address=127.0.0.1:0",
            // It then asks for protobuf first, and for exemplars.
            "--enable-feature=native-histograms,exemplar-storage",
        ]);
        let mut process = Process::start(&mut command).expect("Prometheus starts");
        let address = process.says(IN_TIME, |line| {
            line.contains("msg=\"Listening on\"").then_some(())?;
            line.split_once("address=")?.1.split(' ').next()?.parse().ok()
        });
        // It listens a moment before it answers.
        eventually(IN_TIME, || match get(address, "/-/ready") {
            Ok(answer) if answer.status == 200 => Ok(()),
            other => Err(format!("Prometheus is not ready: {other:?}")),
        });
        Some(Self { address, _process: process, _data: data })
    }

    /// The value of a query of one series; `None` if there is no series.
    pub(crate) fn value(&self, query: &str) -> Option<f64> {
        let result = self.query(query);
        let series = result.as_array().expect("a list");
        assert!(series.len() <= 1, "{query} is one series, not {result}");
        series.first().map(|series| number(&series["value"][1]))
    }

    /// Labels and values of all series.
    pub(crate) fn series(&self, query: &str) -> Vec<(Value, f64)> {
        let result = self.query(query);
        let series = result.as_array().expect("a list").iter();
        series.map(|series| (series["metric"].clone(), number(&series["value"][1]))).collect()
    }

    /// Labels of the exemplars of the last minutes.
    pub(crate) fn exemplars(&self, query: &str) -> Vec<Value> {
        let query = escaped(query);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
        let found = self.api(&format!("query_exemplars?query={query}&start={}&end={}", now - 600, now + 10));
        let series = found.as_array().expect("a list").iter();
        series.flat_map(|series| series["exemplars"].as_array().expect("a list")).cloned().collect()
    }

    /// Times and values of all samples, as `series[range]` gives them.
    pub(crate) fn samples(&self, query: &str) -> Vec<(f64, f64)> {
        let result = self.query(query);
        let series = result.as_array().expect("a list").iter();
        let samples = series.flat_map(|series| series["values"].as_array().expect("a list"));
        samples.map(|sample| (sample[0].as_f64().expect("a time"), number(&sample[1]))).collect()
    }

    /// Waits until the query's value is as it should be.
    pub(crate) fn wait_for(&self, query: &str, is_right: impl Fn(f64) -> bool) -> f64 {
        eventually(IN_TIME, || match self.value(query) {
            Some(value) if is_right(value) => Ok(value),
            other => Err(format!("{query} is {other:?}; {}", self.target()["lastError"])),
        })
    }

    /// What it knows of its target.
    pub(crate) fn target(&self) -> Value {
        self.api("targets")["activeTargets"][0].clone()
    }

    /// Name, type and help of each family that the target has.
    pub(crate) fn families(&self) -> Vec<(String, String, String)> {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let family = |family: &Value| (text(&family["metric"]), text(&family["type"]), text(&family["help"]));
        self.api("targets/metadata").as_array().expect("a list").iter().map(family).collect()
    }

    fn query(&self, query: &str) -> Value {
        self.api(&format!("query?query={}", escaped(query)))["result"].clone()
    }

    fn api(&self, path: &str) -> Value {
        let answer = get(self.address, &format!("/api/v1/{path}")).expect("Prometheus answers");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str::<Value>(&answer.body).expect("JSON")["data"].clone()
    }
}

fn number(value: &Value) -> f64 {
    value.as_str().and_then(|value| value.parse().ok()).expect("a number in quotes")
}
