//! A record for programs: one JSON object on one line.

use serde::Serialize;
use serde_json::Map;

use super::{operation_of, other_fields};
use crate::export::{LogRecord, shown::json_shown, timestamp::Timestamp, values};

#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    level: &'static str,
    message: &'a str,
    service: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_id: Option<String>,
    target: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_fields: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Adds a line to `out`.
pub(super) fn write(out: &mut String, service: &str, record: &LogRecord) {
    let line = Line {
        timestamp: Timestamp(record.time).to_string(),
        level: record.level.as_str(),
        message: &record.message,
        service,
        operation: operation_of(record),
        trace_id: record.span.map(|span| span.trace_id.to_string()),
        span_id: record.span.map(|span| span.span_id.to_string()),
        target: &record.target,
        file: record.file.as_deref(),
        line: record.line,
        fields: other_fields(record)
            .map(|field| (field.key.to_string(), values::json(&field.value)))
            .collect(),
        dropped_fields: record.dropped_fields,
    };
    // Nothing in a line can fail to become JSON; should it ever, the line is left out.
    if let Ok(json) = serde_json::to_string(&line) {
        out.push_str(&json_shown(&json));
        out.push('\n');
    }
}
