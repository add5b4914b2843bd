//! Series as the facade writes them.

use std::sync::Arc;

use metrics::{CounterFn, GaugeFn, HistogramFn};

use crate::metrics::store::{Child, CounterCells, GaugeCells, HistogramCells};

/// A handle of one thread: cloning it does not touch a count that threads share.
pub(super) struct ThreadHandle<C>(pub(super) Arc<Child<C>>);

impl CounterFn for ThreadHandle<CounterCells> {
    fn increment(&self, value: u64) {
        self.0.add(value);
    }

    fn absolute(&self, value: u64) {
        self.0.raise(value);
    }
}

impl GaugeFn for ThreadHandle<GaugeCells> {
    fn increment(&self, value: f64) {
        self.0.add(value);
    }

    fn decrement(&self, value: f64) {
        self.0.add(-value);
    }

    fn set(&self, value: f64) {
        self.0.set(value);
    }
}

impl HistogramFn for ThreadHandle<HistogramCells> {
    fn record(&self, value: f64) {
        self.0.record(value);
    }
}
