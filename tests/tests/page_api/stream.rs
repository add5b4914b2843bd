//! What changes is told, and a client that comes back gets everything.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use serde_json::Value;
use telemetry_runtime as telemetry;
use tower::ServiceExt;

use crate::support::{Ask, entry, service};

#[telemetry::measure("ticking", name = "pulse")]
fn pulse() {}

#[telemetry::measure("ticking", name = "still")]
fn still() {}

struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    async fn open() -> Self {
        let response = service().app.clone().oneshot(Ask::get("/telemetry/api/stream").request()).await;
        let response = response.expect("infallible");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// Name and data of the next event; lines beside events are skipped.
    async fn next(&mut self) -> (String, Value) {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let line =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
                if let (Some(name), Some(data)) = (line("event: "), line("data: ")) {
                    return (name, serde_json::from_str(&data).expect("json"));
                }
            }
            let piece = tokio::time::timeout(Duration::from_secs(30), self.body.next()).await;
            let piece = piece.expect("an event in time").expect("the stream goes on").expect("infallible");
            self.text.push_str(std::str::from_utf8(&piece).expect("text"));
        }
    }
}

#[tokio::test]
async fn everything_first_then_what_has_changed() {
    pulse();
    still();
    let mut stream = Stream::open().await;
    let (name, overview) = stream.next().await;
    assert_eq!(name, "overview");
    assert_eq!(overview["service"]["name"], "shop");
    let before = entry(&overview["operations"], "id", "ticking.pulse")["calls"].as_u64().expect("a count");
    entry(&overview["operations"], "id", "ticking.still");

    // The first tick after somebody came holds everything, so that nothing is missed in between.
    assert_eq!(stream.next().await.0, "tick");
    pulse();
    loop {
        let (name, tick) = stream.next().await;
        assert_eq!(name, "tick");
        let rows = tick["operations"].as_array().expect("a list");
        if let Some(row) = rows.iter().find(|row| row["id"] == "ticking.pulse" && row["calls"] == before + 1)
        {
            assert!(row["spark"].as_array().is_some_and(|spark| !spark.is_empty()), "{row}");
            break;
        }
    }

    let mut again = Stream::open().await;
    let (name, overview) = again.next().await;
    assert_eq!(name, "overview", "whoever comes back gets everything");
    assert_eq!(entry(&overview["operations"], "id", "ticking.pulse")["calls"], before + 1);
    drop(stream);
    assert_eq!(again.next().await.0, "tick", "others go on");
}

#[tokio::test]
async fn a_client_that_does_not_read_costs_nobody_anything() {
    let slow = Stream::open().await;
    let mut quick = Stream::open().await;
    for _ in 0..7 {
        quick.next().await;
    }
    let mut slow = slow;
    let mut names = Vec::new();
    for _ in 0..7 {
        names.push(slow.next().await.0);
    }
    // The first is what it asked for; the other came when there was room again.
    assert_eq!(names.iter().filter(|name| *name == "overview").count(), 2, "{names:?}");
}
