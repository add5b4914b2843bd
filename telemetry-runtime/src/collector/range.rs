//! Files of events, read one line at a time.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    ops::Range,
    path::Path,
    time::{Duration, SystemTime},
};

use super::{
    aggregated::{Key, WindowAggregates, rows},
    event::{Event, Micros},
    stats::Stats,
};

/// Longest line that is read, in bytes; a longer one counts as unreadable.
const MAX_LINE: u64 = 1 << 20;

/// What a file of events comes to; [`report_events`] makes it and shows how.
///
/// ```
/// use telemetry_runtime::EventReport;
///
/// fn told(report: &EventReport) -> String {
///     format!("{} events, {} unreadable lines, {} rows", report.events, report.unreadable, report.aggregates.rows.len())
/// }
/// assert_eq!(told(&EventReport::default()), "0 events, 0 unreadable lines, 0 rows");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct EventReport {
    /// The same sums that windows have.
    pub aggregates: WindowAggregates,
    /// Events in the range.
    pub events: u64,
    /// Lines that are no events, such as one that a crash has cut.
    pub unreadable: u64,
    /// Time of the first and the last event in the range.
    pub range: Option<(SystemTime, SystemTime)>,
}

/// Adds up the events of a file that happened in a range of time.
///
/// The file may be larger than memory: what is kept depends on types, providers and operations, never on events.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// let file = tempfile::NamedTempFile::new()?;
/// std::fs::write(file.path(), r#"{"time_unix_us":1,"type":"metric","severity":"info","operation":"cpu","value":7.5}"#)?;
/// let all = SystemTime::UNIX_EPOCH..SystemTime::now() + Duration::from_secs(60);
/// let report = telemetry_runtime::report_events(file.path(), all)?;
/// assert_eq!((report.events, report.aggregates.rows[0].max), (1, Some(7.5)));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// If the file cannot be opened or read.
pub fn report_events(path: &Path, range: Range<SystemTime>) -> io::Result<EventReport> {
    let mut report = EventReport::default();
    let mut sums: HashMap<Key, Stats> = HashMap::new();
    let (mut first, mut last) = (Micros(u64::MAX), Micros(0));
    report.unreadable = each_event(File::open(path)?, |event| {
        if !range.contains(&SystemTime::from(event.time)) {
            return;
        }
        report.events += 1;
        (first, last) = (first.min(event.time), last.max(event.time));
        let Event { event_type, provider, operation, value, .. } = event;
        let key = Key { event_type, provider: provider.into(), operation: operation.into() };
        sums.entry(key).or_default().add(value);
    })?;
    let covered = Duration::from_micros(last.0.saturating_sub(first.0));
    report.range = (report.events > 0).then(|| (first.into(), last.into()));
    report.aggregates = WindowAggregates {
        window: covered.as_secs_f64(),
        covered: covered.as_secs_f64(),
        rows: rows(sums, covered),
    };
    Ok(report)
}

/// Hands on each event of a file; gives the number of lines that are none.
pub(super) fn each_event(file: impl Read, mut each: impl FnMut(Event)) -> io::Result<u64> {
    let mut reader = BufReader::new(file);
    let (mut line, mut unreadable) = (Vec::new(), 0);
    loop {
        line.clear();
        let read = Read::take(&mut reader, MAX_LINE).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(unreadable);
        }
        if read as u64 == MAX_LINE && line.last() != Some(&b'\n') {
            reader.skip_until(b'\n')?;
        }
        match serde_json::from_slice(&line) {
            Ok(event) => each(event),
            Err(_) if line.trim_ascii().is_empty() => {}
            Err(_) => unreadable += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::settings::EventType;

    fn line(micros: u64, value: f64) -> String {
        format!(
            r#"{{"time_unix_us":{micros},"type":"metric","severity":"info","operation":"m","value":{value}}}"#
        )
    }

    fn at(micros: u64) -> SystemTime {
        Micros(micros).into()
    }

    #[test]
    fn only_events_of_the_range_count_and_torn_lines_are_told() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let lines = [
            line(5, 1.0),
            line(10, 2.0),
            "{\"time_u".to_owned(),
            String::new(),
            line(20, 4.0),
            line(30, 8.0),
        ];
        fs::write(file.path(), format!("{}\n{{\"ti", lines.join("\n"))).expect("it is written");
        let report = report_events(file.path(), at(10)..at(30)).expect("it is read");
        assert_eq!((report.events, report.unreadable), (2, 2));
        assert_eq!(report.range, Some((at(10), at(20))));
        let row = report.aggregates.get(EventType::Metric, "", "m").expect("a row");
        assert_eq!((row.count, row.min, row.max, row.mean), (2, Some(2.0), Some(4.0), Some(3.0)));
    }

    #[test]
    fn a_line_without_an_end_does_not_fill_memory() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let long = "x".repeat(3 * usize::try_from(MAX_LINE).expect("it fits"));
        fs::write(file.path(), format!("{long}\n{}\n", line(1, 1.0))).expect("it is written");
        let report = report_events(file.path(), at(0)..at(9)).expect("it is read");
        assert_eq!((report.events, report.unreadable), (1, 1));
    }
}
