//! What a running call writes on its own span, which is the current one.

use std::fmt;

use super::parent::AsContext;
use crate::{
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
    thread::with(|thread| {
        thread.flags() & (ContextWords::SAMPLED | ContextWords::REMOTE) == ContextWords::SAMPLED
    })
}

/// Sets a field of the current span.
pub fn field<V: FieldValue + ?Sized>(key: &str, value: &V) {
    let mut attribute = Encoder::new(record::Kind::Attribute, thread::with(Thread::span));
    attribute.text(key);
    value.encode(&mut attribute);
    ring::push_addition(attribute.finish());
}

/// Sets a field of the current span to a value's `Debug` form.
pub fn field_debug<V: fmt::Debug + ?Sized>(key: &str, value: &V) {
    field(key, &format!("{value:?}"));
}

/// Sets a field of the current span to a value's `Display` form.
pub fn field_display<V: fmt::Display + ?Sized>(key: &str, value: &V) {
    field(key, &value.to_string());
}

/// Sets what the call returned, as messages are shown: on one line, bounded, without the secrets of URLs.
pub(super) fn returned(value: &dyn fmt::Display) {
    field("return", &redact::message(value));
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
