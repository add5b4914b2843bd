//! A program that is killed at any moment: what was flushed is there.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher, RandomState},
    io::{BufRead, BufReader},
    path::Path,
    time::SystemTime,
};

use telemetry_runtime::{Event, report_events};

use crate::{
    children::{child, work},
    support::{SOON, alone, collecting, collector, persisted},
};

/// Events between two flushes.
const ROUND: u32 = 40;

#[test]
#[ignore = "a child of the tests below"]
fn a_child_that_writes_until_it_is_killed() {
    let Some(path) = work() else { return };
    let mut config = persisted(Path::new(&path));
    config.rotate_size = telemetry_runtime::settings::ByteSize(1 << 20);
    config.batch_size = 7;
    let telemetry = collecting(config);
    for round in 0_u32.. {
        for number in round * ROUND..(round + 1) * ROUND {
            collector(&telemetry).add_metric_event(
                "number",
                f64::from(number),
                &[("pad", "some more bytes")],
            );
        }
        telemetry.flush(SOON).expect("in time");
        println!("\nflushed {}", (round + 1) * ROUND);
    }
}

/// Kills a child somewhere after `acknowledged` flushes, and looks at what it leaves.
fn kill_one(acknowledged: usize) {
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let mut command = child("killed::a_child_that_writes_until_it_is_killed", &path.to_string_lossy());
    let mut child = command.spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let flushed = lines.filter_map(|line| line.strip_prefix("flushed ")?.parse::<u32>().ok());
    let flushed = flushed.take(acknowledged).last().expect("a flush");
    // Where it is by now, nobody knows.
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert_survives(place.path(), &path, flushed);
}

fn assert_survives(place: &Path, path: &Path, flushed: u32) {
    let mut numbers = BTreeSet::new();
    let mut unreadable = 0;
    for file in std::fs::read_dir(place).expect("a directory") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
        for line in text.lines() {
            match serde_json::from_str::<Event>(line) {
                Ok(event) => assert!(numbers.insert(event.value.expect("a number") as u32), "twice: {line}"),
                Err(_) => unreadable += 1,
            }
        }
    }
    assert!(
        (0..flushed).all(|number| numbers.contains(&number)),
        "{flushed} were flushed, {} are there",
        numbers.len()
    );
    assert!(unreadable <= 1, "only the last line may be torn, {unreadable} are");
    // The next process goes on, on a line of its own.
    let telemetry = collecting(persisted(path));
    collector(&telemetry).add_metric_event("after", 0.0, &[]);
    telemetry.flush(SOON).expect("in time");
    let report = report_events(path, SystemTime::UNIX_EPOCH..SystemTime::now() + SOON).expect("it is read");
    assert!(report.aggregates.rows.iter().any(|row| row.operation == "after"), "{report:?}");
}

fn kill(runs: u64) {
    let _alone = alone();
    for run in 0..runs {
        let random = RandomState::new().hash_one(run);
        kill_one(1 + usize::try_from(random % 50).expect("small"));
    }
}

#[test]
fn five_kills_cost_nothing_that_was_flushed() {
    kill(5);
}

#[test]
#[ignore = "takes minutes"]
fn a_hundred_kills_cost_nothing_that_was_flushed() {
    kill(100);
}
