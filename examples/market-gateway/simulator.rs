//! An exchange as it is: slow now and then, failing sometimes, down at times.
//!
//! It plays somebody else's service: it counts nothing here, and takes part in traces like any server that follows the
//! W3C's headers.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use fastrand::Rng;
use serde::Serialize;
use telemetry_runtime::{self as telemetry, TelemetryFutureExt};
use tokio::{
    net::{TcpListener, TcpSocket},
    time::{Instant, sleep, sleep_until},
};

use crate::{console::say, outage::Schedule};

/// What is traded, and for how much.
const LISTED: [(&str, f64); 8] = [
    ("ACME", 101.5),
    ("GLOBEX", 42.25),
    ("HOOLI", 310.0),
    ("INITECH", 17.75),
    ("STARK", 188.0),
    ("UMBRELLA", 63.5),
    ("WAYNE", 240.25),
    ("WONKA", 88.0),
];

/// What nobody has heard of.
const UNKNOWN: [&str; 2] = ["NOPE", "VOID"];

/// A symbol to ask for; one in twenty is unknown.
pub(crate) fn any_symbol(rng: &mut Rng) -> &'static str {
    if rng.u32(..20) == 0 { UNKNOWN[rng.usize(..UNKNOWN.len())] } else { LISTED[rng.usize(..LISTED.len())].0 }
}

/// Opens the exchange on a free port.
pub(crate) async fn start(schedule: Schedule) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        if let Err(error) = trade(listener, address, schedule).await {
            say(format_args!("exchange: closed for good: {error}"));
        }
    });
    Ok(address)
}

/// Opens and closes the exchange as scheduled.
async fn trade(mut listener: TcpListener, address: SocketAddr, schedule: Schedule) -> io::Result<()> {
    let opened = Instant::now();
    let exchange = Router::new().route("/quote/{symbol}", get(quote)).with_state(Arc::new(Moods::new()));
    for outage in schedule.outages() {
        let closing = async move {
            sleep_until(opened + outage.start).await;
            say(format_args!("exchange: down for {:?}", outage.length));
        };
        // Closes the listener at once, and connections once their answers are sent.
        axum::serve(listener, exchange.clone()).with_graceful_shutdown(closing).await?;
        let reserved = reserve(address);
        sleep_until(opened + outage.end()).await;
        drop(reserved);
        listener = TcpListener::bind(address).await?;
        say("exchange: up again");
    }
    axum::serve(listener, exchange).await
}

/// Keeps the port from being given to another; a socket that does not listen refuses connections.
fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

#[derive(Serialize)]
struct Offer {
    bid: f64,
    ask: f64,
}

async fn quote(State(moods): State<Arc<Moods>>, Path(symbol): Path<String>, headers: HeaderMap) -> Response {
    let caller = telemetry::extract(&headers);
    let span = telemetry::span("exchange.quote").kind(telemetry::Kind::Server).parent(&caller).start();
    span.set_attribute("symbol", symbol.clone());
    answer(&moods, symbol).in_span(span).await
}

async fn answer(moods: &Moods, symbol: String) -> Response {
    let Mood { latency, fails, trend } = moods.next();
    sleep(latency).await;
    if fails {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    match LISTED.iter().find(|(listed, _)| *listed == symbol) {
        Some((_, price)) => Json(Offer { bid: price * trend, ask: price * trend + 0.5 }).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// How the exchange treats one request.
struct Mood {
    latency: Duration,
    fails: bool,
    trend: f64,
}

/// Drawn from a seed, so that runs are alike.
struct Moods(Mutex<Rng>);

impl Moods {
    fn new() -> Self {
        Self(Mutex::new(Rng::with_seed(7)))
    }

    fn next(&self) -> Mood {
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One in fifty takes longer than its client waits.
        let millis = if rng.u32(..50) == 0 { 200 } else { rng.u64(1..=20) };
        Mood {
            latency: Duration::from_millis(millis),
            fails: rng.u32(..100) < 3,
            trend: 0.95 + rng.f64() / 10.0,
        }
    }
}
