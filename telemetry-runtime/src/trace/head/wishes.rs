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

use crate::operation::Operation;

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
pub(super) fn set(operation: &Operation, wanted: Wanted, now: Duration) -> Result<(), NotWanted> {
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
pub(super) fn settle(now: Duration) -> bool {
    let mut wishes = wishes();
    let before = wishes.len();
    wishes.retain(|wish| wish.wanted != Wanted::default() && wish.until > now);
    ANY.store(!wishes.is_empty(), Ordering::Relaxed);
    before > 0 && wishes.is_empty()
}
