//! Calls whose traces somebody wants to see, whatever the policy says.
//!
//! While there are wishes, traces that are not chosen are recorded all the same, as the keep rule has them; the
//! background thread keeps those of the wanted calls and drops the others. So a call pays nothing for it: it finds the
//! words of another policy where it looks anyway.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{DECIDER, Decider, IS_ON, active, put};
use crate::{
    clock,
    operation::{Operation, Sample, Signals},
};

/// How long a wish lasts: everything is recorded meanwhile, which is more than the policy allows.
const LASTS: Duration = Duration::from_mins(5);

/// Operations that are wanted at once, at the most.
const MOST: usize = 32;

/// What is still wanted of an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The next calls, however they end.
    pub(crate) calls: u32,
    /// The next calls that fail.
    pub(crate) errors: u32,
}

/// Why something cannot be wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotWanted {
    /// Nobody takes spans away.
    NotRecording,
    /// The program's own sampler decides, and nothing else.
    SamplerDecides,
    /// The operation never has a span.
    NoSpan,
    /// So much is wanted already.
    TooMany,
}

#[derive(Debug)]
struct Wish {
    provider: &'static str,
    name: &'static str,
    wanted: Wanted,
    /// On the process's clock.
    until: Duration,
}

static WISHES: Mutex<Vec<Wish>> = Mutex::new(Vec::new());

/// There are wishes; what ends them is the background thread's to notice.
static ANY: AtomicBool = AtomicBool::new(false);

fn wishes() -> MutexGuard<'static, Vec<Wish>> {
    WISHES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Wish {
    fn is_of(&self, operation: &Operation) -> bool {
        (self.provider, self.name) == (operation.provider(), operation.name())
    }
}

/// Whether anything is wanted.
pub(crate) fn any() -> bool {
    ANY.load(Ordering::Relaxed)
}

/// What is still wanted of an operation.
pub(crate) fn of(operation: &Operation) -> Wanted {
    wishes().iter().find(|wish| wish.is_of(operation)).map_or(Wanted::default(), |wish| wish.wanted)
}

/// Wants `wanted` of an operation from `now` on; nothing ends a wish.
fn set(operation: &Operation, wanted: Wanted, now: Duration) -> Result<(), NotWanted> {
    let mut wishes = wishes();
    wishes.retain(|wish| !wish.is_of(operation));
    if wanted != Wanted::default() {
        if wishes.len() >= MOST {
            return Err(NotWanted::TooMany);
        }
        let (provider, name) = (operation.provider(), operation.name());
        wishes.push(Wish { provider, name, wanted, until: now.saturating_add(LASTS) });
    }
    ANY.store(!wishes.is_empty(), Ordering::Relaxed);
    Ok(())
}

/// Whether the trace of a call that has ended is wanted; it is wanted no more then.
pub(crate) fn take(operation: &Operation, has_failed: bool) -> bool {
    let mut wishes = wishes();
    let Some(wish) = wishes.iter_mut().find(|wish| wish.is_of(operation)) else { return false };
    let Wanted { calls, errors } = &mut wish.wanted;
    let is_call = *calls > 0;
    let is_error = has_failed && *errors > 0;
    *calls -= u32::from(is_call);
    *errors -= u32::from(is_error);
    is_call || is_error
}

/// Whether any of the calls of all operations may be wanted, for those under callers that were not recorded.
pub(super) fn wants_call(operation: &Operation) -> bool {
    any() && of(operation).calls > 0
}

/// Forgets wishes that have come true, or lasted too long; says whether these were the last.
fn settle(now: Duration) -> bool {
    let mut wishes = wishes();
    let before = wishes.len();
    wishes.retain(|wish| wish.wanted != Wanted::default() && wish.until > now);
    ANY.store(!wishes.is_empty(), Ordering::Relaxed);
    before > 0 && wishes.is_empty()
}

/// Wants traces of an operation whatever the policy says; nothing ends that.
pub(crate) fn want(operation: &Operation, wanted: Wanted) -> Result<(), NotWanted> {
    let signals = operation.signals();
    if !signals.has(Signals::SPAN | Signals::SPAN_BY_RULE)
        || (signals.has(Signals::SPAN_BY_RULE) && operation.sample() == Sample::Never)
    {
        return Err(NotWanted::NoSpan);
    }
    let mut changing = active::lock();
    if !IS_ON.load(Ordering::Relaxed) {
        return Err(NotWanted::NotRecording);
    }
    if DECIDER.load(Ordering::Relaxed) == Decider::Sampler as u8 {
        return Err(NotWanted::SamplerDecides);
    }
    set(operation, wanted, clock::process().now())?;
    put_again(&mut changing);
    Ok(())
}

/// Lets the policy alone decide again once nothing is wanted any more; called now and then.
pub(crate) fn end_if_over() {
    if any() && settle(clock::process().now()) {
        let mut changing = active::lock();
        let decides = DECIDER.load(Ordering::Relaxed) != Decider::Sampler as u8;
        if IS_ON.load(Ordering::Relaxed) && decides {
            put_again(&mut changing);
        }
    }
}

fn put_again(changing: &mut active::Changing) {
    if let Some((policy, service)) = changing.current() {
        put(changing, policy, &service);
    }
}
