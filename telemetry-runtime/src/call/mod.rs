//! One call from start to end, in the three forms that code has: a function, a future, a guard by hand.

mod by_hand;
mod future;
mod journey;
mod open;
mod place;
mod records;
mod spans;
mod sync;
mod token;

pub(crate) use self::records::configure as configure_records;
pub use self::{
    by_hand::Call,
    future::{Guarded, Instrumented, Live, Protected},
    open::{FromOpen, rejected, require_from_open, require_from_open_of},
    sync::{Admitted, Entered, EnteredUnit, admit, enter, enter_unit, once},
};
