//! One trace through three processes: `cargo run --bin two-services`.
//!
//! A shop asks `orders` for two orders, and `orders` asks `stock`, over real HTTP. The two services are this program
//! again, started as `two-services orders …` and `two-services stock …`. Each process writes its spans to a file of its
//! own; at the end the shop puts them together and prints the traces.
//!
//! `OTEL_PROPAGATORS=b3` (or `b3multi`, `jaeger`, `tracecontext,baggage`, …) lets the trace travel in other headers.

mod client;
mod orders;
mod service;
mod shop;
mod stock;
mod traces;

use std::{error::Error, path::PathBuf, process::ExitCode};

use telemetry_runtime::{self as telemetry, Settings, Telemetry};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("two-services: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => shop::run().await,
        ["stock", spans] => stock::run(PathBuf::from(spans)).await,
        ["orders", spans, stock] => orders::run(PathBuf::from(spans), stock.parse()?).await,
        _ => Err("run it without arguments; it starts its services itself".into()),
    }
}

/// Telemetry of one process, whose spans go to a file.
fn install(name: &str, spans: &std::path::Path) -> Result<Telemetry, telemetry::SetupError> {
    let mut settings = Settings::from_env()?;
    let mut file = telemetry::settings::ExporterSettings::new(telemetry::settings::ExporterProvider::File);
    file.file.path = spans.to_owned();
    settings.exporters = vec![file];
    // Standard output is for what the processes say to each other, and to you.
    settings.logs.enabled = false;
    Telemetry::builder().settings(settings).service_name(name).install()
}
