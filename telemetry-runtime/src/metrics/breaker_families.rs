//! The families that breakers feed.

use super::{Family, FamilyKind, Labels, Value};
use crate::breaker::{BreakerCounts, BreakerState};

pub(crate) fn collect(breakers: &[BreakerCounts]) -> Vec<Family> {
    let mut states = Family::new(
        "circuit_breaker_state",
        FamilyKind::Gauge,
        "1 for the state that the breaker is in, 0 for the others.",
    );
    let mut transitions =
        Family::new("circuit_breaker_transitions_total", FamilyKind::Counter, "Changes of state.");
    let mut rejected =
        Family::new("circuit_breaker_rejected_total", FamilyKind::Counter, "Calls that the breaker refused.");
    for breaker in breakers {
        let labels = Labels::new([("breaker", breaker.name)]);
        for state in BreakerState::ALL {
            let is_in = if state == breaker.state { 1.0 } else { 0.0 };
            states.push(&labels.and("state", state.as_str()), Value::Gauge(is_in));
        }
        for (from, to, count) in &breaker.transitions {
            transitions
                .push(&labels.and("from", from.as_str()).and("to", to.as_str()), Value::Counter(*count));
        }
        rejected.push(&labels, Value::Counter(breaker.rejected));
    }
    vec![states, transitions, rejected]
}
