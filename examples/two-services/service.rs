//! What both services do alike.

use std::{
    error::Error,
    io::{self, Read, Write},
    net::Ipv4Addr,
};

use axum::Router;
use telemetry_runtime as telemetry;
use tokio::{net::TcpListener, task};

/// Serves until standard input closes, so that a service never outlives the shop that started it.
pub(crate) async fn serve(routes: Router) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let app = telemetry::setup_telemetry(routes)?;
    // What starts a service waits for this line.
    writeln!(io::stdout(), "{}", listener.local_addr()?)?;
    let closed = task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new()));
    telemetry::serve_until(listener, app, async {
        // An input that cannot be read is as good as closed.
        let _ = closed.await;
    })
    .await?;
    Ok(())
}
