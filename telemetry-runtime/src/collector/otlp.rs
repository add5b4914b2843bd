//! Events as log records.

use std::{
    borrow::Cow,
    time::{Duration, UNIX_EPOCH},
};

use opentelemetry::KeyValue;
use tracing::Level;

use super::{event::Event, packed::Packed};
use crate::{
    export::{
        LogRecord, SharedRecord,
        delivery::{Delivery, Exporter, Failure, Pending},
        writing::Numbered,
    },
    settings::EventSeverity,
};

/// The target of records that are events.
const TARGET: &str = "telemetry.events";

/// An exporter of log records that takes events.
pub(crate) struct AsLogRecords(pub(crate) Box<dyn Exporter<SharedRecord>>);

impl Exporter<Packed> for AsLogRecords {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn export<'a>(&'a mut self, batch: &'a [Packed]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            let records: Vec<SharedRecord> =
                batch.iter().map(|event| record(event.event(), event.number()).into()).collect();
            self.0.export(&records).await
        })
    }

    fn flush(&mut self) -> Pending<'_, Result<(), Failure>> {
        self.0.flush()
    }

    fn shutdown(&mut self) -> Pending<'_, Result<(), Failure>> {
        self.0.shutdown()
    }
}

fn record(event: Event, number: u64) -> LogRecord {
    let message = format!("{} event {}", event.event_type, event.operation);
    LogRecord {
        number,
        time: UNIX_EPOCH + Duration::from_micros(event.time.0),
        level: match event.severity {
            EventSeverity::Info => Level::INFO,
            EventSeverity::Warning => Level::WARN,
            EventSeverity::Error => Level::ERROR,
        },
        target: Cow::Borrowed(TARGET),
        file: None,
        line: None,
        message,
        fields: fields(event),
        dropped_fields: 0,
        span: None,
    }
}

fn fields(event: Event) -> Vec<KeyValue> {
    let mut fields = vec![
        KeyValue::new("event.type", event.event_type.as_str()),
        KeyValue::new("operation", event.operation),
    ];
    if !event.provider.is_empty() {
        fields.push(KeyValue::new("provider", event.provider));
    }
    fields.extend(event.value.map(|value| KeyValue::new("value", value)));
    fields.extend(event.status.map(|status| KeyValue::new("status", status)));
    if let Some(error) = event.error {
        fields.push(KeyValue::new("error.type", error.error_type));
        fields.extend(error.message.map(|message| KeyValue::new("error.message", message)));
        if !error.sources.is_empty() {
            fields.push(KeyValue::new("error.sources", error.sources.join("; ")));
        }
        fields.extend(error.backtrace.map(|trace| KeyValue::new("exception.stacktrace", trace)));
    }
    fields.extend(
        event.labels.into_iter().map(|(label, value)| KeyValue::new(format!("label.{label}"), value)),
    );
    fields
}
