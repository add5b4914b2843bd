//! The head decision: whether a new trace is recorded.
//!
//! A ratio alone is one threshold, which every root compares its random bits with. Anything more sends roots a colder
//! way, to the policy in force or to the program's sampler.

mod active;
mod keep_rule;
#[cfg(feature = "_background")]
mod mistakes;
mod parent;
mod policy;
mod rate_limit;
mod rule;
#[cfg(feature = "dashboard")]
pub(crate) mod wishes;

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
};

use opentelemetry::TraceId;

pub(super) use self::active::Choice;
#[cfg(feature = "_background")]
pub(crate) use self::active::keep_rule;
pub(crate) use self::keep_rule::KeepRule;
#[cfg(feature = "_background")]
pub(crate) use self::mistakes::Mistake;
pub use self::{parent::ParentSampler, policy::SamplingPolicy, rule::SamplingRule};
use super::sampler::{HeadSampler, Subject};
use crate::{
    operation::{RANDOM_BITS, Sample},
    thread::{self, ContextWords, Recording, Thread},
};

/// A trace is recorded if its random bits are below this; zero records nothing.
static THRESHOLD: AtomicU64 = AtomicU64::new(0);

/// Above all random bits: every root takes the way of a recorded one, on which is asked who decides.
#[cfg(feature = "_background")]
const ASK: u64 = u64::MAX;

/// Who decides on roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Decider {
    /// The threshold, which they have passed.
    Threshold = 0,
    Policy = 1,
    /// The sampler of the program.
    Sampler = 2,
}

static DECIDER: AtomicU8 = AtomicU8::new(Decider::Threshold as u8);

/// Spans below others are decided on too.
static IS_ASKING: AtomicBool = AtomicBool::new(false);

static SAMPLER: RwLock<Option<Arc<dyn HeadSampler>>> = RwLock::new(None);

/// Somebody takes the spans away; before that nothing is recorded.
static IS_ON: AtomicBool = AtomicBool::new(false);

/// Whether the trace of a new root is recorded, or somebody is to be asked; `random` is the low half of its id.
#[inline(always)]
pub(crate) fn samples(thread: &Thread, random: u64) -> bool {
    match thread.recording() {
        Recording::Sampled => random & RANDOM_BITS < THRESHOLD.load(Ordering::Relaxed),
        Recording::Everything => true,
        Recording::Nothing => false,
    }
}

/// Who decides on a root of this thread that [`samples`] has let through.
#[inline]
pub(super) fn decider(thread: &Thread) -> Decider {
    if thread.recording() != Recording::Sampled {
        return Decider::Threshold;
    }
    match DECIDER.load(Ordering::Relaxed) {
        1 => Decider::Policy,
        2 => Decider::Sampler,
        _ => Decider::Threshold,
    }
}

/// What the policy in force makes of a root.
#[inline]
pub(super) fn decide_root(random: u64, subject: Subject<'_>) -> Choice {
    active::settle(active::chooses(random, subject, None))
}

/// What becomes of a root whose operation has a rule of its own.
#[cold]
pub(super) fn decide_root_by(thread: &Thread, random: u64, sample: Sample) -> Choice {
    let is_chosen = match thread.recording() {
        Recording::Nothing => false,
        Recording::Everything => sample != Sample::Never,
        Recording::Sampled => IS_ON.load(Ordering::Relaxed) && sample.chooses(random),
    };
    match decider(thread) {
        Decider::Policy if sample != Sample::Never => active::settle(is_chosen),
        _ if is_chosen => Choice::Sampled,
        _ => Choice::Unsampled,
    }
}

/// What becomes of a span under a parent of another process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnderRemote {
    Recorded,
    /// What is below it is asked as it was.
    Unrecorded,
    /// What is below it is not asked as it was: it is below a span that is not recorded.
    Refused,
}

/// Decides under a parent of another process; `sample` is the rule of the operation, if it has one.
#[cold]
pub(super) fn decide_under_remote(
    thread: &Thread,
    parent: ContextWords,
    subject: Subject<'_>,
    sample: Option<Sample>,
) -> UnderRemote {
    let is_sampled = parent.flags & ContextWords::SAMPLED != 0;
    let unless = |is_recorded| if is_recorded { UnderRemote::Recorded } else { UnderRemote::Unrecorded };
    match thread.recording() {
        Recording::Nothing => return UnderRemote::Unrecorded,
        Recording::Everything => return unless(is_sampled),
        Recording::Sampled if !IS_ON.load(Ordering::Relaxed) => return UnderRemote::Unrecorded,
        Recording::Sampled => {}
    }
    let random = parent.trace[1];
    if parent.flags & ContextWords::REFUSED != 0 {
        let refused = ContextWords { flags: parent.flags & !ContextWords::SAMPLED, ..parent };
        return unless(decide_under_local(thread, refused, subject, sample));
    }
    let branch = active::below_parent(true, is_sampled, random);
    #[cfg(feature = "dashboard")]
    if let Subject::Call(operation) = subject
        && !is_sampled
        && decider(thread) == Decider::Policy
        && wishes::wants_call(operation)
    {
        return UnderRemote::Recorded;
    }
    let is_chosen = branch.unwrap_or_else(|| active::chooses(random, subject, sample));
    if decider(thread) != Decider::Policy {
        return unless(is_chosen);
    }
    let would_differ_below = is_chosen || branch.is_none() || IS_ASKING.load(Ordering::Relaxed);
    match is_chosen && active::admits_remote() {
        true => UnderRemote::Recorded,
        false if would_differ_below => UnderRemote::Refused,
        false => UnderRemote::Unrecorded,
    }
}

