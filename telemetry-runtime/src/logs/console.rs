//! Records on standard output.

use std::io::{self, IsTerminal, Write};

use opentelemetry::Key;
use opentelemetry_sdk::Resource;

use super::{json, text};
use crate::export::{
    SharedRecord,
    delivery::{Delivery, Exporter, Failure, Pending},
    writing::{Console, Writing},
};

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Writes records to standard output, a line each.
pub(crate) struct ConsoleLogs {
    format: LogFormat,
    service: String,
    has_colours: bool,
    output: Writing<Console>,
}

impl ConsoleLogs {
    pub(crate) fn new(format: LogFormat, resource: &Resource) -> Self {
        // The agreed way to ask for none.
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let has_colours = io::stdout().is_terminal() && !is_plain;
        Self::to(Box::new(io::stdout()), format, has_colours, resource)
    }

    /// Writes to `sink` instead.
    fn to(sink: Box<dyn Write + Send>, format: LogFormat, has_colours: bool, resource: &Resource) -> Self {
        let service = resource.get(&Key::from_static_str("service.name"));
        let service = service.map(|name| name.as_str().into_owned()).unwrap_or_default();
        Self { format, service, has_colours, output: Writing::new(Console(sink)) }
    }
}

impl Exporter<SharedRecord> for ConsoleLogs {
    fn name(&self) -> &'static str {
        "console"
    }

    fn export<'a>(&'a mut self, batch: &'a [SharedRecord]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            let Self { format, service, has_colours, output } = self;
            let render = || {
                let mut lines = String::new();
                for record in batch {
                    match format {
                        LogFormat::Json => json::write(&mut lines, service, record),
                        LogFormat::Text => text::write(&mut lines, *has_colours, record),
                    }
                }
                lines
            };
            match output.write_batch(batch, render).await {
                Ok(()) => Delivery::ACCEPTED,
                Err(cause) => Delivery::refused(cause),
            }
        })
    }

    fn flush(&mut self) -> Pending<'_, Result<(), Failure>> {
        Box::pin(self.output.finished())
    }
}

#[cfg(test)]
mod tests;
