//! What a call costs, as a multiple of reading the clock twice in the same run.

pub(crate) mod growth;
pub(crate) mod idle;
pub(crate) mod policy;
pub(crate) mod sampled;
pub(crate) mod threads;
pub(crate) mod unsampled;

use crate::{
    measure::Measured,
    table::{Goal, Row, nanos},
};

/// A row beside the clock pair of the same run.
fn beside_clock(case: &str, measured: Measured, clock: Measured, most: f64) -> Row {
    Row::new(case, nanos(measured.nanos))
        .beside("clock pair", nanos(clock.nanos))
        .goal(Goal::AtMost(most))
        .no_allocations(measured.allocations)
}
