//! Callsites of `tracing`, by the number that stands for them in records.
//!
//! What a callsite says of its spans and events is known to the program for ever, so none of it is written a second
//! time: a record has the callsite's number, and values have the places of their fields.

use std::{
    cell::Cell,
    sync::{PoisonError, RwLock},
};

use tracing::Metadata;

use super::ids;

/// Callsites that have recorded something.
static NUMBERED: RwLock<Vec<&'static Metadata<'static>>> = RwLock::new(Vec::new());

/// What a thread remembers; callsites that share a place displace each other.
const REMEMBERED: usize = 64;

thread_local! {
    static KNOWN: [Cell<(usize, u32)>; REMEMBERED] = const { [const { Cell::new((0, 0)) }; REMEMBERED] };
}

/// The number of a callsite, given at the first demand.
pub(crate) fn number(metadata: &'static Metadata<'static>) -> u32 {
    let address = std::ptr::from_ref(metadata) as usize;
    let place = ids::mix(address as u64) as usize % REMEMBERED;
    KNOWN.with(|known| {
        let (known_address, number) = known[place].get();
        if known_address == address {
            return number;
        }
        let number = find_or_give(metadata);
        known[place].set((address, number));
        number
    })
}

#[cold]
fn find_or_give(metadata: &'static Metadata<'static>) -> u32 {
    let mut numbered = NUMBERED.write().unwrap_or_else(PoisonError::into_inner);
    let known = numbered.iter().position(|known| std::ptr::eq(*known, metadata));
    let place = known.unwrap_or_else(|| {
        numbered.push(metadata);
        numbered.len() - 1
    });
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The callsite of a number.
pub(crate) fn numbered(number: u32) -> Option<&'static Metadata<'static>> {
    NUMBERED.read().unwrap_or_else(PoisonError::into_inner).get(number as usize).copied()
}
