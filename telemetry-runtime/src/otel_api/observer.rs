//! Contexts that the official API attaches, on our stack of current spans.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use opentelemetry::{
    Context as OfficialContext, SpanId,
    context::{ContextObserver, GlobalContextObserver},
    trace::TraceContextExt,
};

use super::current::is_same;
use crate::trace::{Context, SpanGuard, enter_until_dropped};

/// Attached contexts that a thread remembers; deeper ones do not become current here.
const MAX_ATTACHED: usize = 1024;

static IS_WATCHING: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Spans of attached contexts, each with what makes current again what was before.
    static ATTACHED: RefCell<Vec<(SpanId, SpanGuard)>> = const { RefCell::new(Vec::new()) };
}

/// Follows every context that is attached from now on.
pub(super) fn watch() {
    if !IS_WATCHING.swap(true, Ordering::Relaxed) {
        GlobalContextObserver::set(Arc::new(Observer));
    }
}

/// It is called while the official stack is borrowed, so nothing here may ask for the current official context.
struct Observer;

impl ContextObserver for Observer {
    fn on_context_enter(&self, from: &OfficialContext, to: &OfficialContext) {
        let (from, to) = (from.span(), to.span());
        let (from, to) = (from.span_context(), to.span_context());
        // What changes only values has no say in what is current.
        if is_same(from, to) {
            return;
        }
        let entered = enter_until_dropped(&Context::new(to.clone()));
        // Fails only in a destructor of the thread; it is left at once.
        let _ = ATTACHED.try_with(|attached| {
            if let Ok(mut attached) = attached.try_borrow_mut()
                && attached.len() < MAX_ATTACHED
            {
                attached.push((to.span_id(), entered));
            }
        });
    }

    fn on_context_exit(&self, from: &OfficialContext, to: &OfficialContext) {
        let (from, to) = (from.span(), to.span());
        if is_same(from.span_context(), to.span_context()) {
            return;
        }
        // Those between the two were detached before, in another order, of which nobody told.
        let left = ATTACHED.try_with(|attached| {
            let mut attached = attached.try_borrow_mut().ok()?;
            let until = to.span_context().span_id();
            let kept = attached.iter().rposition(|(span, _)| *span == until).map_or(0, |place| place + 1);
            Some(attached.split_off(kept))
        });
        // The last that was attached is the first to be left.
        left.ok().flatten().into_iter().flatten().rev().for_each(drop);
    }
}
