//! What a running call writes on its own span, which is the current one.

use std::fmt;

use super::parent::AsContext;
use crate::{
    operation::Operation,
    redact,
    thread::{self, ContextWords, Thread},
    trace::{
        push_link,
        record::{self, Encode, Encoder, FieldValue},
        ring,
    },
};

/// Whether the span that is current on this thread is recorded, so that its fields are worth their price.
#[must_use]
#[inline(always)]
pub fn recording() -> bool {
    thread::with(|thread| ContextWords::is_recorded_here(thread.flags()))
}

/// Sets an attribute of the current span.
pub(super) fn attribute<V: FieldValue + ?Sized>(key: &str, value: &V) {
    let mut attribute = Encoder::new(record::Kind::Attribute, thread::with(Thread::span));
    attribute.text(key);
    value.encode(&mut attribute);
    ring::push_addition(attribute.finish());
}

/// The fields of a call: one record, in which each value has the place of its name among the operation's.
///
/// Handed over when dropped, so that a value that panics does not take those before it along.
#[must_use]
#[derive(Debug)]
pub struct Fields {
    record: Encoder,
    /// Its length without a value whose own code writes it.
    whole: Option<usize>,
    /// Values in it.
    count: u32,
    /// Values in the records before it.
    before: u32,
    operation: u32,
    span: u64,
}

/// Words from which on values go into a next record; so none is too long for an empty ring.
const LONG: usize = record::MAX_TEXT / 8;

impl Fields {
    /// Those of the current span, whose names `operation` has.
    #[inline]
    pub fn of(operation: &'static Operation) -> Self {
        let (operation, span) = (operation.number(), thread::with(Thread::span));
        let record = Encoder::of_fields(operation, span, 0);
        Self { record, whole: None, count: 0, before: 0, operation, span }
    }

    #[inline(always)]
    fn end_value(&mut self) {
        self.record.next_place();
        self.count += 1;
        if self.record.len() > LONG {
            self.begin_next();
        }
    }

    #[cold]
    fn begin_next(&mut self) {
        self.push();
        self.before += self.count;
        self.count = 0;
        self.record = Encoder::of_fields(self.operation, self.span, self.before);
    }

    #[inline]
    fn push(&mut self) {
        if self.count > 0 {
            ring::push_additions(self.record.finish(), u64::from(self.count));
        }
    }
}

impl Drop for Fields {
    #[inline]
    fn drop(&mut self) {
        if let Some(whole) = self.whole {
            self.record.truncate(whole);
        }
        self.push();
    }
}

/// Sets the next field.
#[inline]
pub fn field<V: FieldValue + ?Sized>(fields: &mut Fields, value: &V) {
    value.encode(&mut fields.record);
    fields.end_value();
}

/// Sets the next field to a value's `Debug` form.
pub fn field_debug<V: fmt::Debug + ?Sized>(fields: &mut Fields, value: &V) {
    field_display(fields, &format_args!("{value:?}"));
}

/// Sets the next field to a value's `Display` form.
pub fn field_display<V: fmt::Display + ?Sized>(fields: &mut Fields, value: &V) {
    fields.whole = Some(fields.record.len());
    fields.record.formatted(&value);
    fields.whole = None;
    fields.end_value();
}

/// Sets what the call returned, as messages are shown: on one line, bounded, without the secrets of URLs.
pub(super) fn returned(value: &dyn fmt::Display) {
    attribute("return", &redact::message(value));
}

/// Links the current span to others.
pub fn links<L: AsContext>(others: impl IntoIterator<Item = L>) {
    let span = thread::with(Thread::span);
    for other in others {
        if let Some(context) = other.as_context() {
            push_link(span, &context, &[]);
        }
    }
}
