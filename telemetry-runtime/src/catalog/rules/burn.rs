//! How fast the budget of an objective is used up, over several windows at once.
//!
//! A long window says that it matters, a short one that it still goes on, so that an alert ends soon after its cause.

use std::collections::BTreeSet;

use super::{Alert, Group, Rule};
use crate::{catalog::objective::Objective, operation::Operation};

const WINDOWS: [&str; 7] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

/// So many times faster than the budget allows, over the long and over the short window.
type Burn = (f64, &'static str, &'static str);

/// 2 % of a month's budget in an hour, 5 % in six.
const FAST: [Burn; 2] = [(14.4, "1h", "5m"), (6.0, "6h", "30m")];
/// 10 % in a day, or in three.
const SLOW: [Burn; 2] = [(3.0, "1d", "2h"), (1.0, "3d", "6h")];

/// A group for each operation with an objective.
pub(super) fn groups(operations: &[&'static Operation]) -> Vec<Group> {
    let mut seen = BTreeSet::new();
    let objectives = operations.iter().filter_map(|operation| Objective::of(operation));
    // Operations of one name share their series; the first one's objective stands for them.
    let mut objectives: Vec<Objective> = objectives
        .filter(|objective| seen.insert((objective.operation.provider(), objective.operation.name())))
        .collect();
    objectives.sort_by_key(|objective| (objective.operation.provider(), objective.operation.name()));
    objectives.iter().map(group).collect()
}

fn group(objective: &Objective) -> Group {
    let name = format!("slo: {}.{}", objective.operation.provider(), objective.operation.name());
    let mut rules: Vec<Rule> = WINDOWS
        .iter()
        .map(|window| Rule::Record { name: ratio(window), expression: objective.error_ratio(window) })
        .collect();
    let alert = |name, burns: [Burn; 2], hold, severity| {
        let summary = "{{ $labels.provider }}.{{ $labels.operation }} uses up its error budget too fast: \
                       {{ $value | humanizePercentage }} of its calls are bad";
        let expression = burns.map(|burn| expression(objective, burn)).join(" or ");
        Rule::Alert(Alert { name, expression, hold, severity, summary })
    };
    rules.push(alert("SloBurnsFast", FAST, "2m", "critical"));
    rules.push(alert("SloBurnsSlowly", SLOW, "15m", "warning"));
    Group { name, rules }
}

fn ratio(window: &str) -> String {
    format!("operation:slo_errors:ratio_rate{window}")
}

fn expression(objective: &Objective, (times, long, short): Burn) -> String {
    let (selector, budget) = (objective.selector(), objective.budget);
    let burns = |window| format!("{}{{{selector}}} > {times} * {budget}", ratio(window));
    format!("({} and {})", burns(long), burns(short))
}
