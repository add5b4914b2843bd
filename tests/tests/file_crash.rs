//! The file of spans after the worst: killed at any time, deleted and moved away while it is written.
#![cfg(unix)]

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use telemetry::{Settings, Telemetry};
use telemetry_runtime as telemetry;

const SOON: Duration = Duration::from_secs(60);

/// Asks this program to write spans into that file until it is killed.
const WRITE_TO: &str = "FILE_CRASH_WRITE_TO";

fn writing_to(path: &Path) -> Telemetry {
    let path = path.display();
    let yaml = format!(
        "tracing: {{ batch: {{ flush_interval: 5ms, batch_size: 20 }} }}
exporters: [{{ provider: file, file: {{ path: '{path}', rotate_size: 64KiB }} }}]"
    );
    let settings = Settings::from_yaml_str(&yaml).expect("legal");
    Telemetry::builder().settings(settings).install().expect("set up")
}

/// Writes numbered spans and says how many are surely written, until it is killed.
#[test]
#[ignore = "the program that other tests start"]
fn writer() {
    let path = std::env::var_os(WRITE_TO).expect("a path");
    let telemetry = writing_to(Path::new(&path));
    for round in 0_u32.. {
        for number in 0..100 {
            drop(telemetry::span(format!("{}", round * 100 + number)).start());
        }
        telemetry.flush(SOON).expect("written");
        println!("\nflushed {}", (round + 1) * 100);
    }
}

struct Writer {
    child: Child,
}

impl Writer {
    fn start(path: &Path) -> Self {
        let child = Command::new(std::env::current_exe().expect("this program"))
            .args(["writer", "--exact", "--ignored", "--nocapture"])
            .env(WRITE_TO, path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        Self { child }
    }

    /// Kills it once it has said so often that all is written; gives the spans that surely are.
    fn killed_after(mut self, flushes: usize) -> u32 {
        let said = BufReader::new(self.child.stdout.take().expect("piped")).lines();
        let counts =
            said.map_while(Result::ok).filter_map(|line| line.strip_prefix("flushed ")?.parse().ok());
        let mut counts = counts;
        let mut last: u32 = counts.by_ref().take(flushes).last().expect("it writes");
        self.child.kill().expect("it runs");
        // What it still managed to say holds too.
        last = counts.last().unwrap_or(last);
        self.child.wait().expect("it has ended");
        last
    }
}

/// The names of all spans in the files that begin like `path`, and how many lines are torn.
fn spans_in(path: &Path) -> (BTreeSet<u32>, usize) {
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    let entries = fs::read_dir(path.parent().expect("a directory")).expect("a directory");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let (mut spans, mut torn) = (BTreeSet::new(), 0);
    for file in files.filter(|it| it.file_name().is_some_and(|it| it.to_string_lossy().starts_with(&name))) {
        let text = fs::read(file).expect("readable");
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let Ok(request) = serde_json::from_slice::<serde_json::Value>(line) else {
                torn += 1;
                continue;
            };
            let all =
                request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("spans").clone();
            spans.extend(all.iter().filter_map(|span| span["name"].as_str()?.parse::<u32>().ok()));
        }
    }
    (spans, torn)
}

#[test]
fn nothing_that_was_flushed_is_lost_by_a_kill_and_the_next_run_goes_on() {
    let directory = tempfile::tempdir().expect("a directory");
    for (run, flushes) in [1_usize, 3, 7, 2, 12].into_iter().enumerate() {
        let path = directory.path().join(format!("run{run}.jsonl"));
        let sure = Writer::start(&path).killed_after(flushes);
        let (spans, torn) = spans_in(&path);
        let missing: Vec<u32> = (0..sure).filter(|number| !spans.contains(number)).collect();
        assert!(missing.is_empty(), "of {sure} flushed spans are missing: {missing:?}");
        assert!(torn <= 1, "{torn} lines are torn");
    }

    // A line that a kill tore in half stays alone, whatever is appended.
    let path = directory.path().join("torn.jsonl");
    fs::write(&path, "{\"resourceSpans\":[{\"sco").expect("written");
    let sure = Writer::start(&path).killed_after(2);
    let (spans, torn) = spans_in(&path);
    assert!((0..sure).all(|number| spans.contains(&number)));
    assert!((1..=2).contains(&torn), "{torn} lines are torn");
}

#[test]
fn a_file_that_is_deleted_or_moved_while_it_is_written_costs_nothing_that_is_not_counted() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("spans.jsonl");
    let moved = directory.path().join("spans.jsonl.elsewhere");
    let telemetry = writing_to(&path);
    let write = |numbers: std::ops::Range<u32>| {
        for number in numbers {
            drop(telemetry::span(number.to_string()).start());
        }
        telemetry.flush(SOON).expect("written");
    };
    write(0..100);
    fs::rename(&path, &moved).expect("moved");
    write(100..200);
    let (before, _) = spans_in(&path);
    assert_eq!(before, (0..200).collect(), "moved away, and begun anew");
    fs::remove_file(&path).expect("deleted");
    write(200..300);
    let (after, torn) = spans_in(&path);
    assert_eq!(after, (0..100).chain(200..300).collect(), "what was deleted is gone, and nothing else");
    assert_eq!(torn, 0);

    telemetry.shutdown(SOON).expect("nothing is left");
    let snapshot = telemetry.snapshot();
    let of = |result| snapshot.sum("telemetry_spans_total", &[("exporter", "file"), ("result", result)]);
    assert_eq!(
        (snapshot.sum("telemetry_spans_started_total", &[]), of("exported"), of("dropped")),
        (300, 300, 0)
    );
}
