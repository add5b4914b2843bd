//! The bounds that operations with one series have in common.

use super::{Buckets, operation_families::Counted};
use crate::{
    cells::{Bounds, DEFAULT_BOUNDS, MAX_BOUNDS},
    operation::{Operation, Signals},
};

/// Where each bucket of an operation goes.
type Regrouping = [usize; MAX_BOUNDS + 1];

/// The histogram of one label set.
#[derive(Debug)]
pub(super) struct CommonBounds {
    pub(super) buckets: Buckets,
    /// In the order of the operations; `None` where the bounds are the common ones.
    regroupings: Vec<Option<Regrouping>>,
    /// Not all operations state the same bounds.
    pub(super) differ: bool,
}

impl CommonBounds {
    pub(super) fn of(operations: &[Counted], default: &Buckets) -> Self {
        let measured = |counted: &&Counted| counted.operation.signals().has(Signals::DURATION);
        let mut all = operations.iter().filter(measured).map(|counted| bounds(counted.operation));
        let first = all.next().unwrap_or(DEFAULT_BOUNDS);
        let mut common = first.to_vec();
        let mut differ = false;
        for other in all {
            differ |= other != first;
            common.retain(|bound| other.contains(bound));
        }
        let regroupings = operations
            .iter()
            .map(|counted| bounds(counted.operation))
            .map(|own| (*own != common).then(|| regrouping(own, &common)))
            .collect();
        let buckets =
            if common == default.bounds() { default.clone() } else { Buckets::new(common.iter().copied()) };
        Self { buckets, regroupings, differ }
    }

    /// Where the buckets of the operation at `index` go, if they do not stay.
    pub(super) fn regrouping(&self, index: usize) -> Option<&Regrouping> {
        self.regroupings.get(index)?.as_ref()
    }
}

fn bounds(operation: &Operation) -> Bounds {
    operation.keys().buckets.unwrap_or(DEFAULT_BOUNDS)
}

/// Each bucket goes to the first common bound that is not below its own; what is above all, to `+Inf`.
fn regrouping(own: Bounds, common: &[f64]) -> Regrouping {
    let mut to = [common.len(); MAX_BOUNDS + 1];
    for (to, bound) in to.iter_mut().zip(own) {
        *to = common.partition_point(|common| common < bound);
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cells::CellSource,
        operation::{Keys, Site},
    };

    fn counted(bounds: &'static [f64]) -> Counted {
        let site = Site::at_run_time("bounds", "shared");
        let keys = Box::leak(Box::new(Keys::new().buckets(bounds)));
        let operation = Operation::with_keys(site, Signals::new(Signals::ALL), keys);
        let operation: &'static Operation = Box::leak(Box::new(operation));
        Counted { operation, cells: CellSource::Static(operation.cells()) }
    }

    #[test]
    fn only_bounds_of_all_remain() {
        let default = Buckets::new(DEFAULT_BOUNDS.iter().copied());
        let operations = [counted(&[0.1, 0.5, 1.0]), counted(&[0.5, 2.0])];
        let common = CommonBounds::of(&operations, &default);
        assert!(common.differ);
        assert_eq!(common.buckets.bounds(), [0.5]);
        assert_eq!(common.regrouping(0).map(|to| &to[..4]), Some(&[0, 0, 1, 1][..]));
        assert_eq!(common.regrouping(1).map(|to| &to[..3]), Some(&[0, 1, 1][..]));
        let equal = CommonBounds::of(&[counted(&[1.0]), counted(&[1.0])], &default);
        assert!(!equal.differ && equal.regrouping(0).is_none());
    }
}
