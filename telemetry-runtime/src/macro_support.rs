//! What attributes expand to. Not public API: it changes with any release.
//!
//! Everything with a type or a branch is a function here, so that an expansion adds one static and one call.

use std::pin::Pin;

pub use inventory;

pub use crate::{
    breaker::{BreakerSpec, Protection},
    call::{
        Admitted, AdmittedLive, Admittee, AnyJudged, AsContext, Entered, EnteredParent, EnteredUnit, Failed,
        Fields, FromOpen, Instrumented, InstrumentedStream, Judged, Keep, Live, LiveStream, Parent,
        Protected, ProtectedStream, Under, admit, admit_future, enter, enter_unit, fall_back, field,
        field_debug, field_display, kept, links, once, parent, recording, rejected, require_from_open,
        require_from_open_of, require_from_open_of_items,
    },
    classify::{ErrorDetail, ErrorType, Judge, Pick, Verdict},
    operation::{
        Block, Keys, Kind, LabelText, LabelValue, Level, Operation, Sample, label, label_debug, label_display,
    },
    trace::record::{FieldValue, RecordWriter},
};

/// Gives the body's `return` its type without a value, where nobody comes: `if false { return edge::<T>(); }`.
#[must_use]
#[cold]
pub fn edge<T>() -> T {
    unreachable!("it stands behind `if false`")
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
