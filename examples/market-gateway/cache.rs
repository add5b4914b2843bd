//! Quotes that were seen a moment ago.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use telemetry_runtime as telemetry;

use crate::quote::Quote;

/// Short, so that both hits and misses are seen.
const LIFETIME: Duration = Duration::from_millis(500);

/// Quotes that were seen a moment ago.
pub(crate) struct QuoteCache {
    quotes: Mutex<HashMap<String, Kept>>,
}

struct Kept {
    quote: Quote,
    since: Instant,
}

#[telemetry::instrument_adapter("quote_cache")]
impl QuoteCache {
    /// The symbol's quote, unless it is too old.
    pub(crate) fn get(&self, symbol: &str) -> Option<Quote> {
        let quotes = self.quotes();
        let fresh = quotes.get(symbol).filter(|kept| kept.since.elapsed() < LIFETIME);
        // A miss is no failed call, so the attribute does not tell it from a hit.
        let result = if fresh.is_some() { "hit" } else { "miss" };
        metrics::counter!("quote_cache_lookups_total", "result" => result).increment(1);
        fresh.map(|kept| kept.quote.clone())
    }

    /// Keeps the quote for a moment.
    pub(crate) fn put(&self, quote: &Quote) {
        let kept = Kept { quote: quote.clone(), since: Instant::now() };
        self.quotes().insert(quote.symbol.clone(), kept);
    }
}

// Not annotated: it is part of the calls above.
impl QuoteCache {
    pub(crate) fn new() -> Self {
        Self { quotes: Mutex::default() }
    }

    fn quotes(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.quotes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
