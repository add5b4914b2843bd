//! From the cache to the exchange to the database.

use crate::{
    cache::QuoteCache,
    feed::{FeedError, QuoteFeed},
    quote::{Quote, Source},
    store::QuoteStore,
};

/// From the cache to the exchange to the database.
///
/// Each layer is asked only for what the one before could not give, so that the calls of the layers add up. With
/// `calls(..)` for `adapter_requests_total` and `answers(..)` for `app_request_count_total` of the route, once no
/// request runs:
///
/// ```text
/// answers(all)                                       = calls(quote_cache.get)
/// calls(quote_cache.get)                             = lookups(hit) + lookups(miss)
/// lookups(miss)                                      = calls(quote_feed.quote), rejected ones included
/// calls(quote_feed.quote, success)                   = calls(quote_store.save) + answers(404)
/// calls(quote_feed.quote, error or rejected)         = calls(quote_store.last_known)
/// calls(quote_store.save)                            = calls(quote_cache.put) = calls(pricing.mid_price)
/// answers(200) + answers(502, 503, 504)              = lookups(hit) + calls(quote_store.save, last_known)
/// circuit_breaker_rejected_total(quote_feed)         = calls(quote_feed.quote, rejected)
/// ```
///
/// `lookups` is `quote_cache_lookups_total`. Requests that never reach the gateway (405 for a method that is not GET,
/// 400 for a symbol that is not UTF-8) make no call, and a client that leaves cancels what its request was at.
pub(crate) struct Gateway {
    cache: QuoteCache,
    feed: QuoteFeed,
    store: QuoteStore,
}

impl Gateway {
    pub(crate) fn new(cache: QuoteCache, feed: QuoteFeed, store: QuoteStore) -> Self {
        Self { cache, feed, store }
    }

    /// The symbol's quote and where it came from; `None` if the exchange does not know the symbol.
    ///
    /// # Errors
    ///
    /// Why the exchange could not be asked, if no quote of the symbol is known from before.
    pub(crate) async fn quote(&self, symbol: &str) -> Result<Option<(Quote, Source)>, FeedError> {
        if let Some(quote) = self.cache.get(symbol) {
            return Ok(Some((quote, Source::Cache)));
        }
        match self.feed.quote(symbol).await {
            Ok(Some(quote)) => {
                self.keep(&quote).await;
                Ok(Some((quote, Source::Feed)))
            }
            Ok(None) => Ok(None),
            Err(error) => match self.last_known(symbol).await {
                Some(quote) => Ok(Some((quote, Source::Store))),
                None => Err(error),
            },
        }
    }

    async fn keep(&self, quote: &Quote) {
        self.cache.put(quote);
        // The quote is good without it, and the store's own metrics tell of the failure.
        let _ = self.store.save(quote).await;
    }

    async fn last_known(&self, symbol: &str) -> Option<Quote> {
        // What the exchange failed with says more to the client than what the store did.
        self.store.last_known(symbol).await.ok().flatten()
    }
}
