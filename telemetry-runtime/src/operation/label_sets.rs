//! One operation for each set of label values of another.
//!
//! A set has cells, a bound and an error table of its own, so that its calls cost what all calls cost; only finding it
//! costs more. Sets are found without a lock, in a tree that only grows.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        OnceLock, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{LabelText, Operation};
use crate::{
    fault::{self, Fault},
    intern::intern,
};

/// The label of the set that stands for all beyond the limit, as OpenTelemetry names it.
const OVERFLOW: (&str, &str) = ("otel_metric_overflow", "true");

/// Label sets of all operations, which share families and so their limit.
static COUNT: AtomicUsize = AtomicUsize::new(0);

static ALL: RwLock<Vec<&'static Operation>> = RwLock::new(Vec::new());

/// The operations of all label sets so far, in the order of their first calls.
pub(super) fn all() -> Vec<&'static Operation> {
    ALL.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Names and values of a set.
pub(crate) type LabelSet = &'static [(&'static str, &'static str)];

/// The sets of one operation.
#[derive(Debug, Default)]
pub(super) struct LabelSets {
    root: OnceLock<Box<Node>>,
    overflow: OnceLock<&'static Operation>,
}

#[derive(Debug)]
struct Node {
    hash: u64,
    values: Box<[Box<str>]>,
    operation: &'static Operation,
    /// By the next two bits of the hash.
    children: [OnceLock<Box<Node>>; 4],
}

impl Node {
    fn is(&self, hash: u64, values: &[&str]) -> bool {
        self.hash == hash && self.values.iter().map(|value| &**value).eq(values.iter().copied())
    }
}

impl Operation {
    /// The operation of these values of its labels, in the order of their names.
    ///
    /// Beyond `metrics.cardinality_limit` sets it is the one that stands for all others.
    #[doc(hidden)]
    #[must_use]
    pub fn labelled<const N: usize>(&'static self, values: &[LabelText<'_>; N]) -> &'static Self {
        self.label_sets.get_or_init(Box::default).find(self, &values.each_ref().map(LabelText::as_str))
    }

    /// What tells the calls of a label set from others; `None` for an operation as a whole.
    pub(crate) fn label_set(&self) -> Option<LabelSet> {
        self.label_set
    }

    /// Whether it is counted by label sets only.
    pub(crate) fn has_label_sets(&self) -> bool {
        !self.site.labels.is_empty() && self.label_set.is_none()
    }

    fn with_labels(&self, labels: LabelSet) -> &'static Self {
        let mut operation = Self::site(self.site, 0);
        operation.signals = self.signals;
        operation.label_set = Some(labels);
        let operation: &'static Self = Box::leak(Box::new(operation));
        ALL.write().unwrap_or_else(PoisonError::into_inner).push(operation);
        operation
    }
}

impl LabelSets {
    fn find(&self, of: &'static Operation, values: &[&str]) -> &'static Operation {
        static HASHER: OnceLock<RandomState> = OnceLock::new();
        let hash = HASHER.get_or_init(RandomState::new).hash_one(values);
        let (mut place, mut bits) = (&self.root, hash);
        while let Some(node) = place.get() {
            if node.is(hash, values) {
                return node.operation;
            }
            place = &node.children[(bits & 3) as usize];
            bits >>= 2;
        }
        self.add(of, values, hash, place, bits)
    }

    /// Adds the set at `place`, or further down if another thread was faster there.
    #[cold]
    fn add(
        &self,
        of: &'static Operation,
        values: &[&str],
        hash: u64,
        mut place: &OnceLock<Box<Node>>,
        mut bits: u64,
    ) -> &'static Operation {
        let limit = super::OPERATION_LIMIT.load(Ordering::Relaxed);
        let room = |count| (count < limit).then_some(count + 1);
        if COUNT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_err() {
            return self.overflow(of, limit);
        }
        loop {
            let mut is_new = false;
            let node = place.get_or_init(|| {
                is_new = true;
                Box::new(Node::new(of, values, hash))
            });
            if node.is(hash, values) {
                if !is_new {
                    COUNT.fetch_sub(1, Ordering::Relaxed);
                }
                return node.operation;
            }
            place = &node.children[(bits & 3) as usize];
            bits >>= 2;
        }
    }

    fn overflow(&self, of: &'static Operation, limit: usize) -> &'static Operation {
        let mut is_first = false;
        let operation = self.overflow.get_or_init(|| {
            is_first = true;
            of.with_labels(&[OVERFLOW])
        });
        // Whoever is told may make calls, too.
        if is_first {
            fault::report(&Fault::new(
                "metrics",
                format!(
                    "labels have more than {limit} sets of values; later ones of `{}.{}` share one series. Keep ids \
                     out of labels, or raise `metrics.cardinality_limit`",
                    of.provider(),
                    of.name()
                ),
            ));
        }
        operation
    }
}

impl Node {
    fn new(of: &'static Operation, values: &[&str], hash: u64) -> Self {
        let pairs = of.site.labels.iter().zip(values);
        // For Prometheus an empty label is none; two ways to write one series must not meet in an exposition.
        let labels: Vec<_> = pairs
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (*name, intern(value)))
            .collect();
        Self {
            hash,
            values: values.iter().map(|value| Box::from(*value)).collect(),
            operation: of.with_labels(Box::leak(labels.into())),
            children: [const { OnceLock::new() }; 4],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{Site, label};

    static OPERATION: Operation =
        Operation::site(Site::new("labels", "", "find", "", "", 0).labels(&["a", "b"]), 15);

    #[test]
    fn equal_values_are_one_operation_from_every_thread() {
        let places = |from: usize| -> Vec<usize> {
            let find = |n: usize| OPERATION.labelled(&[label(&(n % 7)), label(&(n / 7))]);
            (0..200)
                .map(|n| std::ptr::from_ref(find((n + from) % 200)) as usize)
                .cycle()
                .skip(200 - from)
                .take(200)
                .collect()
        };
        let threads: Vec<_> = (0..4).map(|n| std::thread::spawn(move || places(n * 50))).collect();
        let found: Vec<Vec<usize>> =
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
        assert!(found.iter().all(|places| *places == found[0]));
        let different: std::collections::HashSet<usize> = found[0].iter().copied().collect();
        assert_eq!(different.len(), 200);
        assert_eq!(all().iter().filter(|operation| operation.provider() == "labels").count(), 200);
        let one = OPERATION.labelled(&[label("x"), label("")]);
        assert_eq!(one.label_set(), Some(&[("a", "x")][..]));
        assert!(OPERATION.has_label_sets() && !one.has_label_sets());
    }
}
