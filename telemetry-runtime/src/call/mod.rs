//! One call from start to end, in the forms that code has: a function, a future, a stream, a guard by hand.

mod by_hand;
mod fallback;
mod future;
mod journey;
mod judged;
#[cfg(feature = "collector")]
mod listener;
mod live;
mod notes;
mod open;
mod parent;
mod place;
mod records;
mod running;
mod spans;
mod stream;
mod sync;
mod token;

#[cfg(feature = "collector")]
pub(crate) use self::listener::{EndedCall, listen};
#[cfg(feature = "_background")]
pub(crate) use self::records::held_back as held_back_records;
pub use self::{
    by_hand::Call,
    fallback::{AdmittedLive, Admittee, Failed, Keep, admit_future, fall_back, kept},
    future::{Instrumented, Protected},
    judged::{AnyJudged, Judged},
    live::Live,
    notes::{Fields, field, field_debug, field_display, links, recording},
    open::{FromOpen, rejected, require_from_open, require_from_open_of, require_from_open_of_items},
    parent::{AsContext, EnteredParent, Parent, Under, parent},
    stream::{InstrumentedStream, LiveStream, ProtectedStream},
    sync::{Admitted, Entered, EnteredUnit, admit, enter, enter_unit, once},
};
pub(crate) use self::{
    by_hand::record, records::configure as configure_records, spans::record_breaker_event,
};
