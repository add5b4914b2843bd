//! Memory of a million events, each measured in a process of its own.

use std::{fs, path::Path, time::Duration};

use crate::{
    children::{child, work},
    support::{CollectorConfig, SOON, alone, collecting, collector, persisted},
};

const MILLION: u64 = 1_000_000;

fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").expect("Linux");
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("a number of pages") * 4096
}

fn add(telemetry: &telemetry_runtime::Telemetry, count: u64) {
    let names: Vec<String> = (0..20).map(|number| format!("operation{number}")).collect();
    for (number, name) in (0..count).zip(names.iter().cycle()) {
        let duration = Duration::from_micros(50 + number % 100_000);
        collector(telemetry).add_performance_event(name, duration, "provider1");
    }
}

#[test]
#[ignore = "a child of the test below"]
fn a_child_with_default_settings() {
    if work().is_none() {
        return;
    }
    let telemetry = collecting(CollectorConfig::default());
    add(&telemetry, 1000);
    telemetry.flush(SOON).expect("in time");
    let before = resident();
    add(&telemetry, MILLION);
    telemetry.flush(SOON).expect("in time");
    println!("\ngrew {}", resident().saturating_sub(before));
}

/// All of them wait for a file that blocks: a pipe that nobody reads.
#[test]
#[ignore = "a child of the test below"]
fn a_child_with_a_million_events_that_wait() {
    let Some(pipe) = work() else { return };
    let mut config = persisted(Path::new(&pipe));
    config.max_events = usize::try_from(MILLION).expect("64 bits");
    let telemetry = collecting(config);
    let before = resident();
    // Half of them at a time, so that the windows keep up.
    for _ in 0..2 {
        add(&telemetry, MILLION / 2);
        telemetry_tests::until("the windows have them", || {
            let sum = |family, labels| telemetry.snapshot().sum(family, labels);
            sum("telemetry_events_total", &[("exporter", "windows")])
                == sum("telemetry_events_started_total", &[])
        });
    }
    let lost =
        telemetry.snapshot().sum("telemetry_events_total", &[("exporter", "file"), ("result", "dropped")]);
    println!("\ngrew {} without {lost}", resident().saturating_sub(before));
    // The pipe would hold the end up.
    std::process::exit(0);
}

fn grown(test: &str, work: &str) -> String {
    let output = child(test, work).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("grew ")).map(str::to_owned);
    line.unwrap_or_else(|| panic!("{:?}: {text}", output.status))
}

#[test]
fn a_million_events_leave_little_behind() {
    let _alone = alone();
    let grown: u64 = grown("memory::a_child_with_default_settings", "-").parse().expect("a number");
    assert!(grown <= 25 * 1024 * 1024, "{grown} bytes");
}

#[test]
fn a_million_events_that_wait_take_a_hundred_bytes_each() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let pipe = place.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let line = grown("memory::a_child_with_a_million_events_that_wait", &pipe.to_string_lossy());
    let (grown, lost) = line.split_once(" without ").expect("both");
    assert_eq!(lost, "0");
    let each = grown.parse::<u64>().expect("a number") as f64 / MILLION as f64;
    assert!(each <= 100.0, "{each} bytes each");
}
