//! The spans of a test.

use std::fmt::Write;

use opentelemetry::{SpanId, trace::Status};
use opentelemetry_sdk::trace::SpanData;

use crate::{
    export::{Assembler, SpanLimits},
    scope::Scope,
    trace::record,
};

/// Attributes that every span of a call or of a callsite has; a tree leaves them out.
const COMMON: [&str; 8] = [
    "provider",
    "operation",
    "code.function.name",
    "code.file.path",
    "code.line.number",
    "code.module.name",
    "peer.service",
    "target",
];

/// The spans of the scope that have ended.
pub(super) fn ended(scope: &Scope) -> Vec<SpanData> {
    let mut assembler = Assembler::new(scope.clock().clone(), SpanLimits::default());
    record::decode(&scope.sink().words()).for_each(|record| assembler.take(record));
    // A span is complete one pass after its end was seen.
    assembler.finish_pass();
    assembler.finish_pass()
}

pub(super) fn tree(spans: &[SpanData]) -> String {
    let mut text = String::new();
    let is_root =
        |span: &&SpanData| spans.iter().all(|other| other.span_context.span_id() != span.parent_span_id);
    for root in in_order(spans.iter().filter(is_root)) {
        write_span(&mut text, spans, root, 0);
    }
    text
}

/// Without empty lines at both ends, and without the indent that all lines share.
pub(super) fn dedented(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let is_said = |line: &&str| !line.is_empty();
    let first = lines.iter().position(is_said).unwrap_or(lines.len());
    let last = lines.iter().rposition(is_said).map_or(first, |last| last + 1);
    let lines = &lines[first..last];
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let shared = lines.iter().copied().filter(is_said).map(|line| indent(&line)).min().unwrap_or(0);
    lines.iter().map(|line| format!("{}\n", line.get(shared..).unwrap_or_default())).collect()
}

fn write_span(text: &mut String, spans: &[SpanData], span: &SpanData, depth: usize) {
    let status = match &span.status {
        Status::Unset | Status::Ok => String::new(),
        Status::Error { description } => format!(" error: {description}"),
    };
    let attributes = span.attributes.iter().filter(|attribute| !COMMON.contains(&attribute.key.as_str()));
    let attributes: String = attributes.map(|kv| format!(" {}={}", kv.key, kv.value)).collect();
    // Writing into a string does not fail.
    let _ = writeln!(text, "{:indent$}{}{attributes}{status}", "", span.name, indent = 2 * depth);
    let children = spans.iter().filter(|child| is_child(child, span.span_context.span_id()));
    for child in in_order(children) {
        write_span(text, spans, child, depth + 1);
    }
}

fn is_child(span: &SpanData, parent: SpanId) -> bool {
    span.parent_span_id == parent
}

fn in_order<'a>(spans: impl Iterator<Item = &'a SpanData>) -> Vec<&'a SpanData> {
    let mut spans: Vec<&SpanData> = spans.collect();
    spans.sort_by_key(|span| span.start_time);
    spans
}
