//! `GET /telemetry/api/stream`: what changes, as server-sent events.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use http_body::Frame;
use serde::Serialize;
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::Instant,
};

use super::{answer::Problem, page::Page, ticker};

/// Streams at once; each takes what a page needs, and there are not that many operators.
const MOST: usize = 64;

/// Events that wait for a slow client; one that misses some gets everything anew.
const WAITING: usize = 4;

/// The time after which a client that lost its stream asks again, in milliseconds.
const RETRY: &str = "retry: 2000\n\n";

/// Those who are told what changes.
#[derive(Default)]
pub(super) struct Streams(Mutex<Clients>);

#[derive(Default)]
pub(super) struct Clients {
    clients: Vec<Client>,
    /// Somebody came since the last event, and may have seen what was not told.
    pub(super) has_new: bool,
    /// Nobody is told any more, because the program ends.
    is_closed: bool,
    /// Somebody tells them.
    pub(super) is_ticking: bool,
    /// When somebody asked for what is told here, by a stream or otherwise.
    pub(super) last_look: Option<Instant>,
}

struct Client {
    events: mpsc::Sender<Bytes>,
    /// It has missed events.
    is_behind: bool,
}

impl Streams {
    pub(super) fn lock(&self) -> MutexGuard<'_, Clients> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clients {
    /// Ends all streams, and lets none begin.
    pub(super) fn close(&mut self) {
        self.clients.clear();
        self.is_closed = true;
    }

    fn join(&mut self) -> Result<mpsc::Receiver<Bytes>, Problem> {
        self.clients.retain(|client| !client.events.is_closed());
        if self.is_closed {
            let remedy = "ask the next instance";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the program ends", remedy));
        }
        if self.clients.len() >= MOST {
            let error = format!("{MOST} pages are open already");
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, error, "close some of them"));
        }
        let (events, told) = mpsc::channel(WAITING);
        self.clients.push(Client { events, is_behind: false });
        self.has_new = true;
        Ok(told)
    }

    /// Whether anybody is told.
    pub(super) fn is_empty(&mut self) -> bool {
        self.clients.retain(|client| !client.events.is_closed());
        self.clients.is_empty()
    }

    /// Tells every client, and gives those that have missed something what `whole` makes.
    pub(super) fn tell(&mut self, event: &Bytes, whole: impl Fn() -> Bytes) {
        let mut made = None;
        self.clients.retain_mut(|client| {
            let text = if client.is_behind { made.get_or_insert_with(&whole) } else { event };
            match client.events.try_send(text.clone()) {
                Ok(()) => client.is_behind = false,
                Err(TrySendError::Full(_)) => client.is_behind = true,
                Err(TrySendError::Closed(_)) => return false,
            }
            true
        });
    }
}

/// An event; the value stands on one line, as JSON does here.
pub(super) fn event(name: &str, value: &impl Serialize) -> Bytes {
    // Rows of this module can be written.
    let value = serde_json::to_string(value).unwrap_or_default();
    Bytes::from(format!("event: {name}\ndata: {value}\n\n"))
}

/// What changes, each two seconds, as server-sent events.
///
/// The first is `overview` with everything; each `tick` has what has changed since the event before. A client that
/// was too slow for some gets `overview` again.
#[utoipa::path(
    get,
    path = "/telemetry/api/stream",
    tag = "overview",
    responses(
        (status = 200, description = "Events `overview` and `tick`.", content_type = "text/event-stream", body = String),
        (status = 429, description = "Too many streams are open.", body = Problem)
    )
)]
pub(super) async fn get(State(page): State<Arc<Page>>) -> Result<Response, Problem> {
    // In this order nothing is missed in between.
    let told = page.streams.lock().join()?;
    ticker::keep_going(&page);
    let first = format!("{RETRY}{}", text(&event("overview", &page.overview())));
    let body = Body::new(Events { first: Some(Bytes::from(first)), told });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}

fn text(event: &Bytes) -> &str {
    std::str::from_utf8(event).unwrap_or_default()
}

/// Events as they come.
struct Events {
    first: Option<Bytes>,
    told: mpsc::Receiver<Bytes>,
}

impl http_body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        self.told.poll_recv(cx).map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_bounded_and_end_with_the_program() {
        let streams = Streams::default();
        let mut open: Vec<_> = (0..MOST).map(|_| streams.lock().join().expect("room")).collect();
        let refused = streams.lock().join().expect_err("no room");
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        drop(open.pop());
        open.push(streams.lock().join().expect("room again"));
        streams.lock().close();
        assert!(open.iter_mut().all(|told| told.try_recv() == Err(mpsc::error::TryRecvError::Disconnected)));
        let refused = streams.lock().join().expect_err("it ends");
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    }

    #[test]
    fn whoever_misses_events_gets_everything() {
        let streams = Streams::default();
        let mut told = streams.lock().join().expect("room");
        let event = |text: &'static str| Bytes::from_static(text.as_bytes());
        for _ in 0..WAITING + 3 {
            streams.lock().tell(&event("tick"), || event("overview"));
        }
        (0..WAITING).for_each(|_| assert_eq!(told.try_recv(), Ok(event("tick"))));
        assert!(told.try_recv().is_err(), "the others found no room");
        streams.lock().tell(&event("tick"), || event("overview"));
        streams.lock().tell(&event("tick"), || event("overview"));
        assert_eq!([told.try_recv(), told.try_recv()], [Ok(event("overview")), Ok(event("tick"))]);
    }
}
