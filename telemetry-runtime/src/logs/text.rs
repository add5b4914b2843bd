//! A record for people: one line.

use std::fmt::Write;

use tracing::Level;

use super::{operation_of, other_fields};
use crate::export::{LogRecord, shown::shown, timestamp::Timestamp};

/// Adds a line to `out`; only our own escape sequences are in it.
pub(super) fn write(out: &mut String, has_colours: bool, record: &LogRecord) {
    let (begin, end) = if has_colours { (colour(record.level), "\x1b[0m") } else { ("", "") };
    let target = shown(&record.target);
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        out,
        "{} {begin}{:>5}{end} {target}: {}",
        Timestamp(record.time),
        record.level,
        shown(&record.message)
    );
    for field in other_fields(record) {
        let _ = write!(out, " {}={}", shown(field.key.as_str()), shown(&field.value.as_str()));
    }
    if record.dropped_fields > 0 {
        let _ = write!(out, " dropped_fields={}", record.dropped_fields);
    }
    if let Some(operation) = operation_of(record) {
        let _ = write!(out, " operation={}", shown(&operation));
    }
    if let Some(span) = record.span {
        let _ = write!(out, " trace_id={} span_id={}", span.trace_id, span.span_id);
    }
    out.push('\n');
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        _ => "\x1b[2m",
    }
}
