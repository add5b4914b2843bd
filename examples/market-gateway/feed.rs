//! Quotes of the exchange, over HTTP.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Client, Method, Request, StatusCode, Url};
use serde::Deserialize;
use telemetry_runtime as telemetry;
use tower::{Layer, ServiceExt};

use crate::{pricing::mid_price, quote::Quote};

/// How long the exchange may take; one of its answers in fifty takes longer.
const TIMEOUT: Duration = Duration::from_millis(100);

/// Quotes of the exchange.
pub(crate) struct QuoteFeed {
    /// Every request of it is a span, and hands the trace on.
    client: telemetry::HttpClientService<Client>,
    exchange: Url,
}

/// Why the exchange gave no quote; each variant is a value of the label `error_type`.
#[derive(Debug, thiserror::Error, telemetry::ErrorType)]
pub(crate) enum FeedError {
    #[error("the exchange did not answer within {TIMEOUT:?}")]
    Timeout,
    #[error("the exchange cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the exchange answered {0}")]
    Status(StatusCode),
    #[error("the exchange's answer is no quote")]
    Malformed(#[source] reqwest::Error),
    /// The breaker refused the call; the exchange was not asked.
    #[error(transparent)]
    #[error_type(transparent)]
    BreakerOpen(#[from] telemetry::BreakerOpen),
}

// The exchange is asked less than the breaker's default settings expect, and its outages are short.
#[telemetry::instrument_adapter(
    "quote_feed",
    slo(latency = "100ms", target = 99.0),
    breaker(failure_rate = 0.5, minimum_calls = 10, window = "3s", open_for = "2s", half_open_permits = 3)
)]
impl QuoteFeed {
    /// The symbol's quote; `None` if the exchange does not know it.
    ///
    /// An unknown symbol is an answer, not an error: it must not open the breaker.
    pub(crate) async fn quote(&self, symbol: &str) -> Result<Option<Quote>, FeedError> {
        let request = Request::new(Method::GET, self.address_of(symbol));
        let response = self.client.clone().oneshot(request).await?;
        match response.status() {
            StatusCode::OK => {
                let Offer { bid, ask } = response.json().await?;
                Ok(Some(Quote { symbol: symbol.to_owned(), price: mid_price(bid, ask) }))
            }
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(FeedError::Status(status)),
        }
    }
}

// Not annotated: it is part of the call above.
impl QuoteFeed {
    pub(crate) fn new(exchange: SocketAddr) -> Result<Self, Box<dyn std::error::Error>> {
        let client = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let client = telemetry::HttpClientLayer::new().layer(client);
        Ok(Self { client, exchange: Url::parse(&format!("http://{exchange}/quote/"))? })
    }

    fn address_of(&self, symbol: &str) -> Url {
        let mut address = self.exchange.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            // Encodes what a symbol may not hold, so that it stays one segment.
            path.pop_if_empty().push(symbol);
        }
        address
    }
}

/// The exchange's answer.
#[derive(Deserialize)]
struct Offer {
    bid: f64,
    ask: f64,
}

impl From<reqwest::Error> for FeedError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::Timeout
        } else if error.is_decode() {
            Self::Malformed(error)
        } else {
            Self::Unreachable(error)
        }
    }
}
