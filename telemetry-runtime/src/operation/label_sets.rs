//! One operation for each set of label values of another.
//!
//! A set has cells, a bound and an error table of its own, so that its calls cost what all calls cost; only finding it
//! costs more. Sets are found without a lock, in a tree that only grows.

use std::{
    hash::{BuildHasher, RandomState},
    ptr,
    sync::{
        OnceLock, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{Keys, LabelText, Operation};
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

/// The sets of all operations, apart from them: the compiler asks of each static of an operation whether all that it
/// leads to may be shared, and would go around in circles.
static SETS: OnceLock<Box<Node>> = OnceLock::new();

#[derive(Debug)]
struct Node {
    hash: u64,
    of: &'static Operation,
    /// Empty for the set that stands for all beyond the limit.
    values: Box<[Box<str>]>,
    operation: &'static Operation,
    /// By the next two bits of the hash.
    children: [OnceLock<Box<Node>>; 4],
}

impl Operation {
    /// The operation of these values of its labels, in the order of their names.
    ///
    /// Beyond `metrics.cardinality_limit` sets it is the one that stands for all others.
    #[doc(hidden)]
    #[must_use]
    pub fn labelled<const N: usize>(&'static self, values: &[LabelText<'_>; N]) -> &'static Self {
        let values = values.each_ref().map(LabelText::as_str);
        let wanted = Wanted::new(self, &values);
        wanted.find().unwrap_or_else(|place| wanted.add(place))
    }

    /// What tells the calls of a label set from others; `None` for an operation as a whole.
    pub(crate) fn label_set(&self) -> Option<LabelSet> {
        self.keys().label_set
    }

    /// Whether it is counted by label sets only.
    pub(crate) fn has_label_sets(&self) -> bool {
        !self.keys().labels.is_empty() && self.label_set().is_none()
    }

    fn with_labels(&self, labels: LabelSet) -> &'static Self {
        let keys = Box::leak(Box::new(Keys { label_set: Some(labels), ..*self.keys() }));
        let operation: &'static Self = Box::leak(Box::new(Self::with_keys(self.site, self.signals, keys)));
        ALL.write().unwrap_or_else(PoisonError::into_inner).push(operation);
        operation
    }
}

/// What a node is looked for by.
struct Wanted<'a> {
    of: &'static Operation,
    values: &'a [&'a str],
    hash: u64,
}

/// Where a node hangs or would hang.
#[derive(Clone, Copy)]
struct Place {
    node: &'static OnceLock<Box<Node>>,
    /// The bits of the hash that choose among its children.
    bits: u64,
}

impl Place {
    fn root(hash: u64) -> Self {
        Self { node: &SETS, bits: hash }
    }

    fn below(self, node: &'static Node) -> Self {
        Self { node: &node.children[(self.bits & 3) as usize], bits: self.bits >> 2 }
    }
}

impl<'a> Wanted<'a> {
    fn new(of: &'static Operation, values: &'a [&'a str]) -> Self {
        static HASHER: OnceLock<RandomState> = OnceLock::new();
        let hash = HASHER.get_or_init(RandomState::new).hash_one(values);
        // Operations with equal values hang in different branches: the best bits of a product (Knuth) are its upper
        // ones, and branches are chosen by the lower ones.
        let own = (ptr::from_ref(of) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
        Self { of, values, hash: hash ^ own }
    }

    fn is(&self, node: &Node) -> bool {
        node.hash == self.hash
            && ptr::eq(node.of, self.of)
            && node.values.iter().map(|value| &**value).eq(self.values.iter().copied())
    }

    fn find(&self) -> Result<&'static Operation, Place> {
        let mut place = Place::root(self.hash);
        while let Some(node) = place.node.get() {
            if self.is(node) {
                return Ok(node.operation);
            }
            place = place.below(node);
        }
        Err(place)
    }

    #[cold]
    fn add(&self, place: Place) -> &'static Operation {
        let limit = super::OPERATION_LIMIT.load(Ordering::Relaxed);
        let room = |count| (count < limit).then_some(count + 1);
        if COUNT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_err() {
            return self.overflow(limit);
        }
        let (operation, is_new) = self.add_at(place);
        if !is_new {
            COUNT.fetch_sub(1, Ordering::Relaxed);
        }
        operation
    }

    /// Adds the set at its place, or further down if another thread was faster there; whether it was new.
    fn add_at(&self, mut place: Place) -> (&'static Operation, bool) {
        loop {
            let mut is_new = false;
            let node = place.node.get_or_init(|| {
                is_new = true;
                Box::new(Node::new(self))
            });
            if self.is(node) {
                return (node.operation, is_new);
            }
            place = place.below(node);
        }
    }

    fn overflow(&self, limit: usize) -> &'static Operation {
        let others = Wanted::new(self.of, &[]);
        let (operation, is_first) = others.add_at(Place::root(others.hash));
        // Whoever is told may make calls, too.
        if is_first {
            fault::report(&Fault::new(
                "metrics",
                format!(
                    "labels have more than {limit} sets of values; later ones of `{}.{}` share one series. Keep ids \
                     out of labels, or raise `metrics.cardinality_limit`",
                    self.of.provider(),
                    self.of.name()
                ),
            ));
        }
        operation
    }
}

impl Node {
    fn new(wanted: &Wanted<'_>) -> Self {
        let Wanted { of, values, hash } = *wanted;
        let pairs = of.keys().labels.iter().zip(values);
        // For Prometheus an empty label is none; two ways to write one series must not meet in an exposition.
        let labels: Vec<_> = pairs
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (*name, intern(value)))
            .collect();
        let labels: LabelSet = if values.is_empty() { &[OVERFLOW] } else { Box::leak(labels.into()) };
        Self {
            hash,
            of,
            values: values.iter().map(|value| Box::from(*value)).collect(),
            operation: of.with_labels(labels),
            children: [const { OnceLock::new() }; 4],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::label;

    static OPERATION: Operation =
        Operation::keyed("labels", "", "find", "", "", 0, 15, &Keys::new().labels(&["a", "b"]));

    #[test]
    fn equal_values_are_one_operation_from_every_thread() {
        let places = |from: usize| -> Vec<usize> {
            let find = |n: usize| OPERATION.labelled(&[label(&(n % 7)), label(&(n / 7))]);
            (0..200)
                .map(|n| ptr::from_ref(find((n + from) % 200)) as usize)
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
        let of_these = all().into_iter().filter(|set| set.name() == "find" && set.label_set() != Some(&SAME));
        assert_eq!(of_these.count(), 200);
        let one = OPERATION.labelled(&[label("x"), label("")]);
        assert_eq!(one.label_set(), Some(&[("a", "x")][..]));
        assert!(OPERATION.has_label_sets() && !one.has_label_sets());
    }

    const SAME: [(&str, &str); 2] = [("a", "same"), ("b", "too")];

    #[test]
    fn operations_do_not_share_sets() {
        static OTHER: Operation =
            Operation::keyed("labels", "", "other", "", "", 0, 15, &Keys::new().labels(&["a", "b"]));
        let of = |operation: &'static Operation| operation.labelled(&[label("same"), label("too")]);
        assert_eq!([of(&OPERATION).name(), of(&OTHER).name()], ["find", "other"]);
        assert!(ptr::eq(of(&OTHER), of(&OTHER)));
    }
}
