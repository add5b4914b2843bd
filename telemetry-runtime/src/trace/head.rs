//! The head decision: whether a new trace is recorded.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use opentelemetry::TraceId;

use super::sampler::HeadSampler;
use crate::{
    operation::{RANDOM_BITS, Sample},
    thread::{self, ContextWords, Recording, Thread},
};

/// A trace is recorded if its random bits are below this; zero records nothing.
static THRESHOLD: AtomicU64 = AtomicU64::new(0);

/// Above all random bits: every root takes the way of a recorded one, on which the sampler is asked.
#[cfg(feature = "_background")]
const ASK: u64 = u64::MAX;

/// There is a sampler.
static IS_ASKING: AtomicBool = AtomicBool::new(false);

static SAMPLER: RwLock<Option<Arc<dyn HeadSampler>>> = RwLock::new(None);

/// Somebody takes the spans away; before that nothing is recorded.
static IS_ON: AtomicBool = AtomicBool::new(false);

/// A caller's decision is followed; otherwise the trace id decides here too.
static FOLLOWS_PARENT: AtomicBool = AtomicBool::new(true);

/// Whether the trace of a new root is recorded; `random` is the low half of its id.
#[inline(always)]
pub(crate) fn samples(thread: &Thread, random: u64) -> bool {
    match thread.recording() {
        Recording::Sampled => random & RANDOM_BITS < THRESHOLD.load(Ordering::Relaxed),
        Recording::Everything => true,
        Recording::Nothing => false,
    }
}

/// Whether the trace of a new root is recorded whose operation has a rule of its own.
#[cold]
pub(crate) fn samples_by(thread: &Thread, random: u64, sample: Sample) -> bool {
    match (thread.recording(), sample) {
        (Recording::Nothing, _) | (_, Sample::Never) => false,
        (Recording::Everything, _) => true,
        (Recording::Sampled, Sample::Always) => IS_ON.load(Ordering::Relaxed),
        (Recording::Sampled, Sample::Share { below, .. }) => {
            IS_ON.load(Ordering::Relaxed) && random & RANDOM_BITS < below
        }
    }
}

/// Whether calls under a parent of another process are recorded; `alone` decides where nobody else does.
#[cold]
pub(crate) fn samples_under_remote(
    thread: &Thread,
    parent: ContextWords,
    alone: impl FnOnce(u64) -> bool,
) -> bool {
    if !FOLLOWS_PARENT.load(Ordering::Relaxed) {
        return alone(parent.trace[1]);
    }
    let is_wanted = parent.flags & ContextWords::SAMPLED != 0;
    match thread.recording() {
        Recording::Sampled => is_wanted && IS_ON.load(Ordering::Relaxed),
        Recording::Everything => is_wanted,
        Recording::Nothing => false,
    }
}

/// Whether a trace of this id would be recorded if it began here: for callers who leave the decision.
pub(crate) fn samples_trace(trace: TraceId) -> bool {
    let random = trace.to_bytes().into_iter().skip(8).fold(0, |low, byte| low << 8 | u64::from(byte));
    thread::with(|thread| samples(thread, random))
}

/// Whether a sampler decides on new roots of this thread.
#[inline]
pub(super) fn asks(thread: &Thread) -> bool {
    thread.recording() == Recording::Sampled && IS_ASKING.load(Ordering::Relaxed)
}

/// The sampler of the program.
pub(super) fn sampler() -> Option<Arc<dyn HeadSampler>> {
    SAMPLER.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// [`ContextWords::ASKED`], if a sampler decides on what is below a context from outside.
pub(super) fn asked_flag() -> u32 {
    if IS_ASKING.load(Ordering::Relaxed) { ContextWords::ASKED } else { 0 }
}

/// Records what `sampler` decides.
#[cfg(feature = "_background")]
pub(crate) fn switch_on_with(sampler: Arc<dyn HeadSampler>) {
    *SAMPLER.write().unwrap_or_else(PoisonError::into_inner) = Some(sampler);
    IS_ASKING.store(true, Ordering::Release);
    THRESHOLD.store(ASK, Ordering::Release);
    IS_ON.store(true, Ordering::Relaxed);
}

/// Records this share of new traces, 0 to 1.
#[cfg(feature = "_background")]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in range"
)]
pub(crate) fn switch_on(ratio: f64, follows_parent: bool) {
    let threshold = (ratio.clamp(0.0, 1.0) * (RANDOM_BITS + 1) as f64) as u64;
    THRESHOLD.store(threshold, Ordering::Relaxed);
    FOLLOWS_PARENT.store(follows_parent, Ordering::Relaxed);
    IS_ON.store(true, Ordering::Relaxed);
}

/// Records no new trace: nobody takes spans away any more.
#[cfg(feature = "_background")]
pub(crate) fn switch_off() {
    IS_ON.store(false, Ordering::Relaxed);
    THRESHOLD.store(0, Ordering::Relaxed);
    IS_ASKING.store(false, Ordering::Relaxed);
    *SAMPLER.write().unwrap_or_else(PoisonError::into_inner) = None;
}
