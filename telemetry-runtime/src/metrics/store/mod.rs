//! Metrics that code counts by name: its own, those of the `metrics` facade, and those that adapters feed by hand.
//!
//! A family is found by its name once, a series by its labels once; both are kept by a handle. What a handle writes
//! are cells of its thread, as those of calls are.

mod cells;
mod child;
mod current;
mod names;
mod spec;
mod table;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

#[cfg(feature = "testing")]
pub(crate) use self::current::{StoreGuard, enter};
pub(super) use self::current::{redirected, registry};
#[cfg(feature = "monitor")]
pub(super) use self::names::check as check_family;
pub(crate) use self::{
    cells::{Cells, CounterCells, GaugeCells, HistogramCells},
    child::Child,
    spec::{LabelRule, NewFamily, Refusal, Spec},
    table::Table,
};
use super::{Buckets, Family, FamilyKind, Labels, Value};
use crate::fault::{self, Fault};

/// Families at the most: a name made of an id must not fill the memory.
const MAX_FAMILIES: usize = 10_000;

/// Names whose refusal was told of, at the most.
const MAX_TOLD: usize = 1000;

/// All such metrics of one world.
#[derive(Debug)]
pub(crate) struct Store {
    /// Tells handles of threads and of tests which store they belong to.
    id: AtomicU64,
    is_of_process: bool,
    families: RwLock<Families>,
    limit: Arc<AtomicUsize>,
    /// Nanoseconds after which a series that nobody feeds is left out; zero is never.
    idle_nanos: AtomicU64,
    /// Helps of names that are not registered yet.
    described: Mutex<HashMap<String, String>>,
    told: Mutex<HashSet<String>>,
}

#[derive(Debug, Default)]
struct Families {
    by_name: BTreeMap<String, Stored>,
    /// Every name that a line of the exposition may begin with, and the family that it belongs to.
    exposed: HashMap<String, String>,
}

/// A family by what its values mean.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    Counter(Arc<Table<CounterCells>>),
    Gauge(Arc<Table<GaugeCells>>),
    Histogram(Arc<Table<HistogramCells>>),
}

impl Stored {
    fn spec(&self) -> &Spec {
        match self {
            Self::Counter(table) => table.spec(),
            Self::Gauge(table) => table.spec(),
            Self::Histogram(table) => table.spec(),
        }
    }

    fn collect(&self) -> Family {
        match self {
            Self::Counter(table) => table.collect(),
            Self::Gauge(table) => table.collect(),
            Self::Histogram(table) => table.collect(),
        }
    }

    fn expire(&self, now: Duration, idle: Duration) -> bool {
        match self {
            Self::Counter(table) => table.expire(now, idle),
            Self::Gauge(table) => table.expire(now, idle),
            Self::Histogram(table) => table.expire(now, idle),
        }
    }

    #[cfg(feature = "_background")]
    fn bytes(&self) -> usize {
        match self {
            Self::Counter(table) => table.bytes(),
            Self::Gauge(table) => table.bytes(),
            Self::Histogram(table) => table.bytes(),
        }
    }
}

fn next_id() -> u64 {
    static IDS: AtomicU64 = AtomicU64::new(1);
    IDS.fetch_add(1, Ordering::Relaxed)
}

