//! The first of the three: starts the services, orders, and shows the traces.

use std::{
    error::Error,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use telemetry_runtime as telemetry;

use crate::{
    client::{CallError, Service},
    install, traces,
};

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let spans = |name: &str| directory.path().join(name).with_extension("jsonl");
    let telemetry = install("shop", &spans("shop"))?;
    let stock = Started::new("stock", &spans("stock"), None)?;
    let orders = Started::new("orders", &spans("orders"), Some(stock.address))?;

    let shop = Orders(Service::new(orders.address)?);
    let mut out = std::io::stdout().lock();
    for item in ["lamp", "hat"] {
        match shop.order(item).await {
            Ok(order) => writeln!(out, "{item}: {order}")?,
            Err(error) => writeln!(out, "{item}: {error}")?,
        }
    }

    // The callers end before those they call, so that all spans are written.
    orders.end()?;
    stock.end()?;
    telemetry.shutdown(Duration::from_secs(5))?;
    let files: Vec<PathBuf> = ["shop", "orders", "stock"].map(spans).into();
    write!(out, "\n{}", traces::text(&traces::read(&files)?))?;
    Ok(())
}

struct Orders(Service);

#[telemetry::instrument_adapter("orders")]
impl Orders {
    async fn order(&self, item: &str) -> Result<String, CallError> {
        self.0.post(&format!("/orders/{item}")).await
    }
}

/// A service that runs; it ends when its input closes, and so also with this process.
struct Started {
    process: Child,
    address: SocketAddr,
}

impl Started {
    fn new(name: &str, spans: &Path, calls: Option<SocketAddr>) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(name).arg(spans).args(calls.map(|address| address.to_string()));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(said) = process.stdout.take() {
            BufReader::new(said).read_line(&mut line)?;
        }
        let address = line.trim().parse().map_err(|_| format!("{name} did not start"))?;
        Ok(Self { process, address })
    }

    fn end(mut self) -> Result<(), Box<dyn Error>> {
        drop(self.process.stdin.take());
        let status = self.process.wait()?;
        if status.success() { Ok(()) } else { Err(format!("a service ended with {status}").into()) }
    }
}
