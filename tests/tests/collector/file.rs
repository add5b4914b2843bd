//! Events in a file.

use std::{error::Error, fmt, fs, time::Duration};

use telemetry_runtime::{ErrorType, report_events};
use telemetry_tests::until;

use crate::support::{
    EventType, SOON, Telemetry, account, alone, collecting, collector, events_of, persisted,
};

#[derive(Debug)]
pub(crate) struct Outer(std::num::ParseIntError);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no number in https://u:p@h/?q=s3cret")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl ErrorType for Outer {
    fn error_type(&self) -> &'static str {
        "outer"
    }
}

pub(crate) fn outer() -> Outer {
    Outer("x".parse::<u8>().expect_err("no number"))
}

#[test]
fn a_flushed_event_is_in_the_file_with_all_it_says() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let mut config = persisted(&path);
    config.backtraces = true;
    config.flush_interval = Duration::from_secs(3600);
    let telemetry = collecting(config);
    collector(&telemetry).add_error_event(&outer(), "provider1", "fetch");
    collector(&telemetry).add_metric_event("cpu", 75.5, &[("host", "server1"), ("api_token", "s3cret")]);
    telemetry.flush(SOON).expect("in time");

    let text = fs::read_to_string(&path).expect("it is there");
    assert!(!text.contains("s3cret"), "{text}");
    let [error, metric] = &events_of(&path)[..] else { panic!("{text}") };
    let told = error.error.as_ref().expect("an error");
    assert_eq!(
        (&*told.error_type, &told.sources[..]),
        ("outer", &["invalid digit found in string".to_owned()][..])
    );
    assert!(told.message.as_ref().expect("a message").contains("https://h/"), "{told:?}");
    assert!(told.backtrace.as_ref().expect("a backtrace").contains("a_flushed_event"), "{told:?}");
    assert_eq!((metric.value, &*metric.labels["host"]), (Some(75.5), "server1"));
    assert_eq!(metric.labels["api_token"], "[redacted]");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn messages_stay_out_where_they_are_switched_off() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let yaml = format!(
        "telemetry: {{ error_messages: false }}\nexporters: []\ncollector: {{ enabled: true, storage_type: file, \
         persistence_file: '{}' }}",
        path.display()
    );
    let settings = telemetry_runtime::Settings::from_yaml_str(&yaml).expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("legal");
    collector(&telemetry).add_error_event(&outer(), "p", "o");
    telemetry.flush(SOON).expect("in time");
    let error = events_of(&path).remove(0).error.expect("an error");
    assert_eq!((error.message, error.sources, &*error.error_type), (None, vec![], "outer"));
}

#[test]
fn the_next_start_replays_the_windows_also_after_a_torn_line() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let telemetry = collecting(persisted(&path));
    for millis in 1..=50 {
        collector(&telemetry).add_performance_event("quote", Duration::from_millis(millis), "p");
    }
    telemetry.shutdown(SOON).expect("in time");
    let before = collector(&telemetry).aggregated();
    drop(telemetry);
    let torn = fs::read_to_string(&path).expect("it is there") + r#"{"time_unix_us":17"#;
    fs::write(&path, torn).expect("it is written");

    let telemetry = collecting(persisted(&path));
    let quotes = |window: &telemetry_runtime::WindowAggregates| {
        let row = window.get(EventType::Performance, "p", "quote")?;
        Some((row.count, row.min, row.p50, row.max))
    };
    collector(&telemetry).add_metric_event("own", 1.0, &[]);
    telemetry.flush(SOON).expect("in time");
    let hour = |aggregated: &telemetry_runtime::Aggregated| quotes(&aggregated.windows[2]);
    until("the file is replayed", || {
        hour(&collector(&telemetry).aggregated()).is_some_and(|(count, ..)| count == 50)
    });
    assert_eq!(hour(&collector(&telemetry).aggregated()), hour(&before));
    // What is replayed was not added, and what was added is not replayed.
    assert_eq!(account(&telemetry, "windows", 1, [("exported", "")]), [1]);
    let all = std::time::SystemTime::UNIX_EPOCH..std::time::SystemTime::now() + SOON;
    let report = report_events(&path, all).expect("it is read");
    assert_eq!((report.events, report.unreadable), (51, 1));
}

#[test]
fn a_file_in_rotation_loses_nothing() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let mut config = persisted(&path);
    config.rotate_size = telemetry_runtime::settings::ByteSize(2000);
    config.batch_size = 5;
    let telemetry = collecting(config);
    for number in 0..100 {
        collector(&telemetry).add_metric_event("m", f64::from(number), &[]);
    }
    telemetry.flush(SOON).expect("in time");
    let files: Vec<_> =
        fs::read_dir(place.path()).expect("a directory").map(|file| file.expect("a file").path()).collect();
    assert!(files.len() > 3, "{files:?}");
    let mut values: Vec<_> = files.iter().flat_map(|file| events_of(file)).map(|event| event.value).collect();
    values.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    assert_eq!(values, (0..100).map(|number| Some(f64::from(number))).collect::<Vec<_>>());
    assert!(files.iter().all(|file| fs::metadata(file).expect("it is there").len() <= 2000));
}

/// A full disk that is emptied: a link that leads to `/dev/full`, and then to a file.
#[cfg(target_os = "linux")]
#[test]
fn what_a_full_disk_costs_is_counted_exactly() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let (link, real) = (place.path().join("events.jsonl"), place.path().join("real.jsonl"));
    std::os::unix::fs::symlink("/dev/full", &link).expect("a link");
    let mut config = persisted(&link);
    (config.max_events, config.batch_size) = (50, 10);
    let telemetry = collecting(config);
    let add = |count: u32| {
        (0..count).for_each(|number| collector(&telemetry).add_metric_event("m", f64::from(number), &[]));
    };
    let dropped =
        || telemetry.snapshot().sum("telemetry_events_total", &[("exporter", "file"), ("result", "dropped")]);
    add(40);
    until("the windows have them", || {
        let taken = [("exporter", "windows"), ("result", "exported")];
        telemetry.snapshot().sum("telemetry_events_total", &taken) == 40
    });
    add(40);
    until("some find no room", || dropped() > 0);
    fs::remove_file(&link).expect("it is there");
    fs::File::create(&real).expect("a file");
    std::os::unix::fs::symlink(&real, &link).expect("a link");
    telemetry.flush(SOON).expect("in time");
    add(5);
    telemetry.flush(SOON).expect("in time");

    let snapshot = telemetry.snapshot();
    let written = snapshot.sum("telemetry_events_total", &[("exporter", "file"), ("result", "exported")]);
    assert_eq!(account(&telemetry, "windows", 85, [("exported", "")]), [85]);
    account(&telemetry, "file", 85, []);
    assert_eq!(events_of(&real).len() as u64, written);
    assert_eq!(written + dropped(), 85);
    assert!(written >= 5);
}

#[test]
fn a_file_that_is_removed_is_begun_anew() {
    let _alone = alone();
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("events.jsonl");
    let telemetry = collecting(persisted(&path));
    for value in [1.0, 2.0] {
        collector(&telemetry).add_metric_event("m", value, &[]);
        telemetry.flush(SOON).expect("in time");
        assert_eq!(events_of(&path).iter().map(|event| event.value).collect::<Vec<_>>(), [Some(value)]);
        fs::remove_file(&path).expect("it is there");
    }
    assert_eq!(account(&telemetry, "file", 2, [("exported", "")]), [2]);
}
