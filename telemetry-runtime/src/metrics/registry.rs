//! Everything that can be read of one world, the process or a test.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

#[cfg(feature = "axum")]
use super::HttpServer;
use super::{
    Family, Labels, Series, Snapshot, breaker_families,
    operation_families::{Counted, OperationIndex},
    store::Store,
    success_rate::SuccessRates,
};
#[cfg(feature = "testing")]
use crate::scope::Scope;
use crate::{
    breaker,
    cells::CellSource,
    clock::{self, Clock},
    fault::{self, Fault},
    operation::catalog,
};

/// Everything that can be read of one world, the process or a test.
#[derive(Debug)]
pub(crate) struct MetricRegistry {
    world: World,
    #[cfg(feature = "axum")]
    http_server: HttpServer,
    store: Store,
    /// Wall time at which it was made, for those who say since when they count.
    #[cfg(feature = "_otlp")]
    began: std::time::SystemTime,
    reading: Mutex<Reading>,
    default_labels: RwLock<Labels>,
    sources: RwLock<Vec<Source>>,
}

/// Adds families of parts that lie above this one.
struct Source(Box<AddFamilies>);

type AddFamilies = dyn Fn(&mut Vec<Family>) + Send + Sync;

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

#[derive(Debug)]
enum World {
    Process,
    #[cfg(feature = "testing")]
    Scope(Arc<Scope>),
}

impl World {
    fn clock(&self) -> &Clock {
        match self {
            Self::Process => clock::process(),
            #[cfg(feature = "testing")]
            Self::Scope(scope) => scope.clock(),
        }
    }
}

/// What readers keep from one snapshot to the next.
#[derive(Debug, Default)]
struct Reading {
    index: Option<(usize, OperationIndex)>,
    /// Operations whose different bounds were told of.
    told: HashSet<(&'static str, &'static str)>,
    rates: SuccessRates,
}

