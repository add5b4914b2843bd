//! What was measured, beside what it should be.

use std::fmt::Write as _;

use crate::source::{Kind, Variant};

/// Seconds of check and build.
pub(crate) struct Row {
    pub(crate) kind: Kind,
    pub(crate) variant: Variant,
    pub(crate) seconds: [f64; 2],
    pub(crate) plain: [f64; 2],
}

/// Times of the plain crate at the most, for check and debug build.
fn goal(kind: Kind) -> Option<[f64; 2]> {
    match kind {
        Kind::AsyncFunctions => Some([2.8, 2.4]),
        Kind::ImplBlocks => Some([2.2, 2.2]),
        Kind::SyncFunctions => None,
    }
}

/// Milliseconds that a sync function may cost on top.
const SYNC_MILLISECONDS: f64 = 1.5;

pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = format!(
        "{:<16} {:<10} {:>8} {:>8} {:>10} {:>8} {:>8} {:>10}  goal\n",
        "1000 functions", "attribute", "check s", "x plain", "ms each", "build s", "x plain", "ms each"
    );
    for row in rows {
        let [check, build] = row.seconds;
        let [times_check, times_build] = [check / row.plain[0], build / row.plain[1]];
        // 1000 functions: seconds on top are milliseconds each.
        let [each_check, each_build] = [check - row.plain[0], build - row.plain[1]];
        writeln!(
            text,
            "{:<16} {:<10} {check:>8.2} {times_check:>8.2} {each_check:>10.2} {build:>8.2} {times_build:>8.2} \
             {each_build:>10.2}  {}",
            row.kind.name(),
            row.variant.name(),
            verdict(row, [times_check, times_build], [each_check, each_build])
        )
        .expect("memory");
    }
    text
}

fn verdict(row: &Row, times: [f64; 2], each: [f64; 2]) -> String {
    if row.variant != Variant::Ours {
        return String::new();
    }
    let (limits, seen, unit) = match goal(row.kind) {
        Some(limits) => (limits, times, "x"),
        None => ([SYNC_MILLISECONDS; 2], each, "ms"),
    };
    let is_met = seen.iter().zip(limits).all(|(seen, limit)| *seen <= limit);
    let met = if is_met { "met" } else { "not met" };
    format!("<= {} / {} {unit}: {met}", limits[0], limits[1])
}
