//! A file that can grow no further in the middle of a batch, as on a disk that fills.

use std::{path::Path, process::Command};

use crate::{
    children::{child, work},
    support::{SOON, alone, collecting, collector, events_of, persisted},
};

const EVENTS: u32 = 100;

#[test]
#[ignore = "a child of the test below"]
fn a_child_whose_files_may_not_grow() {
    let Some(path) = work() else { return };
    let mut config = persisted(Path::new(&path));
    config.batch_size = 10;
    let telemetry = collecting(config);
    for number in 0..EVENTS {
        collector(&telemetry).add_metric_event("number", f64::from(number), &[]);
    }
    // The end does not wait between two tries.
    telemetry.shutdown(SOON).expect("in time");
    let sum = |result| {
        telemetry.snapshot().sum("telemetry_events_total", &[("exporter", "file"), ("result", result)])
    };
    println!("\nwritten {} and {}", sum("exported"), sum("dropped"));
}

#[test]
fn half_a_batch_is_taken_back_and_counted_as_lost() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let limited = child("limited::a_child_whose_files_may_not_grow", &path.to_string_lossy());
    // A write beyond the limit fails, as on a full disk, where the signal that comes with it is ignored.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""]).arg(limited.get_program());
    shell.args(limited.get_args());
    shell.envs(limited.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = shell.output().expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("written "));
    let (written, lost) =
        line.and_then(|line| line.split_once(" and ")).unwrap_or_else(|| panic!("{output:?}"));
    let [written, lost] = [written, lost].map(|count| count.parse::<u32>().expect("a number"));
    assert!(written > 0 && lost > 0, "{written} and {lost}");
    assert_eq!(written + lost, EVENTS);
    let values: Vec<f64> = events_of(&path).iter().filter_map(|event| event.value).collect();
    assert_eq!(values, (0..written).map(f64::from).collect::<Vec<_>>());
}
