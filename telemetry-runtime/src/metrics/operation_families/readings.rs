//! What operations add up to, for those who look at them one by one.

use std::collections::BTreeMap;

use super::{Buckets, Entry, OperationIndex};
use crate::{cells::CallTotals, operation::Operation};

/// What the operations of one label set add up to; the figures are those of the families.
#[derive(Clone, Debug)]
pub(crate) struct OperationReading {
    /// The first of them.
    pub(crate) operation: &'static Operation,
    /// The bounds of `totals`.
    pub(crate) buckets: Buckets,
    pub(crate) success: u64,
    /// None where no operation counts its requests.
    pub(crate) requests: Option<CallTotals>,
    /// None where no operation measures its time.
    pub(crate) durations: Option<CallTotals>,
    pub(crate) errors: BTreeMap<&'static str, u64>,
}

impl OperationIndex {
    /// Reads the cells once, as for the families.
    pub(crate) fn readings(&self) -> Vec<OperationReading> {
        self.entries.iter().filter_map(Entry::reading).collect()
    }
}

impl Entry {
    fn reading(&self) -> Option<OperationReading> {
        let operation = self.operations.first()?.operation;
        let totals = self.totals();
        let success = totals.requests.as_ref().map_or(0, |requests| self.success(requests));
        Some(OperationReading {
            operation,
            buckets: self.bounds.buckets.clone(),
            success,
            requests: totals.requests,
            durations: totals.durations,
            errors: totals.errors,
        })
    }
}
