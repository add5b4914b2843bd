//! The handles that a thread used last, so that the macros need no lock.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use metrics::{Counter, Gauge, Histogram, Key};

use super::{handles::ThreadHandle, series::series};
use crate::metrics::store::{CounterCells, GaugeCells, HistogramCells, Store};

/// Handles of each kind that a thread keeps at the most; beyond it starts anew.
const MAX_HANDLES: usize = 256;

type Handles<H> = RefCell<HashMap<Key, (u64, H)>>;

thread_local! {
    static COUNTERS: Handles<Counter> = RefCell::default();
    static GAUGES: Handles<Gauge> = RefCell::default();
    static HISTOGRAMS: Handles<Histogram> = RefCell::default();
}

/// Finds a kept handle or makes one; works without a cache where the thread has none any more.
macro_rules! cached {
    ($(#[$doc:meta])* $name:ident, $handle:ident, $cells:ident, $cache:ident) => {
        $(#[$doc])*
        pub(super) fn $name(store: &Store, key: &Key) -> $handle {
            let kept = $cache.try_with(|cache| {
                let cache = cache.try_borrow().ok()?;
                cache.get(key).filter(|(id, _)| *id == store.id()).map(|(_, handle)| handle.clone())
            });
            if let Ok(Some(handle)) = kept {
                return handle;
            }
            // A refused name is kept too: whoever uses it does so again and again.
            let series = series::<$cells>(store, key);
            let handle = series.map_or_else($handle::noop, |series| {
                $handle::from_arc(Arc::new(ThreadHandle(series)))
            });
            // A cache that is busy or gone costs speed only.
            let _ = $cache.try_with(|cache| {
                if let Ok(mut cache) = cache.try_borrow_mut() {
                    // Handles that are kept for nothing keep series that nobody feeds any more.
                    let is_stale = cache.values().next().is_some_and(|(id, _)| *id != store.id());
                    if is_stale || cache.len() >= MAX_HANDLES {
                        cache.clear();
                    }
                    cache.insert(key.clone(), (store.id(), handle.clone()));
                }
            });
            handle
        }
    };
}

cached!(
    /// A counter's handle.
    counter, Counter, CounterCells, COUNTERS
);
cached!(
    /// A gauge's handle.
    gauge, Gauge, GaugeCells, GAUGES
);
cached!(
    /// A histogram's handle.
    histogram, Histogram, HistogramCells, HISTOGRAMS
);
