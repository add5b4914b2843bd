//! From a returned value to its outcome.
//!
//! `Result` decides by `Ok` and `Err`; every other type is a success, unless it implements [`Classify`]. The kind of
//! an error is its [`ErrorType`] if it has one, else the name of its type.

mod error_type;
mod pick;
mod verdict;

pub use error_type::ErrorType;
pub(crate) use pick::ByItself;
#[cfg(feature = "tower")]
pub(crate) use pick::{ByNamedDisplay, ByTypedDisplay};
pub use pick::{Judge, Pick};
pub use verdict::{Classify, ErrorDetail, Verdict};
