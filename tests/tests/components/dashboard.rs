//! The generated dashboard: its expressions against a real Prometheus, its form against Grafana's own types.

use std::fs;

use serde_json::Value;
use telemetry_tests::process::eventually;

use crate::{gateway::Gateway, http::get, installed, prometheus::Prometheus};

/// What a panel asks for.
struct Asked {
    title: String,
    expression: String,
    wants_exemplars: bool,
}

/// What the dashboard asks for, panel by panel.
fn asked(dashboard: &Value) -> Vec<Asked> {
    let panels = dashboard["panels"].as_array().expect("a list").iter();
    let targets = panels.flat_map(|panel| {
        let title = panel["title"].as_str().expect("a title").to_owned();
        let targets = panel["targets"].as_array().cloned().unwrap_or_default();
        targets.into_iter().map(move |target| Asked {
            title: title.clone(),
            expression: target["expr"].as_str().expect("text").replace("$__rate_interval", "30s"),
            wants_exemplars: target["exemplar"] == true,
        })
    });
    targets.collect()
}

fn dashboard(gateway: &Gateway) -> Value {
    let answer = get(gateway.address, "/telemetry/grafana.json").expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

#[test]
fn every_expression_finds_data() {
    let gateway = Gateway::run(&["--load", "100", "--outage", "every 6s for 2s"]);
    let Some(prometheus) = Prometheus::watch(gateway.address) else { return };
    let dashboard = dashboard(&gateway);
    let all = asked(&dashboard);
    let overview: Vec<&str> = all.iter().take(5).map(|asked| &*asked.title).collect();
    assert_eq!(
        overview,
        ["Request Rate", "Request Duration p95", "Success Rate", "Error Rate", "Active Requests"]
    );
    assert!(all.len() > 25, "{}", all.len());
    // Adapters that never fail have no errors to show.
    let of_feed = |asked: &Asked| asked.expression.contains("provider=\"quote_feed\"");
    for asked in all.iter().filter(|asked| asked.title != "Errors" || of_feed(asked)) {
        finds(asked, "data", || prometheus.series(&asked.expression));
    }
    // Calls of other adapters may have no spans.
    let has_spans = |asked: &Asked| of_feed(asked) || !asked.expression.contains("provider=\"");
    let durations: Vec<_> = all.iter().filter(|asked| asked.wants_exemplars && has_spans(asked)).collect();
    assert!(durations.len() >= 3, "overview, adapter, HTTP");
    for asked in durations {
        finds(asked, "exemplars", || prometheus.exemplars(&asked.expression));
    }
}

fn finds<T>(asked: &Asked, what: &str, look: impl Fn() -> Vec<T>) {
    eventually(std::time::Duration::from_secs(60), || match look() {
        found if found.is_empty() => Err(format!("{}: {} finds no {what}", asked.title, asked.expression)),
        _ => Ok(()),
    });
}

#[test]
fn grafana_knows_the_form() {
    let Some(mut compiler) = installed::node("typescript/bin/tsc") else { return };
    let gateway = Gateway::run(&["--load", "0"]);
    let mut dashboard = dashboard(&gateway);
    // The compiler finds unknown keys and wrong values; that it does is shown first.
    let check = |dashboard: &Value, compiler: &mut std::process::Command| {
        let directory = tempfile::tempdir().expect("a directory");
        let text = format!(
            "import type {{ Dashboard }} from '@grafana/schema';\n\
             const typed: Omit<Partial<Dashboard>, 'panels'> & {{ panels: unknown[] }} = {dashboard};\n\
             export default typed;\n"
        );
        fs::write(directory.path().join("dashboard.ts"), text).expect("a file");
        std::os::unix::fs::symlink(installed::node_modules(), directory.path().join("node_modules"))
            .expect("a link");
        let arguments =
            "--noEmit --strict --skipLibCheck --moduleResolution bundler --module esnext dashboard.ts";
        let output =
            compiler.current_dir(directory.path()).args(arguments.split(' ')).output().expect("it runs");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (is_fine, findings) = check(&dashboard, &mut compiler);
    assert!(is_fine, "{findings}");
    let mut again = installed::node("typescript/bin/tsc").expect("it was there before");
    dashboard["title"] = 7.into();
    assert!(!check(&dashboard, &mut again).0, "a title is no number");
}
