//! Instrumentation scopes of other libraries, by the number that stands for them in records.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use opentelemetry::InstrumentationScope;

/// Scopes at the most; spans of further ones are those of this toolkit.
const MAX_SCOPES: usize = 1024;

/// The number of spans that are this toolkit's own.
pub(crate) const OWN: u32 = 0;

#[derive(Default)]
struct Scopes {
    numbers: HashMap<InstrumentationScope, u32>,
    in_order: Vec<InstrumentationScope>,
}

static SCOPES: RwLock<Option<Scopes>> = RwLock::new(None);

/// The number of a scope, given at the first demand.
pub(crate) fn number(scope: &InstrumentationScope) -> u32 {
    let known = SCOPES.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(number) = known.as_ref().and_then(|known| known.numbers.get(scope)) {
        return *number;
    }
    drop(known);
    let mut scopes = SCOPES.write().unwrap_or_else(PoisonError::into_inner);
    let scopes = scopes.get_or_insert_default();
    if scopes.in_order.len() >= MAX_SCOPES {
        return OWN;
    }
    let next = u32::try_from(scopes.in_order.len() + 1).unwrap_or(OWN);
    *scopes.numbers.entry(scope.clone()).or_insert_with(|| {
        scopes.in_order.push(scope.clone());
        next
    })
}

/// The scope of a number; none for this toolkit's own.
pub(crate) fn numbered(number: u32) -> Option<InstrumentationScope> {
    let scopes = SCOPES.read().unwrap_or_else(PoisonError::into_inner);
    scopes.as_ref()?.in_order.get((number as usize).checked_sub(1)?).cloned()
}