/// Whether a span below another of this process is recorded, where that is not its parent's decision.
#[cold]
pub(super) fn decide_under_local(
    thread: &Thread,
    parent: ContextWords,
    subject: Subject<'_>,
    sample: Option<Sample>,
) -> bool {
    let is_sampled = parent.flags & ContextWords::SAMPLED != 0;
    if decider(thread) != Decider::Policy {
        return is_sampled;
    }
    // Derived as long as nothing was recorded.
    let random = if parent.trace == [0; 2] { parent.span } else { parent.trace[1] };
    let branch = active::below_parent(false, is_sampled, random);
    branch.unwrap_or_else(|| active::chooses(random, subject, sample))
}

/// Whether a trace of this id would be recorded if it began here: for callers who leave the decision.
pub(crate) fn samples_trace(trace: TraceId) -> bool {
    let random = trace.to_bytes().into_iter().skip(8).fold(0, |low, byte| low << 8 | u64::from(byte));
    thread::with(|thread| match decider(thread) {
        Decider::Policy => active::ratio_chooses(random),
        _ => samples(thread, random),
    })
}

/// The sampler of the program.
pub(super) fn sampler() -> Option<Arc<dyn HeadSampler>> {
    SAMPLER.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// [`ContextWords::ASKED`], if what is below a root or a context from outside is decided on too.
pub(super) fn asked_flag() -> u32 {
    if IS_ASKING.load(Ordering::Relaxed) { ContextWords::ASKED } else { 0 }
}

/// [`asked_flag`], below a root that its operation's own rule has decided on.
///
/// A sampler of the program is not asked below one that is not recorded.
pub(super) fn asked_flag_by_rule(thread: &Thread, choice: Choice) -> u32 {
    match decider(thread) {
        Decider::Policy => asked_flag(),
        Decider::Sampler if choice != Choice::Unsampled => asked_flag(),
        _ => 0,
    }
}

/// Records what `sampler` decides.
#[cfg(feature = "_background")]
pub(crate) fn switch_on_with(sampler: Arc<dyn HeadSampler>) {
    let _changing = active::lock();
    *SAMPLER.write().unwrap_or_else(PoisonError::into_inner) = Some(sampler);
    IS_ASKING.store(true, Ordering::Release);
    DECIDER.store(Decider::Sampler as u8, Ordering::Release);
    THRESHOLD.store(ASK, Ordering::Release);
    IS_ON.store(true, Ordering::Relaxed);
}

/// Records what `policy` decides for the service of that name.
#[cfg(feature = "_background")]
pub(crate) fn switch_on(policy: SamplingPolicy, service: &str) {
    let mut changing = active::lock();
    put(&mut changing, policy, service);
    IS_ON.store(true, Ordering::Relaxed);
}

/// Puts another policy into force; refused where the program's sampler decides.
///
/// While nothing is recorded it does nothing.
#[cfg(feature = "_background")]
pub(crate) fn change(policy: SamplingPolicy, service: &str) -> Result<(), SamplerDecides> {
    let mut changing = active::lock();
    if DECIDER.load(Ordering::Relaxed) == Decider::Sampler as u8 {
        return Err(SamplerDecides);
    }
    if IS_ON.load(Ordering::Relaxed) {
        put(&mut changing, policy, service);
    }
    Ok(())
}

/// The program's own sampler decides, and nothing else.
#[cfg(feature = "_background")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct SamplerDecides;

/// Whether traces that the policy does not choose are wanted all the same.
#[cfg(feature = "_background")]
fn wants_more() -> bool {
    #[cfg(feature = "dashboard")]
    return wishes::any();
    #[cfg(not(feature = "dashboard"))]
    false
}

#[cfg(feature = "_background")]
fn put(changing: &mut active::Changing, policy: SamplingPolicy, service: &str) {
    let decides = policy.is_more_than_ratio() || wants_more();
    IS_ASKING.store(policy.decides_below(), Ordering::Relaxed);
    let below = changing.put(policy, service, wants_more());
    // Whoever finds the old threshold finds somebody who decides behind it.
    if decides {
        DECIDER.store(Decider::Policy as u8, Ordering::Release);
        THRESHOLD.store(ASK, Ordering::Release);
    } else {
        THRESHOLD.store(below, Ordering::Release);
        DECIDER.store(Decider::Threshold as u8, Ordering::Release);
    }
}

/// The policy in force; none while nothing is recorded, or where the program's sampler decides.
#[cfg(feature = "_background")]
pub(crate) fn policy() -> Option<SamplingPolicy> {
    let is_policy =
        IS_ON.load(Ordering::Relaxed) && DECIDER.load(Ordering::Relaxed) != Decider::Sampler as u8;
    if is_policy { active::policy() } else { None }
}

/// Records no new trace: nobody takes spans away any more.
#[cfg(feature = "_background")]
pub(crate) fn switch_off() {
    let _changing = active::lock();
    IS_ON.store(false, Ordering::Relaxed);
    THRESHOLD.store(0, Ordering::Relaxed);
    DECIDER.store(Decider::Threshold as u8, Ordering::Relaxed);
    IS_ASKING.store(false, Ordering::Relaxed);
    *SAMPLER.write().unwrap_or_else(PoisonError::into_inner) = None;
}
