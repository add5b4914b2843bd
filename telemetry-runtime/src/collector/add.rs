//! What programs add.

use std::{backtrace::Backtrace, borrow::Cow, error::Error, time::Duration};

use super::{
    EventCollector,
    event::EventError,
    packed::{Detail, Header, Packed},
};
use crate::{
    call::EndedCall,
    classify::ErrorType,
    export::DropReason,
    outcome::Outcome,
    redact,
    settings::{EventSeverity, EventType},
};

/// How many causes of an error are told.
const MAX_SOURCES: usize = 8;

/// Longest backtrace, in bytes.
const MAX_BACKTRACE: usize = 16 * 1024;

/// The most labels of an event; further ones are left out.
const MAX_LABELS: usize = 32;

impl EventCollector {
    /// Tells that `name` took so long with `provider`.
    pub fn add_performance_event(&self, name: &str, duration: Duration, provider: &str) {
        let value = Some(duration.as_secs_f64());
        self.add(EventType::Performance, EventSeverity::Info, [provider, name], value, None);
    }

    /// Tells that `operation` failed with `provider`.
    ///
    /// The message follows the privacy rule: no user info or query values of URLs, 1 KiB at most, and none where
    /// `telemetry.error_messages` is off.
    pub fn add_error_event<E: ErrorType + Error>(&self, error: &E, provider: &str, operation: &str) {
        self.add_error_event_named(error.error_type(), error, provider, operation);
    }

    /// The same for an error of the kind `error_type`, which it does not say itself.
    pub fn add_error_event_named(
        &self,
        error_type: &str,
        error: &dyn Error,
        provider: &str,
        operation: &str,
    ) {
        let detail = Detail { error: Some(self.error(error_type, error)), ..Detail::default() };
        self.add(EventType::Error, EventSeverity::Error, [provider, operation], None, Some(&detail));
    }

    /// Tells that the metric `name` has that value; the label `provider` says whose it is, if there is one.
    ///
    /// Values of labels whose name says that they are secrets are masked. A value that is no finite number is dropped
    /// and counted as `serialize`.
    pub fn add_metric_event(&self, name: &str, value: f64, labels: &[(&str, &str)]) {
        let provider = labels.iter().find(|(label, _)| *label == "provider").map_or("", |(_, value)| value);
        let shown = |(label, value): &(&str, &str)| {
            let value = if redact::is_secret_name(label) { redact::REDACTED } else { value };
            ((*label).to_owned(), redact::message(&value))
        };
        let detail =
            Detail { labels: labels.iter().take(MAX_LABELS).map(shown).collect(), ..Detail::default() };
        let detail = (!labels.is_empty()).then_some(&detail);
        self.add(EventType::Metric, EventSeverity::Info, [provider, name], Some(value), detail);
    }

    fn add(
        &self,
        event_type: EventType,
        severity: EventSeverity,
        [provider, operation]: [&str; 2],
        value: Option<f64>,
        detail: Option<&Detail<'_>>,
    ) {
        let shared = &self.shared;
        let number = shared.intake.next_number();
        if value.is_some_and(|value| !value.is_finite()) {
            return shared.lose(DropReason::Serialize, 1);
        }
        let time = u64::try_from(shared.clock.now().as_nanos()).unwrap_or(u64::MAX);
        let header = Header { number, time, event_type, severity, provider, operation, value };
        shared.intake.push(Packed::new(header, detail));
    }

    fn error(&self, error_type: &str, error: &dyn Error) -> EventError {
        let message = |error: &dyn Error| redact::message(&error);
        let sources = std::iter::successors(error.source(), |source: &&dyn Error| (*source).source());
        EventError {
            error_type: error_type.to_owned(),
            message: self.shared.has_messages.then(|| message(error)),
            sources: match self.shared.has_messages {
                true => sources.take(MAX_SOURCES).map(message).collect(),
                false => Vec::new(),
            },
            backtrace: self.shared.has_backtraces.then(backtrace),
        }
    }
}

fn backtrace() -> String {
    let mut text = Backtrace::force_capture().to_string();
    text.truncate(text.floor_char_boundary(MAX_BACKTRACE));
    text
}

impl EventCollector {
    /// Tells of a call: of its error if it failed or panicked, else of how long it took.
    pub(crate) fn add_call(&self, call: EndedCall) {
        let EndedCall { operation, duration, outcome, message } = call;
        let error = match outcome {
            Outcome::Error { error_type } => Some(error_type.as_str()),
            Outcome::Panicked => Some(outcome.status()),
            _ => None,
        };
        let error = error.map(|error_type| EventError {
            error_type: error_type.to_owned(),
            message,
            ..EventError::default()
        });
        let (event_type, severity) = match outcome {
            _ if error.is_some() => (EventType::Error, EventSeverity::Error),
            Outcome::Success => (EventType::Performance, EventSeverity::Info),
            _ => (EventType::Performance, EventSeverity::Warning),
        };
        let detail = Detail { status: Some(Cow::Borrowed(outcome.status())), error, ..Detail::default() };
        let names = [operation.provider(), operation.name()];
        self.add(event_type, severity, names, Some(duration.as_secs_f64()), Some(&detail));
    }
}
