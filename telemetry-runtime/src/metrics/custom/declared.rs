//! Metrics that settings declare.

use super::{Handle, LabelRule, MetricError, MetricRegistry, NewFamily};
use crate::metrics::store::{Cells, CounterCells, GaugeCells, HistogramCells};

/// A metric that settings declare; code that counts under its name finds help, labels and bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'a> {
    pub(crate) name: &'a str,
    pub(crate) help: &'a str,
    pub(crate) labels: &'a [&'a str],
    /// Of a histogram; none are those of durations.
    pub(crate) bounds: &'a [f64],
    pub(crate) limit: Option<usize>,
}

impl Declared<'_> {
    pub(crate) fn counter(self) -> Result<(), MetricError> {
        self.make::<CounterCells>()
    }

    pub(crate) fn gauge(self) -> Result<(), MetricError> {
        self.make::<GaugeCells>()
    }

    pub(crate) fn histogram(self) -> Result<(), MetricError> {
        self.make::<HistogramCells>()
    }

    fn make<C: Cells>(self) -> Result<(), MetricError> {
        let Self { name, help, labels, bounds, limit } = self;
        let labels = LabelRule::Exactly(labels);
        let new = NewFamily { name, raw: name, help, labels, bounds, limit, is_own: false };
        let table = MetricRegistry::process().store().family::<C>(new).map_err(MetricError)?;
        // A metric without labels has its one series from now on.
        drop(Handle::new(table));
        Ok(())
    }
}
