//! The policy that is in force, in words that a root reads without a lock.

#[cfg(feature = "_background")]
use std::sync::RwLockWriteGuard;
use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

#[cfg(feature = "_background")]
use super::{KeepRule, ParentSampler};
use super::{
    SamplingPolicy,
    policy::{LOCAL, REMOTE},
    rate_limit::RateLimit,
    rule::RootNames,
};
use crate::{
    clock,
    operation::{Operation, RANDOM_BITS, Sample},
    trace::sampler::Subject,
};

/// What becomes of a new trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::trace) enum Choice {
    Sampled,
    /// Recorded until its root has ended, and then kept or not.
    Pending,
    Unsampled,
}

/// There are rules, and some that name routes.
const RULES: u32 = 1;
const ROUTES: u32 = 2;
/// Traces that are not chosen may be kept.
const KEEPS: u32 = 4;

/// The share of all traces, as it is compared; [`ROOT`] stands for what decides on roots.
const ALL: u64 = RANDOM_BITS + 1;
const ROOT: u64 = u64::MAX;

/// The policy in force, in words.
///
/// They are written one after another: a trace that begins meanwhile may meet the old ones and the new.
struct Words {
    traits: AtomicU32,
    /// Tells what operations remember of one policy from what they remember of another.
    generation: AtomicU64,
    /// The share of roots that no rule matches.
    below: AtomicU64,
    /// The share of roots that have no name but the service's.
    unnamed_below: AtomicU64,
    parents: [AtomicU64; 4],
    limit: RateLimit,
}

static WORDS: Words = Words {
    traits: AtomicU32::new(0),
    generation: AtomicU64::new(0),
    below: AtomicU64::new(0),
    unnamed_below: AtomicU64::new(0),
    parents: [AtomicU64::new(0), AtomicU64::new(ALL), AtomicU64::new(0), AtomicU64::new(ALL)],
    limit: RateLimit::new(),
};

/// A policy, and what its rules come to.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) policy: SamplingPolicy,
    service: String,
    /// Shares of the routes that rules name.
    routes: HashMap<String, u64>,
}

/// Held for writing while the words change.
static ACTIVE: RwLock<Option<Active>> = RwLock::new(None);

/// The share of a root, by the first rule that matches.
#[inline]
fn below(subject: Subject<'_>) -> u64 {
    let traits = WORDS.traits.load(Ordering::Relaxed);
    if traits & RULES == 0 {
        return WORDS.below.load(Ordering::Relaxed);
    }
    match subject {
        Subject::Call(operation) => {
            let known = operation.share().get(WORDS.generation.load(Ordering::Relaxed));
            known.unwrap_or_else(|| resolve(operation))
        }
        Subject::Named(span) => match span.route_template() {
            Some(route) if traits & ROUTES != 0 => below_of_route(route),
            _ => WORDS.unnamed_below.load(Ordering::Relaxed),
        },
        #[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
        Subject::Described(_) => WORDS.unnamed_below.load(Ordering::Relaxed),
    }
}

/// Looks a call's rule up, once for each policy.
#[cold]
fn resolve(operation: &Operation) -> u64 {
    // Whoever reads meanwhile finds the same policy: its successor waits for the lock.
    let active = ACTIVE.read().unwrap_or_else(PoisonError::into_inner);
    let Some(active) = &*active else { return 0 };
    let below = active.below(&RootNames {
        provider: Some(operation.provider()),
        operation: Some(operation.name()),
        ..RootNames::default()
    });
    operation.share().set(WORDS.generation.load(Ordering::Relaxed), below);
    below
}

fn below_of_route(route: &str) -> u64 {
    let active = ACTIVE.read().unwrap_or_else(PoisonError::into_inner);
    let known = active.as_ref().and_then(|active| active.routes.get(route).copied());
    known.unwrap_or_else(|| WORDS.unnamed_below.load(Ordering::Relaxed))
}

/// Whether rules and ratio, or an operation's own rule in their place, choose a trace.
#[inline]
pub(super) fn chooses(random: u64, subject: Subject<'_>, sample: Option<Sample>) -> bool {
    match sample {
        None => random & RANDOM_BITS < below(subject),
        Some(sample) => sample.chooses(random),
    }
}

/// Whether the ratio alone chooses a trace.
pub(super) fn ratio_chooses(random: u64) -> bool {
    random & RANDOM_BITS < WORDS.below.load(Ordering::Relaxed)
}

