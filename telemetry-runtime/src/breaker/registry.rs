//! All breakers of a process, or of one test, by name.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use super::{BreakerConfig, BreakerSpec, BreakerState, CircuitBreaker, Gate, Protection, handle::Handle};
use crate::{
    clock::{self, Clock},
    fault::{self, Fault},
    intern::intern,
};

/// All breakers of a process, or of one test, by name.
#[derive(Debug)]
pub(crate) struct Registry {
    clock: Clock,
    /// The registry of the process: its breakers live as long as the program.
    is_process: bool,
    breakers: Mutex<Breakers>,
}

#[derive(Debug)]
struct Breakers {
    by_name: BTreeMap<&'static str, Entry>,
    settings: BTreeMap<String, BreakerSpec>,
    /// `metrics.cardinality_limit`.
    limit: usize,
    overflowed: bool,
}

const DEFAULT_LIMIT: usize = 2000;

#[derive(Debug)]
struct Entry {
    breaker: CircuitBreaker,
    /// What the code that made it stated; `None` if it only named it.
    stated: Option<BreakerConfig>,
}

/// A breaker, what is to be told it, and what is wrong with asking for it like this.
struct Found {
    breaker: CircuitBreaker,
    restated: Option<BreakerConfig>,
    ordered: Option<BreakerState>,
    fault: Option<Fault>,
}

/// What a breaker has to say to a scrape.
#[derive(Clone, Debug)]
pub(crate) struct BreakerCounts {
    pub(crate) name: &'static str,
    pub(crate) state: BreakerState,
    pub(crate) rejected: u64,
    /// From, to and how often, in a fixed order.
    pub(crate) transitions: Vec<(BreakerState, BreakerState, u64)>,
}

impl Registry {
    /// That of a test.
    #[cfg(feature = "testing")]
    pub(crate) fn new(clock: Clock) -> Self {
        Self::with(clock, false)
    }

    fn with(clock: Clock, is_process: bool) -> Self {
        let breakers = Breakers {
            by_name: BTreeMap::new(),
            settings: BTreeMap::new(),
            limit: DEFAULT_LIMIT,
            overflowed: false,
        };
        Self { clock, is_process, breakers: Mutex::new(breakers) }
    }

