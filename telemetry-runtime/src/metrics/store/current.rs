//! The registry of a test, while a thread is inside of it.
//!
//! Handles are often kept in statics, which tests share. So what the process's handles write goes to the test that
//! the thread is in.

use std::sync::Arc;

use super::Spec;
use crate::metrics::MetricRegistry;

/// The registry that this thread writes to instead of the spec's.
#[cfg(not(feature = "testing"))]
pub(crate) fn redirected(_: &Spec) -> Option<Arc<MetricRegistry>> {
    None
}

/// The registry that this thread reads: a test's while inside of it, else the process'.
pub(crate) fn registry() -> Arc<MetricRegistry> {
    #[cfg(feature = "testing")]
    if let Some(registry) = entering::current() {
        return registry;
    }
    Arc::clone(MetricRegistry::process())
}

#[cfg(feature = "testing")]
pub(crate) use entering::{StoreGuard, enter, redirected};

#[cfg(feature = "testing")]
mod entering {
    use std::{cell::RefCell, marker::PhantomData};

    use super::{Arc, MetricRegistry, Spec};

    thread_local! {
        static CURRENT: RefCell<Option<Arc<MetricRegistry>>> = const { RefCell::new(None) };
    }

    pub(crate) fn redirected(spec: &Spec) -> Option<Arc<MetricRegistry>> {
        if spec.is_of_process { current() } else { None }
    }

    pub(super) fn current() -> Option<Arc<MetricRegistry>> {
        CURRENT.try_with(|current| current.try_borrow().ok()?.clone()).ok().flatten()
    }

    /// Sends what this thread counts to `registry` until the guard is dropped.
    pub(crate) fn enter(registry: Arc<MetricRegistry>) -> StoreGuard {
        let outer = CURRENT.try_with(|current| current.replace(Some(registry))).ok().flatten();
        StoreGuard { outer, not_send: PhantomData }
    }

    /// Leaves a test's registry when dropped.
    #[derive(Debug)]
    pub(crate) struct StoreGuard {
        outer: Option<Arc<MetricRegistry>>,
        not_send: PhantomData<*const ()>,
    }

    impl Drop for StoreGuard {
        fn drop(&mut self) {
            let outer = self.outer.take();
            // Fails only in a destructor of the thread, where nothing is entered any more.
            drop(CURRENT.try_with(|current| current.replace(outer)));
        }
    }
}
