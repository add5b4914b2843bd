//! Serving until the program is asked to stop.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::Notify};

use crate::{accounting::Accounting, setup::Telemetry};

/// How long requests that run may take to end once the program is asked to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// How long telemetry may take to send what it still has.
const FLUSH: Duration = Duration::from_secs(5);

/// Serves `app` until SIGINT or SIGTERM, then drains, flushes and prints the final accounting.
///
/// Requests that run get 10 s to end; a second signal ends them at once. Handlers can extract
/// `ConnectInfo<SocketAddr>`.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let app = telemetry_runtime::setup_telemetry(axum::Router::new())?;
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
/// telemetry_runtime::serve(listener, app).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// What the listener met, or that no signal can be received.
pub async fn serve(listener: TcpListener, app: Router) -> io::Result<()> {
    let mut signals = Signals::new()?;
    serve_until(listener, app, async move { signals.next().await }).await
}

/// Serves `app` until `stop` is ready, then drains, flushes and prints the final accounting.
///
/// For programs with something to do before their requests are drained, such as leaving a load balancer. What is asked
/// for is up to `stop`, signals included; one that comes while requests are drained ends them at once.
///
/// ```no_run
/// # async fn leave_the_load_balancer() {}
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let app = telemetry_runtime::setup_telemetry(axum::Router::new())?;
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
/// let stop = async {
///     // Whoever cannot be asked to stop is never asked.
///     let _ = tokio::signal::ctrl_c().await;
///     leave_the_load_balancer().await;
/// };
/// telemetry_runtime::serve_until(listener, app, stop).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// What the listener met, or that no signal can be received.
pub async fn serve_until(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let drain = Arc::new(Notify::new());
    let asked = Arc::clone(&drain);
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move { asked.notified().await });
    let mut server = std::pin::pin!(server.into_future());
    let served = tokio::select! {
        served = &mut server => served,
        () = stop => {
            // Signals until now belong to `stop`.
            let mut signals = Signals::new()?;
            drain.notify_one();
            #[cfg(feature = "dashboard")]
            end_pages();
            tokio::select! {
                served = &mut server => served,
                () = signals.next() => Ok(()),
                () = tokio::time::sleep(DRAIN) => Ok(()),
            }
        }
    };
    finish().await;
    served
}

/// Streams of open pages would keep the server from being drained.
#[cfg(feature = "dashboard")]
fn end_pages() {
    if let Some(parts) = Telemetry::global().and_then(Telemetry::dashboard) {
        parts.end();
    }
}

/// Waiting for the background thread blocks, so it happens beside the program's runtime.
async fn finish() {
    let Some(telemetry) = Telemetry::global() else { return };
    let stopped = tokio::task::spawn_blocking(|| telemetry.shutdown(FLUSH)).await;
    eprintln!("{}", Accounting::of(&telemetry.snapshot()));
    if let Ok(Err(error)) = stopped {
        eprintln!("telemetry: {error}");
    }
}

/// The signals that ask a program to stop.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "the other platform's form can fail")]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
