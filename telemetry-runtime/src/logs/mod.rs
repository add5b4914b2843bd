//! Log records: events of `tracing`, with the span around each, on standard output and over OTLP.

mod console;
mod json;
mod limits;
mod read;
mod text;

use std::{sync::Arc, time::SystemTime};

use opentelemetry::{KeyValue, StringValue, Value, trace::TraceState};
use tracing::{Event, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::{
    layer::{Context as LayerContext, Layer},
    registry::LookupSpan,
};

pub(crate) use self::console::{ConsoleLogs, LogFormat};
use self::read::Fields;
use crate::{
    export::{LogHub, LogRecord, SpanOfRecord},
    operation::{self, Operation},
    thread::{self, Recording, Thread},
    trace, tracing_layer,
};

/// Turns events of `tracing` into log records.
#[derive(Debug)]
pub(crate) struct LogLayer {
    hub: Arc<LogHub>,
}

impl LogLayer {
    pub(crate) fn new(hub: Arc<LogHub>) -> Self {
        Self { hub }
    }
}

impl<S> Layer<S> for LogLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: LayerContext<'_, S>) {
        if let Some(record) = record(event, &context, || self.hub.next_number()) {
            self.hub.push(record);
        }
    }
}

/// The record of an event; `None` for what telemetry itself does, which is no news of the program.
pub(crate) fn record<S>(
    event: &Event<'_>,
    context: &LayerContext<'_, S>,
    next_number: impl FnOnce() -> u64,
) -> Option<LogRecord>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    if thread::with(Thread::recording) == Recording::Nothing {
        return None;
    }
    let span = span_around(event, context);
    let mut fields = Fields::default();
    event.record(&mut fields);
    let current = if event.is_contextual() { operation::current() } else { None };
    fields.stand_in(current);
    // Records of the `log` crate come through one callsite a level, and bring their place along.
    let normalized = event.normalized_metadata();
    let foreign = normalized.as_ref();
    let own = event.metadata();
    let target = foreign.map_or(own.target().into(), |foreign| foreign.target().to_owned().into());
    // A record of a call is about the function that was called, not about the line that writes such records.
    let called = current
        .filter(|operation| own.target() == tracing_layer::RECORDS && fields.are_of(operation))
        .and_then(Operation::location);
    let file = match (foreign, called) {
        (Some(foreign), _) => foreign.file().map(|file| file.to_owned().into()),
        (None, Some((file, _))) => Some(file.into()),
        (None, None) => own.file().map(Into::into),
    };
    let line = foreign.map_or(own.line(), tracing::Metadata::line);
    Some(LogRecord {
        number: next_number(),
        time: SystemTime::now(),
        level: *own.level(),
        target,
        file,
        line: called.map_or(line, |(_, line)| Some(line)),
        message: fields.message,
        fields: fields.fields,
        dropped_fields: fields.dropped,
        span,
    })
}

/// The span around an event: the one it states, or what is current, whether that is recorded or not.
fn span_around<S>(event: &Event<'_>, context: &LayerContext<'_, S>) -> Option<SpanOfRecord>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let around = match event.parent() {
        Some(parent) => tracing_layer::context_of(parent, context)?.span_context().clone(),
        None if event.is_contextual() => trace::span_context(thread::with(Thread::context), TraceState::NONE),
        None => return None,
    };
    around.is_valid().then(|| SpanOfRecord {
        trace_id: around.trace_id(),
        span_id: around.span_id(),
        flags: around.trace_flags(),
    })
}

/// The operation that a record is about.
fn operation_of(record: &LogRecord) -> Option<String> {
    let text = |key: &str| {
        let field = record.fields.iter().find(|field| field.key.as_str() == key)?;
        match &field.value {
            Value::String(text) => Some(StringValue::as_str(text)),
            _ => None,
        }
    };
    Some(format!("{}.{}", text("provider")?, text("operation")?))
}

/// The fields of a record that stand nowhere else.
fn other_fields(record: &LogRecord) -> impl Iterator<Item = &KeyValue> {
    let is_known = operation_of(record).is_some();
    let is_other =
        move |field: &&KeyValue| !(is_known && matches!(field.key.as_str(), "provider" | "operation"));
    record.fields.iter().filter(is_other)
}
