//! The first service of docs/getting-started.md: `cargo run --bin getting-started`.

use axum::{Router, extract::Path, http::StatusCode, routing::get};
use telemetry_runtime as telemetry;

/// What can go wrong; each variant is a value of the label `error_type`.
#[derive(Debug, telemetry::ErrorType)]
enum QuoteError {
    UnknownSymbol,
    Unreachable,
}

struct Exchange;

#[telemetry::instrument_adapter("exchange")]
impl Exchange {
    async fn quote(&self, symbol: &str) -> Result<f64, QuoteError> {
        match symbol {
            "ACME" => Ok(101.5),
            "DOWN" => Err(QuoteError::Unreachable),
            _ => Err(QuoteError::UnknownSymbol),
        }
    }
}

async fn quote(Path(symbol): Path<String>) -> Result<String, StatusCode> {
    match Exchange.quote(&symbol).await {
        Ok(price) => Ok(format!("{symbol} costs {price}\n")),
        Err(QuoteError::UnknownSymbol) => Err(StatusCode::NOT_FOUND),
        Err(QuoteError::Unreachable) => Err(StatusCode::BAD_GATEWAY),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new().route("/quote/{symbol}", get(quote));
    let app = telemetry::setup_telemetry(app)?; // last, after the routes
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(telemetry::serve(listener, app).await?)
}
