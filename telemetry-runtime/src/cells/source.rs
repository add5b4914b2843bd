//! Where an operation's cells are, in the process or in a test.

use std::sync::Arc;

use super::{CallCells, SlotTable};

/// Cells of one operation, for those who read them.
#[derive(Clone, Debug)]
pub(crate) enum CellSource {
    /// Those of the process.
    Static(&'static SlotTable<CallCells>),
    /// Those of a test scope.
    Counted(Arc<SlotTable<CallCells>>),
}

impl CellSource {
    /// Whether they are not a test's.
    pub(crate) fn is_of_process(&self) -> bool {
        matches!(self, Self::Static(_))
    }

    pub(crate) fn table(&self) -> &SlotTable<CallCells> {
        match self {
            Self::Static(cells) => cells,
            Self::Counted(cells) => cells,
        }
    }
}
