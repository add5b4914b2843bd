//! What was called, for the messages of failed assertions.

use std::{collections::BTreeMap, fmt::Write};

use crate::metrics::{Snapshot, Value};

/// Operations that a message names beside the one in question.
const MOST_OTHERS: usize = 8;

/// Ends of calls, in the order in which messages tell of them.
const STATUSES: [&str; 5] = ["success", "error", "rejected", "cancelled", "panicked"];

/// Provider and operation.
type Name<'s> = (&'s str, &'s str);

/// Counts by what they are of: a status, or a type of error.
type Counts<'s> = BTreeMap<&'s str, u64>;

/// What was called, by operation.
#[derive(Debug, Default)]
pub(super) struct Seen<'s>(BTreeMap<Name<'s>, (Counts<'s>, Counts<'s>)>);

impl<'s> Seen<'s> {
    /// The calls whose series have all of `labels`.
    pub(super) fn of(snapshot: &'s Snapshot, labels: &[(&str, &str)]) -> Self {
        let mut seen = Self::default();
        for (is_error, family, by) in
            [(false, "adapter_requests_total", "status"), (true, "adapter_errors_total", "error_type")]
        {
            let series = snapshot.family(family).map(|family| &*family.series).unwrap_or_default();
            for series in series {
                let Value::Counter(count @ 1..) = series.value else { continue };
                let text = |label| series.labels.get(label).unwrap_or_default();
                if labels.iter().all(|(label, value)| text(label) == *value) {
                    let counts = seen.0.entry((text("provider"), text("operation"))).or_default();
                    let counts = if is_error { &mut counts.1 } else { &mut counts.0 };
                    *counts.entry(text(by)).or_default() += count;
                }
            }
        }
        seen
    }

    /// `3 calls: 2 success, 1 error (1 timeout)`.
    pub(super) fn told(&self, provider: &str, operation: &str) -> String {
        let Some((statuses, errors)) = self.0.get(&(provider, operation)) else {
            return "no call".to_owned();
        };
        let types: Vec<String> = errors.iter().map(|(error, count)| format!("{count} {error}")).collect();
        let types = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
        let ends: Vec<String> = STATUSES
            .iter()
            .filter_map(|status| Some((status, statuses.get(status)?)))
            .map(|(status, count)| {
                format!("{count} {status}{}", if *status == "error" { &types } else { "" })
            })
            .collect();
        match statuses.values().sum::<u64>() {
            0 => format!("errors{types}"),
            1 => format!("1 call: {}", ends.join(", ")),
            calls => format!("{calls} calls: {}", ends.join(", ")),
        }
    }

    /// The other operations, those with the most similar names first.
    pub(super) fn others(&self, provider: &str, operation: &str) -> String {
        let asked = format!("{provider}.{operation}");
        let others = self.0.keys().filter(|name| **name != (provider, operation));
        let mut others: Vec<(usize, Name<'_>)> =
            others.map(|name| (distance(&asked, &format!("{}.{}", name.0, name.1)), *name)).collect();
        others.sort_unstable();
        let mut text = String::new();
        for (_, (provider, operation)) in others.iter().take(MOST_OTHERS) {
            // Writing into a string does not fail.
            let _ = write!(text, "\n    {provider}.{operation}: {}", self.told(provider, operation));
        }
        if others.len() > MOST_OTHERS {
            let _ = write!(text, "\n    and {} more", others.len() - MOST_OTHERS);
        }
        if text.is_empty() { " nothing".to_owned() } else { text }
    }
}

/// How many letters have to be changed, put in or taken out.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, c) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, d) in to.iter().enumerate() {
            let changed = diagonal + usize::from(c != *d);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_count_letters() {
        for (from, to, letters) in
            [("", "", 0), ("quote", "quotes", 1), ("kitten", "sitting", 3), ("", "abc", 3)]
        {
            assert_eq!((distance(from, to), distance(to, from)), (letters, letters), "{from} {to}");
        }
    }
}
