//! All breakers of a process, or of one test, by name.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use super::{BreakerConfig, BreakerSpec, BreakerState, CircuitBreaker, Gate, Protection};
use crate::{
    clock::{self, Clock},
    fault::{self, Fault},
    intern::intern,
};

/// All breakers of a process, or of one test, by name.
#[derive(Debug)]
pub(crate) struct Registry {
    clock: Clock,
    breakers: Mutex<Breakers>,
}

#[derive(Debug, Default)]
struct Breakers {
    by_name: BTreeMap<&'static str, Entry>,
    settings: BTreeMap<String, BreakerSpec>,
}

#[derive(Debug)]
struct Entry {
    breaker: CircuitBreaker,
    /// What the code that made it stated; `None` if it only named it.
    stated: Option<BreakerConfig>,
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
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, breakers: Mutex::default() }
    }

    pub(crate) fn process() -> &'static Self {
        static PROCESS: OnceLock<Registry> = OnceLock::new();
        PROCESS.get_or_init(|| Self::new(clock::process().clone()))
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
        let (breaker, clash) = self.find_or_make(name, stated);
        if clash {
            fault::report(&Fault::new(
                "breaker",
                format!(
                    "`{name}` is stated twice with different values; the first stand. State it once, or give it a \
                     name of its own"
                ),
            ));
        }
        breaker
    }

    /// The breaker, and whether `stated` differs from what was stated before.
    fn find_or_make(&self, name: &str, stated: Option<BreakerConfig>) -> (CircuitBreaker, bool) {
        let mut breakers = self.lock();
        let setting = breakers.settings.get(name).copied().unwrap_or_default();
        if let Some(entry) = breakers.by_name.get_mut(name) {
            let clash = entry.state(stated, &setting);
            return (entry.breaker.clone(), clash);
        }
        (breakers.make(name, &setting, stated, &self.clock), false)
    }

    /// A new breaker of that name, in place of the one before: what it protects has begun anew.
    #[cfg(feature = "_background")]
    pub(crate) fn renew(&self, name: &str, config: BreakerConfig) -> CircuitBreaker {
        let mut breakers = self.lock();
        let setting = breakers.settings.get(name).copied().unwrap_or_default();
        breakers.make(name, &setting, Some(config.sane()), &self.clock)
    }

    /// Lets settings win over what code stated, for breakers that exist and for those to come.
    pub(crate) fn configure(&self, settings: BTreeMap<String, BreakerSpec>) {
        let mut breakers = self.lock();
        for (name, entry) in &breakers.by_name {
            if let Some(setting) = settings.get(*name) {
                entry.breaker.gate().reconfigure(setting.apply(entry.stated.unwrap_or_default()));
            }
        }
        breakers.settings = settings;
    }

    pub(crate) fn counts(&self) -> Vec<BreakerCounts> {
        self.lock().by_name.values().map(|entry| counts(entry.breaker.gate())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Breakers> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Breakers {
    fn make(
        &mut self,
        name: &str,
        setting: &BreakerSpec,
        stated: Option<BreakerConfig>,
        clock: &Clock,
    ) -> CircuitBreaker {
        let config = setting.apply(stated.unwrap_or_default());
        let name = intern(name);
        let breaker = CircuitBreaker::from_gate(Gate::new(name, config, clock.clone()));
        self.by_name.insert(name, Entry { breaker: breaker.clone(), stated });
        breaker
    }
}

impl Entry {
    /// Takes what another place in the code states of the same breaker; says whether it differs.
    fn state(&mut self, stated: Option<BreakerConfig>, setting: &BreakerSpec) -> bool {
        match (&self.stated, stated) {
            (_, None) => false,
            (Some(first), Some(stated)) => *first != stated,
            (None, Some(stated)) => {
                self.breaker.gate().reconfigure(setting.apply(stated));
                self.stated = Some(stated);
                false
            }
        }
    }
}

/// The transitions a breaker can make, in the order of the exposition.
const TRANSITIONS: [(BreakerState, BreakerState); 4] = [
    (BreakerState::Closed, BreakerState::Open),
    (BreakerState::Open, BreakerState::HalfOpen),
    (BreakerState::HalfOpen, BreakerState::Open),
    (BreakerState::HalfOpen, BreakerState::Closed),
];

fn counts(gate: &Gate) -> BreakerCounts {
    BreakerCounts {
        name: gate.name(),
        state: gate.state(),
        rejected: gate.rejected(),
        transitions: TRANSITIONS.map(|(from, to)| (from, to, gate.transitions(from, to))).to_vec(),
    }
}
