//! Spans that this thread has entered and not left.

use std::cell::RefCell;

use crate::trace::SpanGuard;

/// Entered spans that a thread remembers; deeper ones do not become current.
const MAX_ENTERED: usize = 1024;

thread_local! {
    static ENTERED: RefCell<Vec<(u64, SpanGuard)>> = const { RefCell::new(Vec::new()) };
}

/// Remembers what leaves the span `id`.
pub(super) fn push(id: u64, guard: SpanGuard) {
    // Fails only in a destructor of the thread; the span is left at once.
    let _ = ENTERED.try_with(|entered| {
        if let Ok(mut entered) = entered.try_borrow_mut()
            && entered.len() < MAX_ENTERED
        {
            entered.push((id, guard));
        }
    });
}

/// Leaves the span `id`, wherever in the stack it is.
pub(super) fn pop(id: u64) {
    let guard = ENTERED.try_with(|entered| {
        let mut entered = entered.try_borrow_mut().ok()?;
        let place = entered.iter().rposition(|(own, _)| *own == id)?;
        Some(entered.remove(place))
    });
    drop(guard);
}