    pub(crate) fn process() -> &'static Self {
        static PROCESS: OnceLock<Registry> = OnceLock::new();
        PROCESS.get_or_init(|| Self::with(clock::process().clone(), true))
    }

    /// The breaker that protects the operation `provider.operation`.
    pub(crate) fn protecting(
        &self,
        protection: &Protection,
        provider: &str,
        operation: &str,
    ) -> CircuitBreaker {
        let stated = |spec: &BreakerSpec| Some(spec.apply(BreakerConfig::default()));
        match protection {
            Protection::OfProvider(spec) => self.named(provider, stated(spec)),
            Protection::OfOperation(spec) => self.named(&format!("{provider}.{operation}"), stated(spec)),
            Protection::Shared(name) => self.named(name, None),
        }
    }

    pub(crate) fn by_hand(&self, name: &str, config: Option<BreakerConfig>) -> CircuitBreaker {
        self.named(name, config.map(BreakerConfig::sane))
    }

    fn named(&self, name: &str, stated: Option<BreakerConfig>) -> CircuitBreaker {
        let Found { breaker, restated, ordered, fault } = self.find_or_make(name, stated);
        // All three may lead to code of the program, which must not find the registry locked.
        if let Some(config) = restated {
            breaker.gate().reconfigure(config);
        }
        if let Some(state) = ordered {
            breaker.gate().go_to(state);
        }
        if let Some(fault) = fault {
            fault::report(&fault);
        }
        breaker
    }

    fn find_or_make(&self, name: &str, stated: Option<BreakerConfig>) -> Found {
        let mut breakers = self.lock();
        let setting = breakers.settings.get(name).copied().unwrap_or_default();
        if let Some(entry) = breakers.by_name.get_mut(name) {
            return entry.find(name, stated, &setting);
        }
        let config = setting.apply(stated.unwrap_or_default());
        if breakers.by_name.len() >= breakers.limit {
            let is_first = !std::mem::replace(&mut breakers.overflowed, true);
            let fault = is_first.then(|| overflow(name, breakers.limit));
            let gate = Gate::new("_OTHER", config, self.clock.clone());
            let breaker = CircuitBreaker { handle: Handle::counted(gate) };
            return Found { breaker, restated: None, ordered: setting.state, fault };
        }
        let name = intern(name);
        let breaker = CircuitBreaker { handle: self.keep(Gate::new(name, config, self.clock.clone())) };
        breakers.by_name.insert(name, Entry { breaker: breaker.clone(), stated });
        Found { breaker, restated: None, ordered: setting.state, fault: None }
    }

    fn keep(&self, gate: Gate) -> Handle {
        if self.is_process { Handle::leaked(gate) } else { Handle::counted(gate) }
    }

    /// A new breaker of that name, in place of the one before: what it protects has begun anew.
    #[cfg(feature = "_background")]
    pub(crate) fn renew(&self, name: &str, config: BreakerConfig) -> CircuitBreaker {
        let mut breakers = self.lock();
        let setting = breakers.settings.get(name).copied().unwrap_or_default();
        let stated = config.sane();
        let name = intern(name);
        // Counted also in the process, because it is replaced when what it protects is.
        let gate = Gate::new(name, setting.apply(stated), self.clock.clone());
        let breaker = CircuitBreaker { handle: Handle::counted(gate) };
        breakers.by_name.insert(name, Entry { breaker: breaker.clone(), stated: Some(stated) });
        breaker
    }

    /// Lets settings win over what code stated, for breakers that exist and for those to come.
    ///
    /// What settings say no more is again as the code stated it; a breaker that nothing changes for is left alone.
    /// A state is an order like any other: it is given when the settings begin or cease to name it.
    pub(crate) fn configure(&self, settings: BTreeMap<String, BreakerSpec>) {
        let mut breakers = self.lock();
        let before = std::mem::replace(&mut breakers.settings, settings);
        let (mut changed, mut ordered) = (Vec::new(), Vec::new());
        for (name, entry) in &breakers.by_name {
            let setting = breakers.settings.get(*name).copied().unwrap_or_default();
            let config = setting.apply(entry.stated.unwrap_or_default());
            if config != entry.breaker.gate().config() {
                changed.push((entry.breaker.clone(), config));
            }
            if setting.state != before.get(*name).and_then(|before| before.state) {
                ordered.push((entry.breaker.clone(), setting.state.unwrap_or(BreakerState::Closed)));
            }
        }
        // A breaker that opens at once tells of it to code of the program, which must not find the registry locked.
        drop(breakers);
        for (breaker, config) in changed {
            breaker.gate().reconfigure(config);
        }
        for (breaker, state) in ordered {
            breaker.gate().go_to(state);
        }
    }

    /// Breakers known by name, at the most.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.lock().limit = limit;
    }

    pub(crate) fn all(&self) -> Vec<CircuitBreaker> {
        self.lock().by_name.values().map(|entry| entry.breaker.clone()).collect()
    }

    pub(crate) fn counts(&self) -> Vec<BreakerCounts> {
        self.all().iter().map(|breaker| counts(breaker.gate())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Breakers> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Takes what another place in the code states of the same breaker.
    fn find(&mut self, name: &str, stated: Option<BreakerConfig>, setting: &BreakerSpec) -> Found {
        let mut found = Found { breaker: self.breaker.clone(), restated: None, ordered: None, fault: None };
        match (self.stated, stated) {
            (_, None) => {}
            (Some(first), Some(stated)) => found.fault = (first != stated).then(|| clash(name)),
            (None, Some(stated)) => {
                self.stated = Some(stated);
                found.restated = Some(setting.apply(stated));
            }
        }
        found
    }
}

fn clash(name: &str) -> Fault {
    Fault::new(
        "breaker",
        format!(
            "`{name}` is stated twice with different values; the first stand. State it once, or give it a name of its \
             own"
        ),
    )
}

fn overflow(name: &str, limit: usize) -> Fault {
    Fault::new(
        "breaker",
        format!(
            "there are {limit} breakers; `{name}` and later ones are known to nobody and in no metric. Keep ids out \
             of names, or raise `metrics.cardinality_limit`"
        ),
    )
}

/// The transitions that calls bring about; those that somebody ordered are shown once there were some.
const BY_CALLS: [(BreakerState, BreakerState); 4] = [
    (BreakerState::Closed, BreakerState::Open),
    (BreakerState::Open, BreakerState::HalfOpen),
    (BreakerState::HalfOpen, BreakerState::Open),
    (BreakerState::HalfOpen, BreakerState::Closed),
];

fn counts(gate: &Gate) -> BreakerCounts {
    let mut transitions = gate.transitions();
    transitions.retain(|(from, to, count)| *count > 0 || BY_CALLS.contains(&(*from, *to)));
    BreakerCounts { name: gate.name(), state: gate.state(), rejected: gate.rejected(), transitions }
}

/// Runs `work` on the registry of this thread's test, or that of the process.
pub(super) fn with_current<R>(work: impl FnOnce(&Registry) -> R) -> R {
    #[cfg(feature = "testing")]
    if let Some(registry) = entering::current() {
        return work(&registry);
    }
    work(Registry::process())
}

#[cfg(feature = "testing")]
mod entering {
    use std::{cell::RefCell, sync::Arc};

    use super::Registry;

    thread_local! {
        static CURRENT: RefCell<Option<Arc<Registry>>> = const { RefCell::new(None) };
    }

    pub(super) fn current() -> Option<Arc<Registry>> {
        CURRENT.try_with(|current| current.try_borrow().ok()?.clone()).ok().flatten()
    }

    /// Makes `registry` the one that this thread finds breakers in; gives the one before.
    pub(crate) fn replace_current(registry: Option<Arc<Registry>>) -> Option<Arc<Registry>> {
        CURRENT.try_with(|current| current.replace(registry)).ok().flatten()
    }
}

#[cfg(feature = "testing")]
pub(crate) use entering::replace_current;
