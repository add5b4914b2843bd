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
/// No part of it refers to another of its kind: the compiler asks of each static of an operation whether all that it
/// leads to may be shared.
#[derive(Debug)]
pub(crate) struct ErrorLabels {
    first: [OnceLock<ErrorLabel>; LABEL_CHUNK],
    more: OnceLock<Box<[OnceLock<ErrorLabel>]>>,
}

impl ErrorLabels {
    pub(crate) const fn new() -> Self {
        Self { first: [const { OnceLock::new() }; LABEL_CHUNK], more: OnceLock::new() }
    }

    /// The label's index, given out in the order of appearance.
    pub(crate) fn index(&self, label: &ErrorLabel) -> usize {
        // The same place in memory is nearly always the answer; the text is compared only for the first of a kind.
        let seen = |places: &[OnceLock<ErrorLabel>]| {
            places.iter().map_while(OnceLock::get).position(|known| known.is_same_place(label))
        };
        let seen_later = || Some(LABEL_CHUNK + seen(self.more.get()?)?);
        seen(&self.first).or_else(seen_later).unwrap_or_else(|| self.find_or_add(*label))
    }

    fn places(&self) -> impl Iterator<Item = &OnceLock<ErrorLabel>> {
        let more = || self.more.get_or_init(|| (LABEL_CHUNK..MAX_LABELS).map(|_| OnceLock::new()).collect());
        self.first.iter().chain(std::iter::once_with(more).flatten())
    }

    #[cold]
    fn find_or_add(&self, label: ErrorLabel) -> usize {
        for (index, place) in self.places().enumerate() {
            let is_last = index == MAX_LABELS - 1;
            let wanted = if is_last { ErrorLabel::new(OTHER) } else { label };
            let mut added = false;
            let known = place.get_or_init(|| {
                added = true;
                wanted
            });
            if added && is_last {
                tell_of_overflow(label);
            }
            if *known == label {
                return index;
            }
        }
        MAX_LABELS - 1
    }

    /// All labels, in the order of their indexes.
    pub(crate) fn all(&self) -> Vec<ErrorLabel> {
        let more = self.more.get().into_iter().flatten();
        self.first.iter().chain(more).map_while(OnceLock::get).copied().collect()
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
