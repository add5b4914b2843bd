//! A breaker that gives a dying dependency a rest, and a fallback that answers meanwhile:
//! `cargo run --bin breaker-fallback`.
//!
//! The exchange goes down and comes back. The first calls fail and open the breaker; from then on the exchange is not
//! asked, and callers get the last known price at once. After `open_for` one call is let through as a probe, and its
//! success closes the breaker again.

use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use telemetry_runtime::{self as telemetry, BreakerOpen, CircuitBreaker, Telemetry};

#[derive(Debug, thiserror::Error, telemetry::ErrorType)]
enum QuoteError {
    #[error("the exchange is down")]
    Down,
    /// What the breaker says when it refuses a call; the exchange was not asked.
    #[error(transparent)]
    Refused(#[from] BreakerOpen),
}

/// A price, and whether it is of now.
#[derive(Clone, Copy, Debug)]
enum Price {
    Live(f64),
    LastKnown(f64),
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Live(price) => write!(f, "{price}"),
            Self::LastKnown(price) => write!(f, "{price}, the last known"),
        }
    }
}

#[derive(Debug)]
struct Exchange {
    is_up: AtomicBool,
}

#[telemetry::instrument_adapter(
    "exchange",
    breaker(minimum_calls = 4, failure_rate = 0.5, open_for = "200ms", half_open_permits = 1)
)]
impl Exchange {
    /// Add `on = error` to the fallback, and failed calls get the last known price too.
    #[telemetry(fallback = Self::last_known)]
    async fn price(&self, symbol: &str) -> Result<Price, QuoteError> {
        if self.is_up.load(Ordering::Relaxed) { Ok(Price::Live(101.5)) } else { Err(QuoteError::Down) }
    }
}

// Not annotated: no call leaves the program.
impl Exchange {
    async fn last_known(&self, _symbol: &str) -> Result<Price, QuoteError> {
        Ok(Price::LastKnown(99.0))
    }

    async fn ask(&self, times: u32) {
        for _ in 0..times {
            match self.price("ACME").await {
                Ok(price) => println!("  {price}"),
                Err(error) => println!("  {error}"),
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let telemetry = Telemetry::builder().service_name("breaker-fallback").install()?;
    let exchange = Exchange { is_up: AtomicBool::new(true) };
    println!("the exchange is up");
    exchange.ask(2).await;
    // The breaker of a block is named after its provider, and is known from the first call on.
    CircuitBreaker::named("exchange").observe(|event| println!("{event}"));

    println!("it goes down");
    exchange.is_up.store(false, Ordering::Relaxed);
    exchange.ask(4).await;

    println!("it comes back");
    exchange.is_up.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(250)).await;
    exchange.ask(2).await;

    let snapshot = telemetry.snapshot();
    let of_exchange = [("provider", "exchange")];
    println!("fallbacks: {}", snapshot.sum("adapter_fallbacks_total", &of_exchange));
    println!("rejected: {}", snapshot.sum("circuit_breaker_rejected_total", &[("breaker", "exchange")]));
    telemetry.shutdown(Duration::from_secs(5))?;
    Ok(())
}
