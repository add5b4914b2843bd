//! Who looks each two seconds, as long as a page is open and a little longer; on the telemetry thread.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use axum::body::Bytes;
use tokio::time::{self, Instant, MissedTickBehavior};

use super::{page::Page, stream::event};
use crate::activity::{OperationRow, STEP};

/// How long it goes on when nobody looks, so that a page that is loaded again finds what it left.
const LINGER: Duration = Duration::from_secs(60);

/// A line that keeps proxies from closing a stream on which nothing happens.
const HEARTBEAT: Bytes = Bytes::from_static(b": heartbeat\n\n");
const HEARTBEAT_EACH: Duration = Duration::from_secs(15);

/// Looks from now on, if nobody does yet.
pub(super) fn keep_going(page: &Arc<Page>) {
    let Some(parts) = page.telemetry.dashboard() else { return };
    let mut clients = page.streams.lock();
    clients.last_look = Some(Instant::now());
    if !std::mem::replace(&mut clients.is_ticking, true) {
        parts.spawn(run(Arc::downgrade(page), parts.ending()));
    }
}

async fn run(page: Weak<Page>, ending: impl Future<Output = ()>) {
    let _guard = CloseStreams(Weak::clone(&page));
    let mut ticks = time::interval_at(Instant::now() + STEP, STEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ending = std::pin::pin!(ending);
    let mut ticker = Ticker { told: HashMap::new(), last_heartbeat: Instant::now() };
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = &mut ending => return,
        }
        let Some(page) = page.upgrade() else { return };
        if !ticker.tick(&page) {
            return;
        }
    }
}

/// Nobody waits for events that nobody sends.
struct CloseStreams(Weak<Page>);

impl Drop for CloseStreams {
    fn drop(&mut self) {
        if let Some(page) = self.0.upgrade() {
            let mut clients = page.streams.lock();
            if clients.is_ticking {
                clients.close();
            }
        }
    }
}

struct Ticker {
    /// What was told last, by id.
    told: HashMap<String, OperationRow>,
    last_heartbeat: Instant,
}

impl Ticker {
    /// Says whether to go on.
    fn tick(&mut self, page: &Arc<Page>) -> bool {
        if !self.is_wanted(page) {
            page.forget();
            return false;
        }
        let mut tick = page.tick();
        tick.operations.retain(|row| self.told.get(&row.id) != Some(row));
        self.told.extend(tick.operations.iter().map(|row| (row.id.clone(), row.clone())));
        let mut text = event("tick", &tick);
        if self.last_heartbeat.elapsed() >= HEARTBEAT_EACH {
            self.last_heartbeat = Instant::now();
            text = [HEARTBEAT, text].concat().into();
        }
        page.streams.lock().tell(&text, || event("overview", &page.overview()));
        true
    }

    fn is_wanted(&mut self, page: &Page) -> bool {
        let mut clients = page.streams.lock();
        let is_new = std::mem::take(&mut clients.has_new);
        if clients.is_empty() || is_new {
            self.told.clear();
        }
        let is_wanted = !clients.is_empty() || clients.last_look.is_some_and(|last| last.elapsed() < LINGER);
        clients.is_ticking = is_wanted;
        is_wanted
    }
}
