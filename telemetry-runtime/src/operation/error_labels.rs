//! The error labels that an operation has seen, each with an index into its cells.

use std::sync::OnceLock;

use crate::{
    cells::LABEL_CHUNK,
    fault::{self, Fault},
    outcome::ErrorLabel,
};

/// Labels of one operation at the most; the last index collects the others.
const MAX_LABELS: usize = 64;

/// The label that stands for all beyond the limit, as in OpenTelemetry.
pub(crate) const OTHER: &str = "_OTHER";

/// A table that only grows, read without a lock.
///
/// Its first part stands in place, but is made at the first error: the compiler looks at each cell that a static holds.
#[derive(Debug, Default)]
pub(crate) struct ErrorLabels {
    first: OnceLock<Part>,
}

#[derive(Debug, Default)]
struct Part {
    labels: [OnceLock<ErrorLabel>; LABEL_CHUNK],
    more: OnceLock<Box<Part>>,
}

impl ErrorLabels {
    pub(crate) const fn new() -> Self {
        Self { first: OnceLock::new() }
    }

    /// The label's index, given out in the order of appearance.
    pub(crate) fn index(&self, label: &ErrorLabel) -> usize {
        // The same place in memory is nearly always the answer; the text is compared only for the first of a kind.
        self.find(|known| known.is_same_place(label)).unwrap_or_else(|| self.find_or_add(*label))
    }

    fn find(&self, is_it: impl Fn(&ErrorLabel) -> bool) -> Option<usize> {
        let mut part = self.first.get()?;
        let mut first = 0;
        loop {
            for (index, place) in part.labels.iter().enumerate() {
                if is_it(place.get()?) {
                    return Some(first + index);
                }
            }
            part = part.more.get()?;
            first += LABEL_CHUNK;
        }
    }

    #[cold]
    fn find_or_add(&self, label: ErrorLabel) -> usize {
        let mut part = self.first.get_or_init(Part::default);
        for first in (0..MAX_LABELS).step_by(LABEL_CHUNK) {
            for (index, place) in part.labels.iter().enumerate() {
                let is_last = first + index == MAX_LABELS - 1;
                let wanted = if is_last { ErrorLabel::new(OTHER) } else { label };
                let mut added = false;
                let known = place.get_or_init(|| {
                    added = true;
                    wanted
                });
                if added && is_last {
                    tell_of_overflow(label);
                }
                if *known == label || is_last {
                    return first + index;
                }
            }
            part = part.more.get_or_init(Box::default);
        }
        MAX_LABELS - 1
    }

    /// All labels, in the order of their indexes.
    pub(crate) fn all(&self) -> Vec<ErrorLabel> {
        let mut labels = Vec::new();
        let mut next = self.first.get();
        while let Some(part) = next {
            labels.extend(part.labels.iter().map_while(OnceLock::get).copied());
            next = part.more.get().map(|more| &**more);
        }
        labels
    }
}

fn tell_of_overflow(label: ErrorLabel) {
    fault::report(&Fault::new(
        "metrics",
        format!(
            "an operation has more than {} error types; `{label}` and later ones count as `{OTHER}`. Name kinds, \
             not cases",
            MAX_LABELS - 1
        ),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_an_index_and_the_rest_overflows() {
        let labels = ErrorLabels::new();
        let texts: Vec<&'static str> = (0..100).map(|n| &*format!("e{n}").leak()).collect();
        let indexes: Vec<usize> = texts.iter().map(|text| labels.index(&ErrorLabel::new(text))).collect();
        assert_eq!(indexes[..63], (0..63).collect::<Vec<_>>()[..]);
        assert!(indexes[63..].iter().all(|index| *index == 63));
        assert_eq!(labels.index(&ErrorLabel::new(String::from("e5").leak())), 5);
        assert_eq!((labels.all().len(), labels.all()[63].as_str()), (64, OTHER));
    }
}
