//! Spans on standard output.
//!
//! For people: each finished trace as a tree. For programs: one JSON object a line.

mod json;
mod output;
mod text;
mod timestamp;
mod traces;
mod tree;

use std::io::{self, Write};

use opentelemetry::Key;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::delivery::{Delivery, Exporter, Failure, Pending};
use crate::Clock;
use output::{Mark, Output};
use traces::Traces;

/// What the console shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ConsoleFormat {
    /// A tree for each trace, once its local root has ended.
    #[default]
    Tree,
    /// A line for each span, at once.
    JsonLines,
}

/// Prints spans.
pub(crate) struct ConsoleExporter {
    service: String,
    output: Output,
    /// Absent where nothing is held back.
    traces: Option<Traces>,
}

impl ConsoleExporter {
    /// Prints to standard output; `clock` tells when a trace has been held back for too long.
    pub(crate) fn new(format: ConsoleFormat, resource: &Resource, clock: Clock) -> Self {
        Self::to(Box::new(io::stdout()), format, resource, clock)
    }

    /// Prints to `sink` instead.
    pub(crate) fn to(
        sink: Box<dyn Write + Send>,
        format: ConsoleFormat,
        resource: &Resource,
        clock: Clock,
    ) -> Self {
        let service = resource.get(&Key::from_static_str("service.name"));
        let service = service.map(|name| name.as_str().into_owned()).unwrap_or_default();
        let traces = (format == ConsoleFormat::Tree).then(|| Traces::new(clock));
        Self { service, output: Output::new(sink), traces }
    }

    fn render(&mut self, batch: &[SpanData]) -> String {
        let mut text = String::new();
        match &mut self.traces {
            Some(traces) => {
                for trace in traces.add(batch) {
                    tree::write(&mut text, &self.service, &trace);
                }
            }
            None => batch.iter().for_each(|span| json::write(&mut text, &self.service, span)),
        }
        text
    }

    fn render_held(&mut self) -> String {
        let held = self.traces.as_mut().map(Traces::take_all).unwrap_or_default();
        let mut text = String::new();
        for trace in held {
            tree::write(&mut text, &self.service, &trace);
        }
        text
    }
}

impl Exporter for ConsoleExporter {
    fn name(&self) -> &'static str {
        "console"
    }

    fn export<'a>(&'a mut self, batch: &'a [SpanData]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            let mark = Mark::of(batch);
            // A batch whose attempt was given up is being written still; it must not be printed twice.
            if !self.output.is_writing(mark) {
                // Its failure belongs to the batch before.
                drop(self.output.finished().await);
                let text = self.render(batch);
                self.output.begin(mark, text);
            }
            match self.output.finished().await {
                Ok(()) => Delivery::ACCEPTED,
                Err(cause) => Delivery::refused(cause),
            }
        })
    }

    /// Prints what is held back too, so that nothing is left when the program ends.
    fn flush(&mut self) -> Pending<'_, Result<(), Failure>> {
        Box::pin(async move {
            let before = self.output.finished().await;
            let text = self.render_held();
            self.output.begin(None, text);
            before.and(self.output.finished().await)
        })
    }
}

#[cfg(test)]
mod tests;
