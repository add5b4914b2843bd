//! The series of one family.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

#[cfg(any(feature = "prometheus", feature = "monitor"))]
use super::Refusal;
use super::{Cells, Child, Family, Labels, Spec};
use crate::fault::{self, Fault};

/// The label of the series that stands for all label sets beyond the limit, as OpenTelemetry names it.
const OVERFLOW: (&str, &str) = ("otel_metric_overflow", "true");

/// Bytes of a label's value at the most.
const MAX_VALUE: usize = 1024;

/// The series of one family.
#[derive(Debug)]
pub(crate) struct Table<C> {
    spec: Arc<Spec>,
    children: RwLock<Children<C>>,
    overflow: OnceLock<Arc<Child<C>>>,
    hasher: RandomState,
    /// Of all families; the spec's own wins.
    limit: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Children<C> {
    /// Those of one hash; nearly always one.
    by_hash: HashMap<u64, Vec<Arc<Child<C>>>, BuildHasherDefault<Hashed>>,
    len: usize,
}

/// Keys that are hashes already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A label set as code brings it along.
pub(crate) trait Pairs<'a>: Iterator<Item = (&'a str, &'a str)> + Clone {}

impl<'a, I: Iterator<Item = (&'a str, &'a str)> + Clone> Pairs<'a> for I {}

impl<C: Cells> Table<C> {
    pub(super) fn new(spec: Spec, limit: Arc<AtomicUsize>) -> Self {
        Self {
            spec: Arc::new(spec),
            children: RwLock::new(Children { by_hash: HashMap::default(), len: 0 }),
            overflow: OnceLock::new(),
            hasher: RandomState::new(),
            limit,
        }
    }

    pub(crate) fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The series of these values of the family's labels, in their order.
    pub(crate) fn with(&self, values: &[&str]) -> Arc<Child<C>> {
        let names = self.spec.labels.iter().flatten().map(String::as_str);
        self.child(names.zip(values.iter().copied()))
    }

    /// The series of a label set, made if there is room; else the one that stands for all others.
    pub(crate) fn child<'a>(&self, pairs: impl Pairs<'a>) -> Arc<Child<C>> {
        let pairs = pairs.map(|(name, value)| (name, &value[..value.floor_char_boundary(MAX_VALUE)]));
        let mut hasher = self.hasher.build_hasher();
        for text in pairs.clone().flat_map(|(name, value)| [name, value]) {
            hasher.write(text.as_bytes());
            hasher.write_u8(0xff);
        }
        let hash = hasher.finish();
        if let Some(known) = self.children.read().unwrap_or_else(PoisonError::into_inner).find(hash, &pairs) {
            return known;
        }
        self.admit(hash, pairs)
    }

