//! Requests to the gateway's own API.

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, StatusCode};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
    time::{Interval, interval},
};

use crate::{console::say, simulator, stop::asked_to_stop};

/// Requests that may run at once: without a rate they follow each other, with one they must not fall behind.
const AT_ONCE_UNPACED: u32 = 32;
const AT_ONCE_PACED: u32 = 256;

/// Longer than the gateway takes, shorter than it drains.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How much is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoadPlan {
    Nothing,
    /// `rate` a second until stopped.
    Steady {
        rate: u32,
    },
    /// That many, at `rate` a second or as fast as they are answered.
    Exactly {
        requests: u64,
        rate: Option<u32>,
    },
}

/// Enough for the metrics to show something.
impl Default for LoadPlan {
    fn default() -> Self {
        Self::Steady { rate: 20 }
    }
}

impl LoadPlan {
    fn rate(self) -> Option<u32> {
        match self {
            Self::Nothing => None,
            Self::Steady { rate } => Some(rate),
            Self::Exactly { rate, .. } => rate,
        }
    }

    fn requests(self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Steady { .. } => u64::MAX,
            Self::Exactly { requests, .. } => requests,
        }
    }
}

impl fmt::Display for LoadPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("none"),
            Self::Steady { rate } => write!(f, "{rate} requests a second"),
            Self::Exactly { requests, rate: None } => write!(f, "{requests} requests"),
            Self::Exactly { requests, rate: Some(rate) } => write!(f, "{requests} requests, {rate} a second"),
        }
    }
}

/// The load that runs.
pub(crate) struct Load {
    sending: JoinHandle<()>,
}

impl Load {
    /// Starts to send, until all is sent or the program is asked to stop.
    ///
    /// The server stops listening at the same moment: a request that comes upon it is a failed one, and reaches nobody.
    pub(crate) fn start(plan: LoadPlan, gateway: SocketAddr) -> Result<Self, Box<dyn std::error::Error>> {
        let client = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let stop = asked_to_stop()?;
        let sending = async move {
            if plan != LoadPlan::Nothing {
                let sender = Sender::new(client, gateway, plan);
                sender.send(plan.requests(), stop).await;
            }
        };
        Ok(Self { sending: tokio::spawn(sending) })
    }

    /// Waits until what was sent is answered.
    pub(crate) async fn finished(self) {
        // It fails only with the runtime, which ends with the program.
        let _ = self.sending.await;
    }
}

struct Sender {
    client: Client,
    gateway: SocketAddr,
    pace: Option<Interval>,
    at_once: u32,
    /// A permit for each request that may run beside the others.
    slots: Arc<Semaphore>,
    symbols: fastrand::Rng,
    tally: Arc<Tally>,
}

impl Sender {
    fn new(client: Client, gateway: SocketAddr, plan: LoadPlan) -> Self {
        let at_once = if plan.rate().is_some() { AT_ONCE_PACED } else { AT_ONCE_UNPACED };
        Self {
            client,
            gateway,
            // A tick that is late is made up for, so that the rate holds.
            pace: plan.rate().map(|rate| interval(Duration::from_secs(1) / rate)),
            at_once,
            slots: Arc::new(Semaphore::new(at_once as usize)),
            symbols: fastrand::Rng::with_seed(1),
            tally: Arc::default(),
        }
    }

    async fn send(mut self, requests: u64, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        for _ in 0..requests {
            let slot = tokio::select! {
                biased;
                () = &mut stop => break,
                slot = self.turn() => slot,
            };
            self.send_one(slot);
        }
        // All slots are free once all requests are answered.
        let _ = self.slots.acquire_many(self.at_once).await;
        say(&self.tally);
    }

    /// Waits until the next request may be sent.
    async fn turn(&mut self) -> Option<OwnedSemaphorePermit> {
        if let Some(pace) = &mut self.pace {
            pace.tick().await;
        }
        // The semaphore is never closed.
        Arc::clone(&self.slots).acquire_owned().await.ok()
    }

    fn send_one(&mut self, slot: Option<OwnedSemaphorePermit>) {
        let symbol = simulator::any_symbol(&mut self.symbols);
        let request = self.client.get(format!("http://{}/api/data/{symbol}", self.gateway));
        let tally = Arc::clone(&self.tally);
        tally.sent.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            tally.count(answer(request).await.ok());
            drop(slot);
        });
    }
}

/// Reads the answer to its end: a client that leaves before has cancelled.
async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<StatusCode> {
    let response = request.send().await?;
    let status = response.status();
    response.bytes().await?;
    Ok(status)
}

/// What became of the requests.
#[derive(Default)]
struct Tally {
    sent: AtomicU64,
    successes: AtomicU64,
    client_errors: AtomicU64,
    server_errors: AtomicU64,
    failures: AtomicU64,
}

impl Tally {
    /// Without a status there was no answer.
    fn count(&self, status: Option<StatusCode>) {
        let counter = match status {
            Some(status) if status.is_success() => &self.successes,
            Some(status) if status.is_client_error() => &self.client_errors,
            Some(status) if status.is_server_error() => &self.server_errors,
            Some(_) | None => &self.failures,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [sent, successes, client_errors, server_errors, failures] =
            [&self.sent, &self.successes, &self.client_errors, &self.server_errors, &self.failures]
                .map(|counter| counter.load(Ordering::Relaxed));
        write!(f, "load: {sent} requests sent: {successes} answered 2xx, {client_errors} 4xx, ")?;
        write!(f, "{server_errors} 5xx, {failures} failed")
    }
}
