//! What attributes expand to. Not public API: it changes with any release.
//!
//! Everything with a type or a branch is a function here, so that an expansion adds one static and one call.

use std::{fmt, pin::Pin};

pub use inventory;

pub use crate::{
    breaker::{BreakerSpec, Protection},
    call::{
        Admitted, Entered, EnteredUnit, FromOpen, Instrumented, InstrumentedStream, Live, LiveStream,
        Protected, ProtectedStream, admit, enter, enter_unit, once, rejected, require_from_open,
        require_from_open_of, require_from_open_of_items,
    },
    classify::{ErrorDetail, ErrorType, Judge, Pick, Verdict},
    operation::{Kind, Operation, Registered, Site},
    trace::record::{FieldValue, RecordWriter},
};
use crate::{
    thread::{self, ContextWords, Thread},
    trace::{
        record::{self, Encode, Encoder},
        ring,
    },
};

/// Gives the body's `return` its type without a value: `if let Some(r) = edge_none::<T>() { return r; }`.
#[must_use]
#[inline(always)]
pub const fn edge_none<T>() -> Option<T> {
    None
}

/// Boxes an instrumented future or stream as its function's return type wants it.
pub fn boxed<F>(inner: F) -> Pin<Box<F>> {
    Box::pin(inner)
}

/// As [`boxed`], for a return type without `Pin`.
pub fn boxed_unpinned<F>(inner: F) -> Box<F> {
    Box::new(inner)
}

/// Pins a box, so that what is in it can be polled.
pub fn pinned<F: ?Sized>(inner: Box<F>) -> Pin<Box<F>> {
    Box::into_pin(inner)
}

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
