//! What the collector's file comes to, as a table and as bars.

use std::{
    error::Error,
    path::Path,
    time::{Duration, SystemTime},
};

use telemetry_runtime::{EventAggregate, EventReport, EventType, report_events};

use crate::console::say;

/// Longest bar, in characters.
const WIDTH: f64 = 40.0;

/// Prints what the events of the file come to.
pub(crate) fn print(file: &Path) -> Result<(), Box<dyn Error>> {
    let all = SystemTime::UNIX_EPOCH..SystemTime::now() + Duration::from_secs(60);
    let report =
        report_events(file, all).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    for line in lines(&report) {
        say(line);
    }
    Ok(())
}

fn lines(report: &EventReport) -> Vec<String> {
    let rows = &report.aggregates.rows;
    let mut lines = vec![format!(
        "{} events over {:.0} s, {} lines that are none",
        report.events, report.aggregates.covered, report.unreadable
    )];
    lines.push(format!(
        "{:<12} {:<32} {:>8} {:>9} {:>7} {:>10} {:>10} {:>10} {:>10}",
        "type", "provider.operation", "count", "per s", "errors", "mean", "p50", "p95", "p99"
    ));
    lines.extend(rows.iter().map(line));
    let timed: Vec<&EventAggregate> =
        rows.iter().filter(|row| row.event_type == EventType::Performance && row.p95.is_some()).collect();
    let longest = timed.iter().filter_map(|row| row.p95).fold(0.0, f64::max);
    if longest > 0.0 {
        lines.push(String::new());
        lines.push("p95 of durations".to_owned());
        lines.extend(timed.iter().map(|row| bar(row, longest)));
    }
    lines
}

fn name(row: &EventAggregate) -> String {
    match &*row.provider {
        "" => row.operation.clone(),
        provider => format!("{provider}.{}", row.operation),
    }
}

fn line(row: &EventAggregate) -> String {
    let value = |value: Option<f64>| match value {
        Some(value) if row.event_type == EventType::Metric => format!("{value:.3}"),
        Some(seconds) => format!("{:.3} ms", seconds * 1e3),
        None => "-".to_owned(),
    };
    let errors = row.error_rate.map_or_else(|| "-".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
    format!(
        "{:<12} {:<32} {:>8} {:>9.2} {errors:>7} {:>10} {:>10} {:>10} {:>10}",
        row.event_type.as_str(),
        name(row),
        row.count,
        row.rate,
        value(row.mean),
        value(row.p50),
        value(row.p95),
        value(row.p99),
    )
}

fn bar(row: &EventAggregate, longest: f64) -> String {
    let p95 = row.p95.unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the width")]
    let length = (p95 / longest * WIDTH).round().max(1.0) as usize;
    format!("{:<32} {} {:.3} ms", name(row), "█".repeat(length), p95 * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_becomes_a_table_and_bars() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let line = |operation: &str, value: f64| {
            format!(
                r#"{{"time_unix_us":1795219200000000,"type":"performance","severity":"info","provider":"p","operation":"{operation}","value":{value}}}"#
            )
        };
        let text = [line("slow", 0.4), line("fast", 0.1), "torn".to_owned()].join("\n");
        std::fs::write(file.path(), text).expect("it is written");
        let all = SystemTime::UNIX_EPOCH..SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 32);
        let lines = lines(&report_events(file.path(), all).expect("it is read"));
        assert_eq!(lines[0], "2 events over 0 s, 1 lines that are none");
        let bars = |line: &String| line.chars().filter(|c| *c == '█').count();
        let fast = lines.iter().rfind(|line| line.starts_with("p.fast")).expect("a bar");
        let slow = lines.iter().rfind(|line| line.starts_with("p.slow")).expect("a bar");
        assert_eq!((bars(fast), bars(slow)), (10, 40));
        assert!(
            lines.iter().any(|line| line.starts_with("performance  p.slow") && line.contains("400.000 ms"))
        );
    }
}
