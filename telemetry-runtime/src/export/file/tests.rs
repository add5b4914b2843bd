//! What happens to files.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use opentelemetry_sdk::Resource;
use tempfile::TempDir;

use super::*;
use crate::export::delivery::sample::{child, span, wait};

/// 2026-11-21.
const TODAY: u64 = 1_795_219_200;

fn today() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(TODAY)
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("spans.jsonl")
    }

    fn target(&self) -> FileTarget {
        FileTarget { path: self.path(), rotate_size: 1 << 20, rotate_age: None, retention_days: 30 }
    }

    fn file(&self, rotate_size: u64) -> RotatingFile {
        RotatingFile::new(FileTarget { rotate_size, ..self.target() }, today)
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).expect("it is there")
    }

    /// Names of all files, sorted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a directory");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect();
        names.sort();
        names
    }
}

fn origin() -> Origin {
    Origin::from(&Resource::builder_empty().build())
}

fn exporter(target: FileTarget) -> FileExporter<Origin> {
    FileExporter::new("file", target, origin()).expect("there can be a file")
}

/// Names of the spans on each line.
fn spans_of(text: &str) -> Vec<Vec<String>> {
    let names = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let spans = json["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("a list").clone();
        spans.iter().map(|span| span["name"].as_str().expect("text").to_owned()).collect()
    };
    text.lines().map(names).collect()
}

#[test]
fn every_batch_is_a_line() {
    let place = Place::new();
    let mut exporter = exporter(place.target());
    wait(async {
        assert_eq!(exporter.export(&[span("a"), child("b", 1, 2, 1)]).await, Delivery::ACCEPTED);
        assert_eq!(exporter.export(&[child("c", 1, 3, 1)]).await, Delivery::ACCEPTED);
        assert_eq!(exporter.shutdown().await, Ok(()));
    });
    assert_eq!(spans_of(&place.text()), [vec!["a", "b"], vec!["c"]]);
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.file(100).append(b"line\n").expect("it is written");
    let mode = fs::metadata(place.path()).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_torn_last_line_stays_alone() {
    let place = Place::new();
    fs::write(place.path(), "whole\ntor").expect("a file");
    let mut file = place.file(100);
    file.append(b"next\n").expect("it is written");
    file.append(b"last\n").expect("it is written");
    assert_eq!(place.text(), "whole\ntor\nnext\nlast\n");
}

#[test]
fn a_large_file_is_moved_away_before_a_line_would_not_fit() {
    let place = Place::new();
    let mut file = place.file(10);
    for line in ["12345678\n", "1\n", "2\n", "longer than a whole file may be\n", "3\n"] {
        file.append(line.as_bytes()).expect("it is written");
    }
    let names = [
        "spans.jsonl".to_owned(),
        format!("spans.jsonl.{TODAY}"),
        format!("spans.jsonl.{TODAY}.1"),
        format!("spans.jsonl.{TODAY}.2"),
    ];
    assert_eq!(place.names(), names);
    let text = |name: &String| fs::read_to_string(place.0.path().join(name)).expect("it is there");
    let texts: Vec<String> = names.iter().map(text).collect();
    assert_eq!(texts, ["3\n", "12345678\n", "1\n2\n", "longer than a whole file may be\n"]);
}

#[test]
fn old_files_are_removed_and_those_of_others_left_alone() {
    let place = Place::new();
    let day = 24 * 60 * 60;
    let name = |days: u64| format!("spans.jsonl.{}", TODAY - days * day);
    let others = ["spans.jsonl.bak", "spans.jsonl.1.2.3", "spans.jsonl.", "other.jsonl.1", "spans.jsonl.1x"];
    let own = [name(31), format!("{}.7", name(40)), name(29)];
    for name in others.iter().copied().chain(own.iter().map(String::as_str)) {
        fs::write(place.0.path().join(name), "").expect("a file");
    }
    place.file(100).append(b"line\n").expect("it is written");
    let mut left: Vec<String> = others.map(str::to_owned).to_vec();
    left.extend([own[2].clone(), "spans.jsonl".to_owned()]);
    left.sort();
    assert_eq!(place.names(), left);
}

#[test]
fn an_old_file_is_moved_away() {
    let in_two_days = || SystemTime::now() + Duration::from_secs(2 * 24 * 60 * 60);
    for (rotate_age, files) in [(None, 1), (Some(Duration::from_secs(24 * 60 * 60)), 2)] {
        let place = Place::new();
        let mut file = RotatingFile::new(FileTarget { rotate_age, ..place.target() }, in_two_days);
        file.append(b"1\n").expect("it is written");
        file.append(b"2\n").expect("it is written");
        assert_eq!(place.names().len(), files, "{rotate_age:?}");
    }
}

#[test]
fn a_file_that_is_removed_or_moved_is_begun_anew() {
    let place = Place::new();
    let mut file = place.file(100);
    file.append(b"1\n").expect("it is written");
    fs::remove_file(place.path()).expect("it is there");
    file.append(b"2\n").expect("it is written");
    assert_eq!(place.text(), "2\n");
    fs::rename(place.path(), place.0.path().join("moved")).expect("it is there");
    file.append(b"3\n").expect("it is written");
    assert_eq!(place.text(), "3\n");
}

#[test]
fn a_directory_that_comes_back_is_written_again() {
    let place = Place::new();
    let directory = place.0.path().join("sub");
    fs::create_dir(&directory).expect("a directory");
    let mut exporter = exporter(FileTarget { path: directory.join("spans.jsonl"), ..place.target() });
    fs::remove_dir(&directory).expect("it is there");
    let batch = [span("a")];
    let lost = wait(exporter.export(&batch));
    let Delivery::TryAgain { cause, .. } = lost else { panic!("{lost:?}") };
    assert_eq!(cause.reason, Reason::Unwritable);
    fs::create_dir(&directory).expect("a directory");
    assert_eq!(wait(exporter.export(&batch)), Delivery::ACCEPTED);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_to_be_full() {
    let place = Place::new();
    let mut exporter = exporter(FileTarget { path: "/dev/full".into(), ..place.target() });
    for _ in 0..2 {
        let full = wait(exporter.export(&[span("a")]));
        let Delivery::TryAgain { cause, .. } = full else { panic!("{full:?}") };
        assert_eq!((cause.reason, cause.reason.as_str()), (Reason::DiskFull, "disk_full"));
        assert!(cause.message.starts_with("cannot append to /dev/full: "), "{cause}");
    }
}

#[test]
fn what_cannot_be_a_file_is_told_at_once() {
    let place = Place::new();
    let nowhere = place.0.path().join("missing/spans.jsonl");
    for path in [place.0.path(), &nowhere, Path::new("/")] {
        let target = FileTarget { path: path.to_owned(), ..place.target() };
        let error = FileExporter::new("file", target, origin());
        let error = error.err().expect("no file").to_string();
        assert!(error.contains(&*path.to_string_lossy()), "{error}");
    }
}
