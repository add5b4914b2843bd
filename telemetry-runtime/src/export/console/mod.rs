//! Spans on standard output.
//!
//! For people: each finished trace as a tree. For programs: one JSON object a line.

mod json;
mod traces;
mod tree;

use std::io::{self, Write};

use opentelemetry::Key;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::delivery::{Delivery, Exporter, Failure, Pending};
use super::writing::{Console, Writing};
use crate::Clock;
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
    output: Writing<Console>,
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
        Self { service, output: Writing::new(Console(sink)), traces }
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

fn render(service: &str, traces: Option<&mut Traces>, batch: &[SpanData]) -> String {
    let mut text = String::new();
    match traces {
        Some(traces) => {
            for trace in traces.add(batch) {
                tree::write(&mut text, service, &trace);
            }
        }
        None => batch.iter().for_each(|span| json::write(&mut text, service, span)),
    }
    text
}

impl Exporter for ConsoleExporter {
    fn name(&self) -> &'static str {
        "console"
    }

    fn export<'a>(&'a mut self, batch: &'a [SpanData]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            let Self { service, traces, output } = self;
            match output.write_batch(batch, || render(service, traces.as_mut(), batch)).await {
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