impl MetricRegistry {
    pub(crate) fn process() -> &'static Arc<Self> {
        static PROCESS: OnceLock<Arc<MetricRegistry>> = OnceLock::new();
        PROCESS.get_or_init(|| Arc::new(Self::new(World::Process)))
    }

    #[cfg(feature = "testing")]
    pub(crate) fn of_scope(scope: Arc<Scope>) -> Self {
        Self::new(World::Scope(scope))
    }

    fn new(world: World) -> Self {
        Self {
            #[cfg(feature = "axum")]
            http_server: HttpServer::new(world.clock().clone()),
            #[cfg(feature = "_otlp")]
            began: std::time::SystemTime::now(),
            store: Store::new(matches!(world, World::Process)),
            world,
            reading: Mutex::default(),
            default_labels: RwLock::new(Labels::new::<&str, &str>([])),
            sources: RwLock::default(),
        }
    }

    #[cfg(feature = "axum")]
    pub(crate) fn http_server(&self) -> &HttpServer {
        &self.http_server
    }

    #[cfg(feature = "_otlp")]
    pub(crate) fn began(&self) -> std::time::SystemTime {
        self.began
    }

    /// What code counts by name.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn set_default_labels(&self, labels: Labels) {
        *self.default_labels.write().unwrap_or_else(PoisonError::into_inner) = labels;
    }

    /// Lets `source` add its families to every snapshot.
    #[cfg(feature = "_background")]
    pub(crate) fn add_source(&self, source: impl Fn(&mut Vec<Family>) + Send + Sync + 'static) {
        self.sources.write().unwrap_or_else(PoisonError::into_inner).push(Source(Box::new(source)));
    }

    /// Label sets of one family at the most.
    pub(crate) fn set_limit(&self, limit: usize) {
        #[cfg(feature = "axum")]
        self.http_server.set_limit(limit);
        self.store.set_limit(limit);
    }

    /// Lets rates and series notice that time goes by, also while nobody reads.
    #[cfg(feature = "_background")]
    pub(crate) fn mark_time(&self) {
        self.store.expire(self.clock().now());
        let is_due = {
            let reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
            reading.rates.is_mark_due(self.clock().now())
        };
        if is_due {
            drop(self.operation_families());
        }
    }

    /// Reads everything once.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut families = self.operation_families();
        families.extend(breaker_families::collect(&self.breakers().counts()));
        #[cfg(feature = "axum")]
        families.extend(self.http_server.collect());
        self.store.expire(self.clock().now());
        self.store.collect_into(&mut families);
        for source in self.sources.read().unwrap_or_else(PoisonError::into_inner).iter() {
            source.0(&mut families);
        }
        families.retain(|family: &Family| !family.series.is_empty());
        let families = merged(families);
        let default_labels = self.default_labels.read().unwrap_or_else(PoisonError::into_inner).clone();
        Snapshot { families, default_labels }
    }

    pub(crate) fn breakers(&self) -> &breaker::Registry {
        match &self.world {
            World::Process => breaker::Registry::process(),
            #[cfg(feature = "testing")]
            World::Scope(scope) => scope.breakers(),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        self.world.clock()
    }

    /// What counts and series hold, roughly.
    #[cfg(feature = "_background")]
    pub(crate) fn bytes(&self) -> usize {
        let operation = |counted: &Counted| {
            let cells = counted.cells.table().iter().count();
            size_of::<crate::operation::Operation>() + cells * size_of::<crate::cells::CallCells>()
        };
        self.counted().iter().map(operation).sum::<usize>() + self.store.bytes()
    }

    /// What each operation's calls add up to, by label set.
    #[cfg(feature = "dashboard")]
    pub(crate) fn operation_readings(&self) -> Vec<super::OperationReading> {
        let counted = self.counted();
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        up_to_date(&mut reading.index, counted).readings()
    }

    fn operation_families(&self) -> Vec<Family> {
        let counted = self.counted();
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let Reading { index, told, rates } = &mut *reading;
        let index = up_to_date(index, counted);
        let (mut families, providers) = index.collect(self.clock());
        families.push(rates.collect(self.clock().now(), &providers));
        let clashes: Vec<_> = index.clashes().filter(|clash| told.insert(*clash)).collect();
        // Whoever is told may want to read, too.
        drop(reading);
        clashes.into_iter().for_each(tell_of_bounds);
        families
    }

    fn counted(&self) -> Vec<Counted> {
        match &self.world {
            World::Process => {
                let operations = catalog::operations().into_iter();
                let counted = operations.map(|operation| {
                    // A breaker is known from the first scrape on, like its operation.
                    if operation.keys().breaker.is_some() {
                        operation.bound();
                    }
                    Counted { operation, cells: CellSource::Static(operation.cells()) }
                });
                counted.collect()
            }
            #[cfg(feature = "testing")]
            World::Scope(scope) => {
                let operations = scope.operations().into_iter();
                let counted = operations.map(|scoped| Counted {
                    operation: scoped.operation,
                    cells: CellSource::Counted(Arc::clone(&scoped.cells)),
                });
                counted.collect()
            }
        }
    }
}

/// Operations only ever come; as many as before are the same as before.
fn up_to_date(index: &mut Option<(usize, OperationIndex)>, counted: Vec<Counted>) -> &mut OperationIndex {
    let (_, index) = match index.take() {
        Some((len, known)) if len == counted.len() => index.insert((len, known)),
        _ => index.insert((counted.len(), OperationIndex::new(counted))),
    };
    index
}

/// Each family once, and each series of it: several sets of telemetry in one process tell of the same things.
fn merged(families: Vec<Family>) -> Vec<Family> {
    let mut places: HashMap<_, usize> = HashMap::with_capacity(families.len());
    let mut merged: Vec<Family> = Vec::with_capacity(families.len());
    for family in families {
        let place = *places.entry(family.name.clone()).or_insert(merged.len());
        match merged.get_mut(place) {
            None => merged.push(family),
            Some(known) => {
                let is_new = |series: &Series| known.series.iter().all(|known| known.labels != series.labels);
                let more: Vec<Series> = family.series.into_iter().filter(is_new).collect();
                known.series.extend(more);
            }
        }
    }
    merged
}

fn tell_of_bounds((provider, operation): (&str, &str)) {
    fault::report(&Fault::new(
        "metrics",
        format!(
            "operations named `{provider}.{operation}` state different `buckets`; their series shows the bounds that \
             all of them have. State the same, or give one another name"
        ),
    ));
}