/// Lets a new trace that was chosen through the limit; the others may still be kept.
#[inline]
pub(super) fn settle(is_chosen: bool) -> Choice {
    if is_chosen && WORDS.limit.admits(clock::process()) {
        Choice::Sampled
    } else if WORDS.traits.load(Ordering::Relaxed) & KEEPS != 0 {
        Choice::Pending
    } else {
        Choice::Unsampled
    }
}

/// Takes room under the limit for a trace that began elsewhere.
pub(super) fn admits_remote() -> bool {
    WORDS.limit.admits(clock::process())
}

/// What a parent's branch says of a span below: `None` leaves it to what decides on roots.
pub(super) fn below_parent(is_remote: bool, is_sampled: bool, random: u64) -> Option<bool> {
    let branch = if is_remote { REMOTE } else { LOCAL } + usize::from(is_sampled);
    let below = WORDS.parents[branch].load(Ordering::Relaxed);
    (below != ROOT).then_some(random & RANDOM_BITS < below)
}

/// What is kept although it was not chosen.
#[cfg(feature = "_background")]
pub(crate) fn keep_rule() -> KeepRule {
    let active = ACTIVE.read().unwrap_or_else(PoisonError::into_inner);
    active.as_ref().map_or(KeepRule::OFF, |active| active.policy.keep)
}

/// The policy in force.
#[cfg(feature = "_background")]
pub(super) fn policy() -> Option<SamplingPolicy> {
    ACTIVE.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|active| active.policy.clone())
}

/// The right to change what decides; one has it at a time.
#[cfg(feature = "_background")]
pub(super) fn lock() -> Changing {
    Changing(ACTIVE.write().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(feature = "_background")]
pub(super) struct Changing(RwLockWriteGuard<'static, Option<Active>>);

#[cfg(feature = "_background")]
impl Changing {
    /// The policy in force, and the service that it decides for.
    #[cfg(feature = "dashboard")]
    pub(super) fn current(&self) -> Option<(SamplingPolicy, String)> {
        self.0.as_ref().map(|active| (active.policy.clone(), active.service.clone()))
    }

    /// Puts `policy` into force for the service of that name; says which share of roots no rule matches.
    ///
    /// With `keeps` traces that are not chosen may be kept, whatever the policy says.
    pub(super) fn put(&mut self, policy: SamplingPolicy, service: &str, keeps: bool) -> u64 {
        let active = Active::new(policy, service);
        let Active { policy, routes, .. } = &active;
        let has = |is: bool, bit: u32| if is { bit } else { 0 };
        let traits = has(!policy.rules.is_empty(), RULES)
            | has(!routes.is_empty(), ROUTES)
            | has(policy.keep.is_on() || keeps, KEEPS);
        let below = share_below(policy.ratio);
        WORDS.below.store(below, Ordering::Relaxed);
        WORDS.unnamed_below.store(active.below(&RootNames::default()), Ordering::Relaxed);
        for (word, parent) in WORDS.parents.iter().zip(policy.parents) {
            let below = match parent {
                ParentSampler::AlwaysOn => ALL,
                ParentSampler::AlwaysOff => 0,
                ParentSampler::Ratio(ratio) => share_below(ratio),
                ParentSampler::Root => ROOT,
            };
            word.store(below, Ordering::Relaxed);
        }
        WORDS.limit.set(policy.rate_limit, clock::process());
        WORDS.generation.fetch_add(1, Ordering::Relaxed);
        WORDS.traits.store(traits, Ordering::Relaxed);
        *self.0 = Some(active);
        below
    }
}

/// The random bits below which a share of all traces lies.
fn share_below(ratio: f64) -> u64 {
    match Sample::ratio(ratio.clamp(0.0, 1.0)) {
        Sample::Share { below, .. } => below,
        Sample::Always => ALL,
        Sample::Never => 0,
    }
}

impl Active {
    #[cfg(feature = "_background")]
    fn new(policy: SamplingPolicy, service: &str) -> Self {
        let mut active = Self { policy, service: service.to_owned(), routes: HashMap::new() };
        let routes = active.policy.rules.iter().filter_map(|rule| rule.route.as_deref());
        let below = |route| active.below(&RootNames { route: Some(route), ..RootNames::default() });
        let routes = routes.map(|route| (route.to_owned(), below(route))).collect();
        active.routes = routes;
        active
    }

    /// The share of a root of these names, as it is compared.
    fn below(&self, root: &RootNames<'_>) -> u64 {
        let root = RootNames { service: &self.service, ..*root };
        let rule = self.policy.rules.iter().find(|rule| rule.matches(&root));
        share_below(rule.map_or(self.policy.ratio, |rule| rule.ratio))
    }
}
