//! The operation of the call that a thread is in: log records are told of it.

#[cfg(feature = "logs")]
use std::cell::Cell;

use super::Operation;

#[cfg(feature = "logs")]
thread_local! {
    static CURRENT: Cell<Option<&'static Operation>> = const { Cell::new(None) };
}

/// A thread is inside of a call until this is dropped; calls nest. Without log records nobody asks, and it is nothing.
#[must_use]
#[derive(Debug)]
pub(crate) struct Inside {
    #[cfg(feature = "logs")]
    outer: Option<&'static Operation>,
}

impl Inside {
    #[inline(always)]
    pub(crate) fn of(operation: &'static Operation) -> Self {
        #[cfg(not(feature = "logs"))]
        let _ = operation;
        Self {
            #[cfg(feature = "logs")]
            outer: CURRENT.replace(Some(operation)),
        }
    }
}

#[cfg(feature = "logs")]
impl Drop for Inside {
    #[inline(always)]
    fn drop(&mut self) {
        CURRENT.set(self.outer);
    }
}

/// The operation of the innermost call that this thread is in.
#[cfg(feature = "logs")]
pub(crate) fn current() -> Option<&'static Operation> {
    CURRENT.get()
}
