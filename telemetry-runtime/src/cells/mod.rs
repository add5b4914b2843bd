//! Counts that one thread writes and readers sum.

mod bounds;
mod call_cells;
mod exemplars;
mod slot_table;
mod source;

pub(crate) use bounds::{Bounds, DEFAULT_BOUNDS, MAX_BOUNDS, TickBounds};
pub(crate) use call_cells::{CallCells, CallTotals, End, Judged, LABEL_CHUNK};
pub(crate) use exemplars::{CallExemplar, Exemplars};
pub(crate) use slot_table::{Owned, Shared, SlotTable, Writer};
pub(crate) use source::CellSource;
