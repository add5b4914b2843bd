//! The fields of an event as a record has them.

use std::{
    error::Error,
    fmt,
    fmt::Write,
    panic::{AssertUnwindSafe, catch_unwind},
};

use opentelemetry::{Key, KeyValue, Value};
use tracing::field::{Field, Visit};

use super::limits::{MAX_CAUSES, MAX_FIELDS, MAX_TEXT};
use crate::{operation::Operation, redact};

/// The message and the other fields.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) message: String,
    pub(super) fields: Vec<KeyValue>,
    pub(super) dropped: u32,
}

impl Fields {
    fn add(&mut self, field: &Field, value: impl Into<Value>) {
        // Where a record of the `log` crate comes from stands elsewhere.
        if !field.name().starts_with("log.") {
            self.add_named(Key::from_static_str(field.name()), value.into());
        }
    }

    fn add_named(&mut self, key: Key, value: Value) {
        if self.fields.len() == MAX_FIELDS {
            self.dropped += 1;
            return;
        }
        let is_secret = redact::is_secret_name(key.as_str());
        let value = if is_secret { Value::from(redact::REDACTED) } else { value };
        self.fields.push(KeyValue::new(key, value));
    }

    fn add_text(&mut self, field: &Field, text: String) {
        if field.name() == "message" {
            self.message = text;
        } else {
            self.add(field, text);
        }
    }
}

impl Fields {
    /// Whether they say that they are about the operation.
    pub(super) fn are_of(&self, operation: &Operation) -> bool {
        let says = |key: &str, text: &str| {
            self.fields.iter().any(|field| field.key.as_str() == key && field.value.as_str() == text)
        };
        says("provider", operation.provider()) && says("operation", operation.name())
    }

    /// Says in which operation's call the event was, unless it says so itself: records of calls do.
    pub(super) fn stand_in(&mut self, operation: Option<&'static Operation>) {
        let is_said = |field: &KeyValue| matches!(field.key.as_str(), "provider" | "operation");
        if let Some(operation) = operation
            && !self.fields.iter().any(is_said)
        {
            let place = [("provider", operation.provider()), ("operation", operation.name())];
            self.fields.extend(place.map(|(key, value)| KeyValue::new(key, value)));
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.add(field, value),
            Err(_) => self.add(field, value.to_string()),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add_text(field, cut(value));
    }

    /// Bytes that are no text become it as far as they can.
    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        let value = &value[..value.len().min(MAX_TEXT)];
        self.add_text(field, String::from_utf8_lossy(value).into_owned());
    }

    /// As error messages leave the program everywhere: without secrets of URLs, in a bounded text.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.add_text(field, redact::message(value));
        let causes = std::iter::successors(value.source(), |cause| (**cause).source()).take(MAX_CAUSES);
        let causes: Vec<String> = causes.map(|cause| redact::message(cause)).collect();
        if !causes.is_empty() {
            self.add_named(Key::from(format!("{}.chain", field.name())), causes.join("\n").into());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = Bounded(String::new());
        // Code of the program, which would run without telemetry: what it said before a panic is kept.
        // An error means that there was no room for all of it, or that the value could not say all of it.
        drop(catch_unwind(AssertUnwindSafe(|| write!(text, "{value:?}"))));
        self.add_text(field, text.0);
    }
}

fn cut(text: &str) -> String {
    let mut bounded = Bounded(String::new());
    // Fails where it cuts.
    let _ = bounded.write_str(text);
    bounded.0
}

/// Stops where a text is cut; the rest need not even be formatted.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let room = MAX_TEXT - self.0.len().min(MAX_TEXT);
        if piece.len() <= room {
            self.0.push_str(piece);
            return Ok(());
        }
        self.0.push_str(&piece[..piece.floor_char_boundary(room)]);
        self.0.push('…');
        Err(fmt::Error)
    }
}
