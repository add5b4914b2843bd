//! A gateway to market data, watched by the telemetry toolkit: `cargo run --bin market-gateway`.
//!
//! It answers `GET /api/data/{symbol}` with a quote from its cache, from an exchange, or, while the exchange fails,
//! with the last known one from its database. The exchange is a simulator that is slow, fails and goes down as the
//! real ones do. `cargo run --bin market-gateway -- --help` lists the flags.
//!
//! Where to look first: `feed` is an annotated adapter with a breaker and typed errors, `gateway` says how many calls
//! each layer makes, `watch` adds a probe and a health check, and `run` below sets everything up.

// The gateway.
mod api;
mod cache;
mod feed;
mod gateway;
mod pricing;
mod quote;
mod store;
mod watch;
// What it needs to be tried out.
mod arguments;
mod console;
mod dashboards;
mod data;
mod listen;
mod load;
mod outage;
mod report;
mod simulator;
mod stop;

use std::{error::Error, process::ExitCode};

use telemetry_runtime as telemetry;

use crate::{
    arguments::{Arguments, Asked},
    cache::QuoteCache,
    data::DataDirectory,
    feed::QuoteFeed,
    gateway::Gateway,
    load::Load,
    store::QuoteStore,
};

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(Asked::Run(arguments)) => run(arguments).await,
        Ok(Asked::ExportDashboards(directory)) => dashboards::export(&directory),
        Ok(Asked::Report(file)) => report::print(&file),
        Ok(Asked::Help) => {
            console::say(arguments::HELP);
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            eprintln!("market-gateway: {mistake}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("market-gateway: {error}");
            ExitCode::FAILURE
        }
    }
}

/// As `setup_telemetry` installs it, with the settings' console exporter switched on.
fn install_with_traces() -> Result<(), telemetry::SetupError> {
    let mut settings = telemetry::Settings::load()?;
    let console = telemetry::settings::ExporterProvider::Console;
    match settings.exporters.iter_mut().find(|exporter| exporter.provider == console) {
        Some(exporter) => exporter.enabled = true,
        None => settings.exporters.push(telemetry::settings::ExporterSettings::new(console)),
    }
    telemetry::Telemetry::builder().settings(settings).install()?;
    Ok(())
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let data = DataDirectory::open(arguments.data.as_deref())?;
    let exchange = simulator::start(arguments.outage.clone()).await?;

    let database = data.path().join("quotes.sqlite");
    let store = QuoteStore::open(&database)?;
    let gateway = Gateway::new(QuoteCache::new(), QuoteFeed::new(exchange)?, store);

    if arguments.traces {
        install_with_traces()?;
    }
    // Telemetry comes last: it counts the routes that are there.
    let app = telemetry::setup_telemetry(api::routes(gateway)?)?;
    watch::database(&database)?;

    let listener = listen::bind(arguments.listen).await?;
    let address = listen::reachable(listener.local_addr()?);
    console::welcome(address, exchange, &data, &arguments);

    let load = Load::start(arguments.load, address)?;
    telemetry::serve(listener, app).await?;
    load.finished().await;
    Ok(())
}
