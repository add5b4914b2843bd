//! One adapter with a typed error, four calls, and what they were: `cargo run --bin quickstart`.

use telemetry_runtime as telemetry;

#[derive(Debug, telemetry::ErrorType)]
enum QuoteError {
    UnknownSymbol,
}

struct QuoteFeed;

#[telemetry::instrument_adapter("quote_feed")]
impl QuoteFeed {
    async fn price(&self, symbol: &str) -> Result<f64, QuoteError> {
        if symbol == "ACME" { Ok(101.5) } else { Err(QuoteError::UnknownSymbol) }
    }
}

#[tokio::main]
async fn main() -> Result<(), telemetry::SetupError> {
    let telemetry = telemetry::Telemetry::builder().service_name("quickstart").install()?;
    for symbol in ["ACME", "NOPE", "ACME", "ACME"] {
        println!("{symbol}: {:?}", QuoteFeed.price(symbol).await);
    }
    let mut page = String::new();
    telemetry::prometheus::render(&telemetry.snapshot(), telemetry::prometheus::Format::Text, &mut page);
    for line in page.lines().filter(|line| line.starts_with("adapter_") && !line.contains("_bucket")) {
        println!("{line}");
    }
    Ok(())
}