impl Store {
    pub(super) fn new(is_of_process: bool) -> Self {
        Self {
            id: AtomicU64::new(next_id()),
            is_of_process,
            families: RwLock::default(),
            limit: Arc::new(AtomicUsize::new(2000)),
            idle_nanos: AtomicU64::new(0),
            described: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// Changes when kept handles are to be let go of.
    #[cfg(feature = "prometheus")]
    pub(crate) fn id(&self) -> u64 {
        self.id.load(Ordering::Relaxed)
    }

    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// Leaves out series that were not fed for so long; zero keeps all.
    pub(crate) fn set_idle(&self, idle: Duration) {
        self.idle_nanos.store(u64::try_from(idle.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// States the help of a name, unless code has.
    #[cfg(feature = "prometheus")]
    pub(crate) fn describe(&self, name: &str, help: String) {
        let families = self.families.read().unwrap_or_else(PoisonError::into_inner);
        match families.by_name.get(name) {
            Some(known) => known.spec().describe(help),
            None => {
                let mut described = self.described.lock().unwrap_or_else(PoisonError::into_inner);
                if described.len() < MAX_FAMILIES {
                    described.insert(name.to_owned(), help);
                }
            }
        }
    }

    /// The family that `new` describes, made if there is none of its name.
    pub(crate) fn family<C: Cells>(&self, new: NewFamily<'_>) -> Result<Arc<Table<C>>, Refusal> {
        let find = |families: &Families| {
            let known = families.by_name.get(new.name)?;
            Some(known.spec().admit(&new, C::KIND).map(|()| C::of(known)))
        };
        if let Some(known) = find(&self.families.read().unwrap_or_else(PoisonError::into_inner)) {
            return known?.ok_or(Refusal::Gone);
        }
        names::check(&new)?;
        let mut families = self.families.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = find(&families) {
            return known?.ok_or(Refusal::Gone);
        }
        families.add(&new, C::KIND)?;
        let described = self.described.lock().unwrap_or_else(PoisonError::into_inner).remove(new.name);
        let spec = Spec::new(&new, C::KIND, described, self.is_of_process);
        let table = Arc::new(Table::new(spec, Arc::clone(&self.limit)));
        families.by_name.insert(new.name.to_owned(), C::stored(Arc::clone(&table)));
        drop(families);
        if let Some(hint) = names::hint(&new, C::KIND) {
            self.tell_once(new.name, &hint);
        }
        Ok(table)
    }

    /// A family that no reader sees.
    pub(crate) fn detached<C: Cells>(&self, new: &NewFamily<'_>) -> Table<C> {
        Table::new(Spec::new(new, C::KIND, None, false), Arc::clone(&self.limit))
    }

    /// The family of a name as it is now.
    pub(crate) fn collect(&self, name: &str) -> Option<Family> {
        let families = self.families.read().unwrap_or_else(PoisonError::into_inner);
        families.by_name.get(name).map(Stored::collect)
    }

    /// Appends the families, in the order of their names, and what became of what they did not take.
    pub(crate) fn collect_into(&self, all: &mut Vec<Family>) {
        let stored: Vec<Stored> = {
            let families = self.families.read().unwrap_or_else(PoisonError::into_inner);
            families.by_name.values().cloned().collect()
        };
        let mut overflow = Family::new(
            "telemetry_metric_overflow_total",
            FamilyKind::Counter,
            "Times that code asked for a label set beyond the metric's limit.",
        );
        let mut refused = Family::new(
            "telemetry_metric_values_refused_total",
            FamilyKind::Counter,
            "Values that a metric left out: not finite, negative, or beyond its range.",
        );
        for stored in stored {
            let spec = stored.spec();
            for (family, count) in [(&mut overflow, spec.folded()), (&mut refused, spec.refused())] {
                if count > 0 {
                    family.push(&Labels::new([("metric", spec.name.clone())]), Value::Counter(count));
                }
            }
            all.push(stored.collect());
        }
        all.extend([overflow, refused]);
    }

    /// Leaves out series that were not fed for the time of the setting, and lets go of those that nobody holds.
    pub(crate) fn expire(&self, now: Duration) {
        let idle = Duration::from_nanos(self.idle_nanos.load(Ordering::Relaxed));
        if idle.is_zero() {
            return;
        }
        let families = self.families.read().unwrap_or_else(PoisonError::into_inner);
        // Not `any`: every family must be looked at.
        let held = families.by_name.values().filter(|stored| stored.expire(now, idle)).count();
        if held > 0 {
            // Threads keep handles of series for the macros; with another number they let go of them.
            self.id.store(next_id(), Ordering::Relaxed);
        }
    }

    #[cfg(feature = "_background")]
    /// What it holds, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let families = self.families.read().unwrap_or_else(PoisonError::into_inner);
        families.by_name.values().map(Stored::bytes).sum()
    }

    /// Tells of a name's fault, unless it was told of.
    pub(crate) fn tell_once(&self, name: &str, message: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = told.len() < MAX_TOLD && told.insert(name.to_owned());
        // Whoever is told may count something.
        drop(told);
        if is_new {
            fault::report(&Fault::new("metrics", message));
        }
    }
}

impl Families {
    /// Takes the names that the family's lines begin with.
    fn add(&mut self, new: &NewFamily<'_>, kind: FamilyKind) -> Result<(), Refusal> {
        if self.by_name.len() >= MAX_FAMILIES {
            return Err(Refusal::TooMany { name: new.name.to_owned(), limit: MAX_FAMILIES });
        }
        let exposed = names::exposed(new.name, kind);
        if let Some(owner) = exposed.iter().find_map(|name| self.exposed.get(name)) {
            return Err(Refusal::Overlap { name: new.name.to_owned(), other: owner.clone() });
        }
        self.exposed.extend(exposed.into_iter().map(|name| (name, new.name.to_owned())));
        Ok(())
    }
}
