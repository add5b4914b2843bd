//! One call from start to end, in the forms that code has: a function, a future, a stream, a guard by hand.

mod by_hand;
mod future;
mod journey;
mod live;
mod open;
mod place;
mod records;
mod running;
mod spans;
mod stream;
mod sync;
mod token;

pub(crate) use self::records::configure as configure_records;
pub use self::{
    by_hand::Call,
    future::{Instrumented, Protected},
    live::Live,
    open::{FromOpen, rejected, require_from_open, require_from_open_of, require_from_open_of_items},
    stream::{InstrumentedStream, LiveStream, ProtectedStream},
    sync::{Admitted, Entered, EnteredUnit, admit, enter, enter_unit, once},
};
