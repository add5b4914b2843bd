//! Which series families have, so that rules need not look for theirs each time.

use std::collections::HashMap;

use crate::metrics::{Family, Labels, Snapshot};

/// The series of one family, in order.
#[derive(Debug)]
pub(super) struct Layout {
    series: Vec<Labels>,
    number: u64,
}

impl Layout {
    /// Another one whenever the series are others.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    fn is_of(&self, family: &Family) -> bool {
        self.series.len() == family.series.len()
            && self.series.iter().zip(&family.series).all(|(known, series)| *known == series.labels)
    }
}

/// The layouts of all families that rules watch.
#[derive(Debug, Default)]
pub(super) struct Layouts {
    layouts: HashMap<String, Layout>,
    next: u64,
}

impl Layouts {
    /// Looks at the families of these names, and forgets all others.
    pub(super) fn look<'a>(&mut self, snapshot: &Snapshot, names: impl Iterator<Item = &'a str> + Clone) {
        self.layouts.retain(|known, _| names.clone().any(|name| name == known));
        for name in names {
            let Some(family) = snapshot.family(name) else {
                self.layouts.remove(name);
                continue;
            };
            if self.layouts.get(name).is_some_and(|layout| layout.is_of(family)) {
                continue;
            }
            self.next += 1;
            let series = family.series.iter().map(|series| series.labels.clone()).collect();
            self.layouts.insert(name.to_owned(), Layout { series, number: self.next });
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Layout> {
        self.layouts.get(name)
    }
}
