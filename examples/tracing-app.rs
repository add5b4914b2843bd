//! A program that uses `tracing` adopts the toolkit, one layer first: `cargo run --bin tracing-app`.
//!
//! Its spans and events stay as they are and become parts of the same traces as annotated calls; its own subscriber
//! and log lines go on. Finished traces are printed as trees.

use std::{error::Error, time::Duration};

use telemetry_runtime::{self as telemetry, Settings, Telemetry};
use tracing_subscriber::{Layer, filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// As it was before: known to `tracing` alone.
#[tracing::instrument]
fn place_order(item: &str, amount: u32) -> Result<u32, StockError> {
    tracing::info!(amount, "placing an order");
    let left = Stock.take(item, amount)?;
    tracing::info!(left, "placed");
    Ok(left)
}

#[derive(Debug, thiserror::Error, telemetry::ErrorType)]
enum StockError {
    #[error("only {left} left")]
    TooFew { left: u32 },
}

struct Stock;

/// What the program wants to know more of is annotated, one adapter at a time.
#[telemetry::instrument_adapter("stock")]
impl Stock {
    fn take(&self, _item: &str, amount: u32) -> Result<u32, StockError> {
        let left = 5_u32;
        tracing::info_span!("query", table = "items").in_scope(|| tracing::info!("one row"));
        left.checked_sub(amount).ok_or(StockError::TooFew { left })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_yaml_str("exporters: [{ provider: console }]")?;
    let telemetry = Telemetry::builder().service_name("tracing-app").settings(settings).install()?;
    tracing_subscriber::registry()
        .with(fmt::layer().with_writer(std::io::stderr).without_time().with_filter(LevelFilter::INFO))
        // All that adopting takes.
        .with(telemetry.tracing_layer())
        .init();

    for amount in [2, 9] {
        match place_order("bolts", amount) {
            Ok(left) => println!("{amount} taken, {left} left"),
            Err(error) => println!("{amount} not taken: {error}"),
        }
        // Only so that the tree stands below its line.
        telemetry.flush(Duration::from_secs(5))?;
    }
    let failed = [("provider", "stock"), ("error_type", "too_few")];
    println!("failed: {}", telemetry.snapshot().sum("adapter_errors_total", &failed));
    telemetry.shutdown(Duration::from_secs(5))?;
    Ok(())
}
