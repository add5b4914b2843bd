//! Log records of a whole program, on its standard output: a process of its own, which this one starts.

#[path = "logs/limit.rs"]
mod limit;
#[path = "logs/program.rs"]
mod program;

use std::process::Command;

use serde_json::Value;

/// Runs the ignored test of that name under these settings; gives what it wrote.
fn output_of(test: &str, settings: &str) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("settings.yaml");
    std::fs::write(&file, settings).expect("a file");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    let output = command.env("TELEMETRY_SETTINGS", &file).output().expect("this program starts");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text.lines().map(str::to_owned).collect()
}

/// The lines that are JSON, read.
fn records(lines: &[String]) -> Vec<Value> {
    let json = lines.iter().filter(|line| line.starts_with('{'));
    json.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// The one record of that message.
fn record<'a>(records: &'a [Value], message: &str) -> &'a Value {
    let mut found: Vec<&Value> = records.iter().filter(|record| record["message"] == message).collect();
    assert_eq!(found.len(), 1, "{message}: {records:#?}");
    found.remove(0)
}
