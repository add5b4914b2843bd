//! One annotated function, or one name used by hand: what its calls are counted under.

mod attribute;
mod bound;
pub(crate) mod catalog;
mod current;
mod error_labels;
mod keys;
mod label_sets;
mod label_value;
mod ledger;
mod record_limit;
mod root_share;
mod rules;
mod site;

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

#[cfg(feature = "logs")]
pub(crate) use self::current::current;
pub(crate) use self::{
    bound::Bound,
    current::Inside,
    error_labels::ErrorLabels,
    record_limit::RecordLimit,
    rules::RANDOM_BITS,
    site::{Signals, Site},
};
pub use self::{
    catalog::Block,
    keys::Keys,
    label_value::{LabelText, LabelValue, label, label_debug, label_display},
    rules::{Level, Sample, Slo},
    site::Kind,
};
use self::{ledger::Ledger, root_share::RootShare};
use crate::{
    breaker::CircuitBreaker,
    cells::{CallCells, CallExemplar, SlotTable},
    clock,
};

/// What calls are counted under: a provider and a name.
///
/// Attributes make one a function. For code that cannot be annotated, [`Operation::new`] gives one by name, and
/// `run`, `run_async` and `start` make its calls.
///
/// ```
/// use telemetry_runtime::Operation;
///
/// let operation = Operation::new("finnhub", "quote");
/// assert!(std::ptr::eq(operation, Operation::new("finnhub", "quote")), "equal names give the same operation");
///
/// let price: Result<u32, std::num::ParseIntError> = operation.run(|| "42".parse());
/// assert_eq!(price, Ok(42));
/// ```
#[derive(Debug)]
pub struct Operation {
    site: Site,
    kind: Kind,
    signals: Signals,
    /// None if its attribute has none.
    keys: Option<&'static Keys>,
    /// Made by the first call: the compiler looks at each cell that a static holds.
    ledger: OnceLock<Ledger>,
}

/// `metrics.cardinality_limit`, for operations made at run time and for label sets.
static OPERATION_LIMIT: AtomicUsize = AtomicUsize::new(DEFAULT_OPERATION_LIMIT);
const DEFAULT_OPERATION_LIMIT: usize = 2000;

/// `telemetry.slow_threshold`, in nanoseconds.
static SLOW_NANOS: AtomicU64 = AtomicU64::new(1_000_000_000);

pub(crate) fn slow_threshold() -> Duration {
    Duration::from_nanos(SLOW_NANOS.load(Ordering::Relaxed))
}

/// Somebody wants to know of every call that ends.
static TELLS_ALL: AtomicBool = AtomicBool::new(false);

pub(crate) fn tells_of_every_call() -> bool {
    TELLS_ALL.load(Ordering::Relaxed)
}

/// Sends the end of every call the way that slow ones go.
#[cfg(feature = "collector")]
pub(crate) fn tell_of_every_call() {
    TELLS_ALL.store(true, Ordering::Relaxed);
    bind_slow(slow_threshold());
}