    /// The series of labels in any order.
    ///
    /// # Errors
    ///
    /// Other labels than those that the family states, if it states some.
    #[cfg(any(feature = "prometheus", feature = "monitor"))]
    pub(crate) fn labelled<N: AsRef<str>>(&self, labels: &[(N, &str)]) -> Result<Arc<Child<C>>, Refusal> {
        let Some(stated) = &self.spec.labels else {
            return Ok(self.child(labels.iter().map(|(name, value)| (name.as_ref(), *value))));
        };
        let value =
            |name: &String| labels.iter().find(|(given, _)| given.as_ref() == name).map(|(_, value)| *value);
        let values: Option<Vec<&str>> = stated.iter().map(value).collect();
        match values.filter(|values| values.len() == labels.len()) {
            Some(values) => Ok(self.with(&values)),
            None => Err(Refusal::Labels {
                name: self.spec.name.clone(),
                known: stated.join(", "),
                asked: labels.iter().map(|(name, _)| name.as_ref()).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// Lets go of the series of these labels, unless somebody holds it.
    #[cfg(feature = "monitor")]
    pub(crate) fn forget(&self, labels: &Labels) {
        let mut children = self.children.write().unwrap_or_else(PoisonError::into_inner);
        let Children { by_hash, len } = &mut *children;
        by_hash.retain(|_, group| {
            group.retain(|child| {
                // Under the lock nobody can get hold of it anew.
                let is_gone = child.labels == *labels && Arc::strong_count(child) == 1;
                *len -= usize::from(is_gone);
                !is_gone
            });
            !group.is_empty()
        });
    }

    #[cold]
    fn admit<'a>(&self, hash: u64, pairs: impl Pairs<'a>) -> Arc<Child<C>> {
        let limit = self.spec.limit.unwrap_or_else(|| self.limit.load(Ordering::Relaxed));
        // One that is full stays so; no reason to lock out its readers.
        if self.children.read().unwrap_or_else(PoisonError::into_inner).len >= limit {
            return self.fold(limit);
        }
        let mut children = self.children.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = children.find(hash, &pairs) {
            return known;
        }
        if children.len >= limit {
            drop(children);
            return self.fold(limit);
        }
        let labels = Labels::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let child = Arc::new(Child::new(labels, Arc::clone(&self.spec)));
        children.len += 1;
        children.by_hash.entry(hash).or_default().push(Arc::clone(&child));
        child
    }

    /// Counts a label set beyond the limit, and tells of the first.
    fn fold(&self, limit: usize) -> Arc<Child<C>> {
        self.spec.fold();
        if !self.spec.has_warned.swap(true, Ordering::Relaxed) {
            let (name, label) = (&self.spec.name, self.widest_label());
            fault::report(&Fault::new(
                "metrics",
                format!(
                    "`{name}` has more than {limit} label sets; later ones share one series. Keep ids out of labels, \
                     `{label}` has the most values; or raise `metrics.cardinality_limit`"
                ),
            ));
        }
        Arc::clone(
            self.overflow
                .get_or_init(|| Arc::new(Child::new(Labels::new([OVERFLOW]), Arc::clone(&self.spec)))),
        )
    }

    /// The label with the most values.
    fn widest_label(&self) -> String {
        let children = self.children.read().unwrap_or_else(PoisonError::into_inner);
        let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, value) in children.iter().flat_map(|child| child.labels.iter()) {
            values.entry(name).or_default().insert(value);
        }
        let widest = values.into_iter().max_by_key(|(_, values)| values.len());
        widest.map_or_else(String::new, |(name, _)| name.to_owned())
    }

    pub(super) fn collect(&self) -> Family {
        let children = self.children.read().unwrap_or_else(PoisonError::into_inner);
        let mut shown: Vec<Arc<Child<C>>> =
            children.iter().filter(|child| child.is_shown()).cloned().collect();
        drop(children);
        shown.sort_by(|a, b| a.labels.cmp(&b.labels));
        shown.extend(self.overflow.get().cloned());
        let help = Some(self.spec.help()).filter(|help| !help.is_empty());
        Family {
            name: self.spec.name.clone().into(),
            help: help.unwrap_or_else(|| self.spec.name.clone()).into(),
            kind: C::KIND,
            series: shown.iter().map(|child| child.read()).collect(),
        }
    }

    /// Leaves out what was not fed for so long; says whether somebody still holds a part of that.
    pub(super) fn expire(&self, now: Duration, idle: Duration) -> bool {
        let is_old = |child: &Arc<Child<C>>| child.is_idle_at(now, idle);
        let children = self.children.read().unwrap_or_else(PoisonError::into_inner);
        if children.iter().filter(|child| is_old(child)).count() == 0 {
            return false;
        }
        drop(children);
        let mut children = self.children.write().unwrap_or_else(PoisonError::into_inner);
        let (mut is_held, mut kept) = (false, 0);
        children.by_hash.retain(|_, group| {
            group.retain(|child| {
                // Under the lock nobody can get hold of it anew. A family without labels is its one series.
                let is_free = Arc::strong_count(child) == 1 && child.labels.iter().len() > 0;
                let is_gone = is_free && child.is_idle.load(Ordering::Relaxed);
                is_held |= !is_gone && child.is_idle.load(Ordering::Relaxed);
                kept += usize::from(!is_gone);
                !is_gone
            });
            !group.is_empty()
        });
        children.len = kept;
        is_held
    }

    #[cfg(feature = "_background")]
    pub(super) fn bytes(&self) -> usize {
        let children = self.children.read().unwrap_or_else(PoisonError::into_inner);
        // The text of labels is there twice, raw and escaped.
        let child = |child: &Arc<Child<C>>| {
            size_of::<Child<C>>() + 2 * child.labels.text().len() + child.cells.bytes()
        };
        size_of::<Self>() + children.iter().chain(self.overflow.get()).map(child).sum::<usize>()
    }
}

fn is_same<'a>(labels: &Labels, mut pairs: impl Pairs<'a>) -> bool {
    labels.iter().all(|known| pairs.next().is_some_and(|pair| pair == known)) && pairs.next().is_none()
}

impl<C> Children<C> {
    fn find<'a>(&self, hash: u64, pairs: &impl Pairs<'a>) -> Option<Arc<Child<C>>> {
        let group = self.by_hash.get(&hash)?;
        group.iter().find(|child| is_same(&child.labels, pairs.clone())).cloned()
    }

    fn iter(&self) -> impl Iterator<Item = &Arc<Child<C>>> {
        self.by_hash.values().flatten()
    }
}
