//! From a breaker's refusal to the value that a protected function returns.

use std::future::Future;

use futures_core::stream::Stream;

use crate::breaker::BreakerOpen;

/// A return type that can say that the breaker is open.
#[diagnostic::on_unimplemented(
    message = "a function with `breaker` must return a `Result` whose error can say that the breaker is open",
    label = "this type cannot",
    note = "return `Result<_, E>` and implement `From<telemetry_runtime::BreakerOpen>` for `E`, or take the function \
            out with `breaker(off)`"
)]
pub trait FromOpen {
    /// The value that says so.
    fn from_open(open: BreakerOpen) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E: From<BreakerOpen>> FromOpen for Result<T, E> {
    fn from_open(open: BreakerOpen) -> Self {
        Err(E::from(open))
    }
}

/// The value of a call that was refused.
#[cold]
pub fn rejected<T: FromOpen>(open: BreakerOpen) -> T {
    T::from_open(open)
}

/// Compiles only if `T` can say that the breaker is open.
pub const fn require_from_open<T: FromOpen>() {}

/// Compiles only if what `future` returns can say that the breaker is open.
pub const fn require_from_open_of<F: Future<Output: FromOpen>>(_future: &F) {}

/// Compiles only if the items of `stream` can say that the breaker is open.
pub const fn require_from_open_of_items<S: Stream<Item: FromOpen>>(_stream: &S) {}