/// Takes the settings that concern operations, for those that exist and those to come.
pub(crate) fn configure(slow: Duration, limit: usize) {
    OPERATION_LIMIT.store(limit, Ordering::Relaxed);
    SLOW_NANOS.store(u64::try_from(slow.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    bind_slow(slow);
}

fn bind_slow(slow: Duration) {
    for operation in catalog::operations() {
        if let Some(bound) = operation.ledger.get().and_then(Ledger::known_bound) {
            bound.set_slow(operation, clock::process(), slow);
        }
    }
}

impl Operation {
    /// The operation of that name, made at the first demand.
    ///
    /// It stays for the life of the program, so names must come out of a small set; beyond
    /// `metrics.cardinality_limit` of them (defaults to 2000) calls count under `_OTHER`.
    #[must_use]
    pub fn new(provider: &str, name: &str) -> &'static Self {
        catalog::intern_operation(catalog::Key { provider, name, kind: Kind::Internal, breaker: None })
    }

    /// The operation of that name, of another kind, or protected by the breaker of a name.
    #[cfg(feature = "tower")]
    pub(crate) fn interned(
        provider: &str,
        name: &str,
        kind: Kind,
        breaker: Option<&'static str>,
    ) -> &'static Self {
        catalog::intern_operation(catalog::Key { provider, name, kind, breaker })
    }

    /// The value of the `provider` label.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.site.provider()
    }

    /// The value of the `operation` label.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.site.name
    }

    /// The kind of its spans.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The function's name, `<Type as Trait>::method` or with its module; the operation's if made at run time.
    #[must_use]
    pub fn function(&self) -> String {
        match (self.site.owner, self.site.module) {
            ("", "") => self.site.name.to_owned(),
            ("", module) => format!("{module}::{}", self.site.name),
            (owner, _) => format!("{owner}::{}", self.site.name),
        }
    }

    /// The path of the module that the function stands in; `None` if the operation was made at run time.
    #[must_use]
    pub fn module(&self) -> Option<&'static str> {
        (!self.site.module.is_empty()).then_some(self.site.module)
    }

    /// How long a call may take before it is recorded as slow; `None` if none ever is.
    #[must_use]
    pub fn slow_threshold(&self) -> Option<Duration> {
        let threshold = self.keys().slow.map_or_else(slow_threshold, Duration::from_nanos);
        (!threshold.is_zero()).then_some(threshold)
    }

    /// File and line of the function; `None` if the operation was made at run time.
    #[must_use]
    pub fn location(&self) -> Option<(&'static str, u32)> {
        (!self.site.file.is_empty()).then_some((self.site.file, self.site.line))
    }

    /// The breaker that protects it, if one does.
    #[must_use]
    pub fn breaker(&'static self) -> Option<CircuitBreaker> {
        self.bound().breaker.clone()
    }

    /// What its calls are expected to reach, if its attribute says so.
    #[must_use]
    pub fn slo(&self) -> Option<Slo> {
        self.keys().slo
    }

    /// The rule of an operation with [`Signals::SPAN_BY_RULE`].
    pub(crate) fn sample(&self) -> Sample {
        self.keys().sample.unwrap_or(Sample::Always)
    }

    /// What is remembered of the sampling rule for its roots.
    #[inline]
    pub(crate) fn share(&self) -> &RootShare {
        &self.ledger().share
    }

    /// What its attribute's keys say.
    #[inline]
    pub(crate) fn keys(&self) -> &'static Keys {
        static NONE: Keys = Keys::new();
        self.keys.unwrap_or(&NONE)
    }

    #[inline(always)]
    pub(crate) fn signals(&self) -> Signals {
        self.signals
    }

    #[inline(always)]
    fn ledger(&self) -> &Ledger {
        match self.ledger.get() {
            Some(ledger) => ledger,
            None => self.begin_ledger(),
        }
    }

    #[cold]
    fn begin_ledger(&self) -> &Ledger {
        self.ledger.get_or_init(Ledger::new)
    }

    /// Names the operation in span records; see [`catalog::numbered`].
    #[inline]
    pub(crate) fn number(&'static self) -> u32 {
        self.ledger().number(self)
    }

    #[inline(always)]
    pub(crate) fn cells(&self) -> &SlotTable<CallCells> {
        &self.ledger().cells
    }

    /// The cells of a thread's slot, if it has been here, and [`bound`](Self::bound).
    #[inline(always)]
    pub(crate) fn own(&'static self, slot: u32) -> Option<(&'static CallCells, &'static Bound)> {
        let ledger = self.ledger();
        Some((ledger.cells.get(slot)?, ledger.bound(self)))
    }

    pub(crate) fn error_labels(&self) -> &ErrorLabels {
        &self.ledger().error_labels
    }

    /// Keeps a call whose trace is exported as an example of those in its bucket.
    #[cfg(feature = "_background")]
    pub(crate) fn note_exemplar(&'static self, ticks: u64, call: CallExemplar) {
        self.ledger().exemplars.note(self.bound().bounds.bucket(ticks), call);
    }

    /// The latest example of each bucket that has one.
    pub(crate) fn exemplars(&self) -> Vec<CallExemplar> {
        self.ledger().exemplars.all()
    }

    /// Its bounds, threshold and breaker in the process, worked out at the first use.
    #[inline(always)]
    pub(crate) fn bound(&'static self) -> &'static Bound {
        self.ledger().bound(self)
    }
}
