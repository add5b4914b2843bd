//! Log records of a test.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry::{KeyValue, SpanId, TraceId, Value};
use tracing::{Dispatch, Event, Level, Subscriber, dispatcher};
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt},
    registry::LookupSpan,
};

use crate::{export::LogRecord, logs, tracing_layer::TelemetryLayer};

/// A log record of a test, with the ids of the span around it.
///
/// ```
/// use telemetry_runtime::{Operation, testing::TestTelemetry};
///
/// let telemetry = TestTelemetry::with_logs();
/// Operation::new("finnhub", "quote").run(|| tracing::warn!(symbol = "ACME", "an old quote"));
/// let record = telemetry.assert_logged(tracing::Level::WARN, "an old quote");
/// assert_eq!(record.field("symbol").map(|symbol| symbol.to_string()).as_deref(), Some("ACME"));
/// assert_eq!(record.span_id, Some(telemetry.span("finnhub.quote").data().span_context.span_id()));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LoggedRecord {
    /// How severe it is.
    pub level: Level,
    /// Where it comes from, usually a module.
    pub target: String,
    /// Empty if it has only fields.
    pub message: String,
    /// Its other fields, secrets masked.
    pub fields: Vec<KeyValue>,
    /// The trace around it.
    pub trace_id: Option<TraceId>,
    /// The span around it.
    pub span_id: Option<SpanId>,
}

impl LoggedRecord {
    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|field| field.key.as_str() == name).map(|field| &field.value)
    }
}

/// `WARN shop::cart: too many items=7`.
impl fmt::Display for LoggedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.target, self.message)?;
        self.fields.iter().try_for_each(|field| write!(f, " {}={}", field.key, field.value))
    }
}

impl From<LogRecord> for LoggedRecord {
    fn from(record: LogRecord) -> Self {
        Self {
            level: record.level,
            target: record.target.into_owned(),
            message: record.message,
            fields: record.fields,
            trace_id: record.span.map(|span| span.trace_id),
            span_id: record.span.map(|span| span.span_id),
        }
    }
}

/// The records of a test, and the subscriber that takes them.
#[derive(Clone, Debug)]
pub(super) struct Captured {
    records: Records,
    dispatch: Dispatch,
}

type Records = Arc<Mutex<Vec<LoggedRecord>>>;

/// Takes records on this thread until dropped.
#[derive(Debug)]
pub(super) struct Capturing {
    _guard: dispatcher::DefaultGuard,
}

impl Captured {
    pub(super) fn new() -> Self {
        let records = Records::default();
        let layer = CaptureLayer { records: Arc::clone(&records) };
        let subscriber = tracing_subscriber::registry().with(TelemetryLayer::new()).with(layer);
        Self { records, dispatch: Dispatch::new(subscriber) }
    }

    pub(super) fn enter(&self) -> Capturing {
        Capturing { _guard: dispatcher::set_default(&self.dispatch) }
    }

    pub(super) fn records(&self) -> Vec<LoggedRecord> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Keeps every record.
#[derive(Debug)]
struct CaptureLayer {
    records: Records,
}

impl<S> Layer<S> for CaptureLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if let Some(record) = logs::record(event, &context, || 0) {
            self.records.lock().unwrap_or_else(PoisonError::into_inner).push(record.into());
        }
    }
}
