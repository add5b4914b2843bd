//! Values of fields, written into records as they come.

use std::{
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use tracing::{
    Metadata,
    field::{Field, Visit},
};

use crate::{
    redact,
    trace::record::{Encode, Encoder, MAX_TEXT},
};

/// Causes of an error that are told; it may be its own cause.
const MAX_CAUSES: usize = 16;

/// Writes values with the places of their fields.
pub(super) struct Values<'a> {
    record: &'a mut Encoder,
    /// How many fields there are; the causes of errors have places beyond.
    fields: usize,
    count: u64,
}

impl<'a> Values<'a> {
    pub(super) fn new(record: &'a mut Encoder, metadata: &Metadata<'_>) -> Self {
        Self { record, fields: metadata.fields().len(), count: 0 }
    }

    /// How many were written.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    fn write(&mut self, place: usize, value: &(impl Encode + ?Sized)) {
        self.record.set_place(place);
        value.encode(self.record);
        self.count += 1;
    }
}

impl Visit for Values<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.write(field.index(), &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field.index(), &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field.index(), &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field.index(), &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field.index(), value);
    }

    /// Bytes that are no text become it as far as they can.
    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        let value = &value[..value.len().min(MAX_TEXT)];
        self.write(field.index(), &*String::from_utf8_lossy(value));
    }

    /// As error messages leave the program everywhere: without secrets of URLs, in a bounded text.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.write(field.index(), redact::message(value).as_str());
        let causes = std::iter::successors(value.source(), |cause| (**cause).source()).take(MAX_CAUSES);
        let causes: Vec<String> = causes.map(|cause| redact::message(cause)).collect();
        if !causes.is_empty() {
            self.write(self.fields + field.index(), causes.join("\n").as_str());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let before = self.record.len();
        self.record.set_place(field.index());
        let formatted = AssertUnwindSafe(|| self.record.formatted(&format_args!("{value:?}")));
        // Code of the program, which would run without telemetry: what it cannot say is left out.
        match catch_unwind(formatted) {
            Ok(()) => self.count += 1,
            Err(_) => self.record.truncate(before),
        }
    }
}
