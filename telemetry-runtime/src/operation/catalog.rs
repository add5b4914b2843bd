//! Every operation of the program, known before its first call.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError, RwLock, atomic::Ordering},
};

use super::{Keys, Kind, Operation, Signals, Site, error_labels::OTHER, label_sets};
use crate::{
    breaker::Protection,
    fault::{self, Fault},
    intern::intern,
};

/// The operations of an impl block.
#[derive(Debug)]
pub struct Block(pub &'static [Operation]);

// Attributes hand them in at link time; a function's without a word more, for there are many.
inventory::collect!(Block);
inventory::collect!(&'static Operation);

/// What an operation made at run time is known by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key<'a> {
    pub(super) provider: &'a str,
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    pub(super) breaker: Option<&'static str>,
}

/// Operations made at run time.
#[derive(Default)]
struct Interned {
    by_name: HashMap<Key<'static>, &'static Operation>,
    in_order: Vec<&'static Operation>,
    overflowed: bool,
}

static INTERNED: Mutex<Option<Interned>> = Mutex::new(None);

fn interned() -> MutexGuard<'static, Option<Interned>> {
    INTERNED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All operations that calls are counted under: those of [`stated`] and of their label sets.
pub(crate) fn operations() -> Vec<&'static Operation> {
    let mut all = stated();
    all.extend(label_sets::all());
    all
}

/// All operations that code states: those of attributes first, then those made at run time in the order of their making.
pub(crate) fn stated() -> Vec<&'static Operation> {
    let blocks = inventory::iter::<Block>.into_iter().flat_map(|block| block.0);
    let functions = inventory::iter::<&'static Operation>.into_iter().copied();
    let mut all: Vec<&'static Operation> = blocks.chain(functions).collect();
    if let Some(interned) = &*interned() {
        all.extend(&interned.in_order);
    }
    all
}

/// Operations that have recorded a span, by the number that stands for them in records.
static NUMBERED: RwLock<Vec<&'static Operation>> = RwLock::new(Vec::new());

pub(super) fn give_number(operation: &'static Operation) -> u32 {
    let mut numbered = NUMBERED.write().unwrap_or_else(PoisonError::into_inner);
    numbered.push(operation);
    u32::try_from(numbered.len() - 1).unwrap_or(u32::MAX)
}

/// The operation of a number.
#[cfg(feature = "_background")]
pub(crate) fn numbered(number: u32) -> Option<&'static Operation> {
    NUMBERED.read().unwrap_or_else(PoisonError::into_inner).get(number as usize).copied()
}

/// The operation of that name, made at the first demand; beyond the limit one that stands for all others.
pub(super) fn intern_operation(key: Key<'_>) -> &'static Operation {
    let mut guard = interned();
    let known = guard.get_or_insert_default();
    if let Some(operation) = known.by_name.get(&key) {
        return operation;
    }
    let Key { provider, name, .. } = key;
    let limit = super::OPERATION_LIMIT.load(Ordering::Relaxed);
    if known.in_order.len() < limit {
        return known.add(Key { provider: intern(provider), name: intern(name), ..key });
    }
    let tell = !std::mem::replace(&mut known.overflowed, true);
    let other = Key { provider: OTHER, name: OTHER, ..key };
    let found = known.by_name.get(&other).copied();
    let other = found.unwrap_or_else(|| known.add(other));
    drop(guard);
    if tell {
        fault::report(&Fault::new(
            "metrics",
            format!(
                "more than {limit} operations were made at run time; `{provider}.{name}` and later ones count as \
                 `{OTHER}`. Keep ids out of names, or raise `metrics.cardinality_limit`"
            ),
        ));
    }
    other
}

impl Interned {
    fn add(&mut self, key: Key<'static>) -> &'static Operation {
        let site = Site::at_run_time(key.provider, key.name);
        let mut keys = Keys::new().kind(key.kind);
        keys.breaker = key.breaker.map(Protection::Shared);
        let keys = Box::leak(Box::new(keys));
        let operation = Operation::with_keys(site, Signals::new(Signals::ALL), keys);
        let operation: &'static Operation = Box::leak(Box::new(operation));
        self.by_name.insert(key, operation);
        self.in_order.push(operation);
        operation
    }
}
