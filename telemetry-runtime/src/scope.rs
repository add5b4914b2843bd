//! A small world of its own: clock, cells and breakers of one test.
//!
//! While a scope is entered, its thread has no slot, so every call takes the slow path and lands here. Programs pay
//! nothing for it.

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    breaker::Registry,
    cells::{CallCells, CellSource, SlotTable},
    clock::Clock,
    operation::{Bound, Operation},
};

/// A small world of its own: clock, cells and breakers of one test.
#[derive(Debug)]
pub(crate) struct Scope {
    clock: Clock,
    breakers: Arc<Registry>,
    operations: Mutex<HashMap<usize, Arc<ScopedOperation>>>,
    #[cfg(feature = "testing")]
    sink: Arc<crate::trace::ring::Sink>,
}

/// An operation's cells and bounds inside a scope.
#[derive(Debug)]
pub(crate) struct ScopedOperation {
    #[cfg(feature = "testing")]
    pub(crate) operation: &'static Operation,
    pub(crate) cells: Arc<SlotTable<CallCells>>,
    pub(crate) bound: Bound,
}

impl Scope {
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn operation(&self, operation: &'static Operation) -> Arc<ScopedOperation> {
        let place = std::ptr::from_ref(operation) as usize;
        let mut operations = self.operations.lock().unwrap_or_else(PoisonError::into_inner);
        let scoped = operations.entry(place).or_insert_with(|| {
            let cells = Arc::new(SlotTable::new());
            let source = CellSource::Counted(Arc::clone(&cells));
            Arc::new(ScopedOperation {
                #[cfg(feature = "testing")]
                operation,
                bound: Bound::new(operation, source, &self.clock, &self.breakers),
                cells,
            })
        });
        Arc::clone(scoped)
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<Scope>>> = const { RefCell::new(None) };
}

/// The scope that this thread has entered.
pub(crate) fn current() -> Option<Arc<Scope>> {
    CURRENT.try_with(|current| current.try_borrow().ok()?.clone()).ok().flatten()
}

#[cfg(feature = "testing")]
mod entering {
    use std::{marker::PhantomData, sync::Arc};

    use super::{CURRENT, Clock, Mutex, PoisonError, Registry, Scope, ScopedOperation};
    use crate::breaker;
    use crate::{
        thread::{self, Barred, Recording, Thread},
        trace::ring::{self, Sink},
    };

    impl Scope {
        pub(crate) fn new(clock: Clock) -> Self {
            Self {
                breakers: Arc::new(Registry::new(clock.clone())),
                operations: Mutex::default(),
                sink: Arc::new(Sink::new(clock.clone())),
                clock,
            }
        }

        /// The span records of the scope's calls.
        pub(crate) fn sink(&self) -> &Sink {
            &self.sink
        }

        pub(crate) fn breakers(&self) -> &Registry {
            &self.breakers
        }

        /// The operations that were called inside the scope.
        pub(crate) fn operations(&self) -> Vec<Arc<ScopedOperation>> {
            self.operations.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
        }
    }

    /// Enters a scope until the guard is dropped.
    pub(crate) fn enter(scope: Arc<Scope>) -> ScopeGuard {
        let sink = ring::replace_sink(Some(Arc::clone(&scope.sink)));
        let breakers = breaker::replace_current(Some(Arc::clone(&scope.breakers)));
        let outer = CURRENT.try_with(|current| current.replace(Some(scope))).ok().flatten();
        let recording = thread::with(|thread| thread.replace_recording(Recording::Everything));
        ScopeGuard {
            outer,
            sink,
            breakers,
            recording,
            barred: thread::with(Thread::bar),
            not_send: PhantomData,
        }
    }

    /// Leaves the scope when dropped.
    #[derive(Debug)]
    pub(crate) struct ScopeGuard {
        outer: Option<Arc<Scope>>,
        sink: Option<Arc<Sink>>,
        breakers: Option<Arc<Registry>>,
        recording: Recording,
        barred: Barred,
        not_send: PhantomData<*const ()>,
    }

    impl Drop for ScopeGuard {
        fn drop(&mut self) {
            let outer = self.outer.take();
            // Fails only in a destructor of the thread, where nothing is entered any more.
            drop(CURRENT.try_with(|current| current.replace(outer)));
            drop(ring::replace_sink(self.sink.take()));
            drop(breaker::replace_current(self.breakers.take()));
            thread::with(|thread| {
                thread.replace_recording(self.recording);
                thread.unbar(self.barred);
            });
        }
    }
}

#[cfg(feature = "testing")]
pub(crate) use entering::{ScopeGuard, enter};
