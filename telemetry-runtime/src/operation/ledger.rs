//! What an operation keeps of its calls.

use std::sync::OnceLock;

use super::{Bound, ErrorLabels, Operation, catalog, root_share::RootShare};
use crate::{
    breaker,
    cells::{CallCells, CellSource, Exemplars, SlotTable},
    clock,
};

/// What an operation keeps of its calls, made for the first of them.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) cells: SlotTable<CallCells>,
    bound: OnceLock<Bound>,
    pub(super) error_labels: ErrorLabels,
    number: OnceLock<u32>,
    pub(super) share: RootShare,
    pub(super) exemplars: Exemplars,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            cells: SlotTable::new(),
            bound: OnceLock::new(),
            error_labels: ErrorLabels::new(),
            number: OnceLock::new(),
            share: RootShare::new(),
            exemplars: Exemplars::default(),
        }
    }

    /// As [`Operation::bound`], which has this ledger.
    #[inline(always)]
    pub(super) fn bound(&'static self, operation: &'static Operation) -> &'static Bound {
        match self.bound.get() {
            Some(bound) => bound,
            None => self.bind(operation),
        }
    }

    #[cold]
    fn bind(&'static self, operation: &'static Operation) -> &'static Bound {
        self.bound.get_or_init(|| {
            let source = CellSource::Static(&self.cells);
            Bound::new(operation, source, clock::process(), breaker::Registry::process())
        })
    }

    /// Its bounds, if a call has ended or somebody has asked.
    pub(super) fn known_bound(&self) -> Option<&Bound> {
        self.bound.get()
    }

    #[inline]
    pub(super) fn number(&self, operation: &'static Operation) -> u32 {
        *self.number.get_or_init(|| catalog::give_number(operation))
    }
}
