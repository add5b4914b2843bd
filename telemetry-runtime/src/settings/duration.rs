//! Durations as people write them.

use std::time::Duration;

pub(super) const ALLOWED: &str = "a duration such as `500ms`, `2s`, `1m`, `1h`, or a number of seconds";

const UNITS: [(&str, f64); 7] =
    [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];

/// A century: longer is a mistake, and would overflow when added to a clock.
const LONGEST_SECONDS: f64 = 100.0 * 365.0 * 86_400.0;

/// Reads `500ms`, `2s`, `1.5h`; a bare number is seconds.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim_start();
    let scale = if unit.is_empty() { 1.0 } else { UNITS.iter().find(|(name, _)| *name == unit)?.1 };
    let number: f64 = number.parse().ok()?;
    let seconds = number * scale;
    // Through nanoseconds, because 0.1 s as a float is a hair more than 100 ms.
    (seconds <= LONGEST_SECONDS).then(|| Duration::from_secs_f64((seconds * 1e9).round() / 1e9))
}

/// Writes a duration in the largest unit that is exact.
pub(super) fn show(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let (name, size) = [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000)]
        .into_iter()
        .chain([("ms", 1_000_000), ("us", 1_000), ("ns", 1)])
        .find(|(_, size)| nanos != 0 && nanos.is_multiple_of(*size))
        .unwrap_or(("s", 1_000_000_000));
    format!("{}{name}", nanos / size)
}
