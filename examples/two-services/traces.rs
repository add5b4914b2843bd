//! Spans of several processes, put together again.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt::Write as _,
    fs::File,
    io::{BufRead as _, BufReader},
    path::PathBuf,
};

use serde::Deserialize;
use serde_json::Value;

/// A span as OTLP's JSON states it, and the service that it is of.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Span {
    trace_id: String,
    span_id: String,
    #[serde(default)]
    parent_span_id: String,
    name: String,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    #[serde(skip)]
    service: String,
}

impl Span {
    fn start(&self) -> u64 {
        self.start_time_unix_nano.parse().unwrap_or_default()
    }

    fn millis(&self) -> f64 {
        let end: u64 = self.end_time_unix_nano.parse().unwrap_or_default();
        std::time::Duration::from_nanos(end.saturating_sub(self.start())).as_secs_f64() * 1e3
    }
}

/// Reads files of OTLP JSON Lines.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Span>, Box<dyn Error>> {
    let mut spans = Vec::new();
    for file in files {
        for line in BufReader::new(File::open(file)?).lines() {
            let request: Value = serde_json::from_str(&line?)?;
            for resource in array(&request["resourceSpans"]) {
                let service = service(&resource["resource"]);
                for scope in array(&resource["scopeSpans"]) {
                    for span in array(&scope["spans"]) {
                        let span = Span::deserialize(span)?;
                        spans.push(Span { service: service.clone(), ..span });
                    }
                }
            }
        }
    }
    Ok(spans)
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn service(resource: &Value) -> String {
    let name = array(&resource["attributes"]).find(|attribute| attribute["key"] == "service.name");
    name.and_then(|name| name["value"]["stringValue"].as_str()).unwrap_or("?").to_owned()
}

/// Each trace as a tree, in the order of their beginnings; a span whose parent is missing stands at its top.
pub(crate) fn text(spans: &[Span]) -> String {
    let mut traces: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    for span in spans {
        traces.entry(&span.trace_id).or_default().push(span);
    }
    let mut traces: Vec<_> = traces.into_iter().collect();
    for (_, spans) in &mut traces {
        spans.sort_by_key(|span| span.start());
    }
    traces.sort_by_key(|(_, spans)| spans.first().map(|span| span.start()));

    let mut text = String::new();
    for (id, spans) in traces {
        let services: std::collections::BTreeSet<&str> = spans.iter().map(|span| &*span.service).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "trace {id}: {} spans of {} services", spans.len(), services.len());
        for root in spans.iter().filter(|span| spans.iter().all(|other| other.span_id != span.parent_span_id))
        {
            branch(&mut text, root, &spans, 0);
        }
        text.push('\n');
    }
    text
}

fn branch(text: &mut String, span: &Span, all: &[&Span], depth: usize) {
    let name = format!("{}{}", "  ".repeat(depth), span.name);
    let _ = writeln!(text, "  {:<8}{name:<40}{:>8.1} ms", span.service, span.millis());
    for child in all.iter().filter(|child| child.parent_span_id == span.span_id) {
        branch(text, child, all, depth + 1);
    }
}
