//! What became of events, as metrics.

use super::Shared;
use crate::{
    export::{Lines, Totals, fill_families},
    metrics::{Family, FamilyKind},
};

/// The windows, as a sink.
const WINDOWS: &str = "windows";

/// For every sink, what was added is taken, was dropped or lives.
pub(crate) fn collect(shared: &Shared) -> Vec<Family> {
    let mut started =
        Family::new("telemetry_events_started_total", FamilyKind::Counter, "Events that were added.");
    let mut live =
        Family::new("telemetry_events_live", FamilyKind::Gauge, "Events that wait to be taken by the sink.");
    let mut events = Family::new(
        "telemetry_events_total",
        FamilyKind::Counter,
        "Events by what became of them at the sink.",
    );
    // Read before what is added: what is settled has been added.
    let lost = shared.lost();
    let windows = shared.windows.as_ref().map(|_| {
        let mut totals = shared.taken.read();
        totals.dropped.clone_from(&lost);
        Totals { name: WINDOWS.to_owned(), totals }
    });
    let lines = shared.lines.iter();
    let lines = lines.map(|line| Totals { name: line.name().to_owned(), totals: Lines::totals(line, &lost) });
    let sinks: Vec<Totals> = windows.into_iter().chain(lines).collect();
    fill_families([&mut started, &mut live, &mut events], shared.intake.started(), sinks);
    vec![started, live, events]
}
