//! Log records of calls, and that no secret is in them or in anything else that leaves the program.

use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Body, routing::get};
use http::Request;
use telemetry::{BreakerOpen, HttpClientLayer, ManualClock, prometheus, testing::TestTelemetry};
use telemetry_runtime as telemetry;
use tower::{Layer, ServiceExt, service_fn};

const SECRET: &str = "s3cret";

#[derive(Debug, telemetry::ErrorType)]
enum FeedError {
    Down,
    Open,
}

impl From<BreakerOpen> for FeedError {
    fn from(_open: BreakerOpen) -> Self {
        Self::Open
    }
}

impl std::fmt::Display for FeedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no answer from https://user:{SECRET}@feed/quotes?token={SECRET}&n=1")
    }
}

struct Feed;

#[telemetry::instrument_adapter("feed", breaker(minimum_calls = 1, open_for = "10s"))]
impl Feed {
    fn fail(&self) -> Result<(), FeedError> {
        Err(FeedError::Down)
    }

    #[telemetry(breaker(off), slow = "500ms")]
    fn slow(&self, hands: &ManualClock) {
        hands.advance(Duration::from_millis(600));
    }

    #[telemetry(breaker(off), slow = "0s")]
    fn never_slow(&self, hands: &ManualClock) {
        hands.advance(Duration::from_secs(600));
    }

    #[telemetry(breaker(off), err(off))]
    fn silent(&self) -> Result<(), FeedError> {
        Err(FeedError::Down)
    }

    #[telemetry(breaker(off), err(Debug))]
    fn debugged(&self) -> Result<(), FeedError> {
        Err(FeedError::Down)
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What `tracing` wrote while `work` ran.
fn records(work: impl FnOnce()) -> String {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    tracing::subscriber::with_default(subscriber, work);
    let bytes = written.0.lock().expect("no panic").clone();
    String::from_utf8(bytes).expect("text")
}

#[test]
fn failed_and_slow_calls_are_told_of() {
    let telemetry = TestTelemetry::new();
    let text = records(|| {
        let _ = (Feed.fail(), Feed.fail(), Feed.silent(), Feed.debugged());
        Feed.slow(&telemetry.hands());
        Feed.never_slow(&telemetry.hands());
    });
    let line = |part: &str| {
        let found: Vec<&str> = text.lines().filter(|line| line.contains(part)).collect();
        assert_eq!(found.len(), 1, "{part}:\n{text}");
        found[0].to_owned()
    };
    let failed = line("feed.fail failed");
    assert!(failed.contains("ERROR") && failed.contains("error.type=\"down\""), "{failed}");
    assert!(failed.contains("https://feed/quotes?token=…&n=…"), "{failed}");
    assert!(!line("feed.silent failed").contains("feed/quotes"));
    assert!(line("feed.debugged failed").contains("error.message=\"Down\""));
    let slow = line("feed.slow was slow");
    assert!(slow.contains("WARN") && slow.contains("duration_seconds=0.6"), "{slow}");
    assert!(line("circuit breaker `feed`: closed -> open").contains("WARN"));
    assert!(!text.contains("never_slow") && !text.contains("rejected"), "{text}");
}

#[tokio::test(flavor = "current_thread")]
async fn no_secret_leaves_the_program() {
    let telemetry = TestTelemetry::new();
    let app = Router::new()
        .route("/call", get(|| async { format!("{:?}", Feed.fail().is_err()) }))
        .layer(telemetry.layer());
    let incoming = Request::get(format!("/call?password={SECRET}"))
        .header("authorization", format!("Bearer {SECRET}"))
        .header("cookie", format!("token={SECRET}"))
        .body(Body::empty());
    app.oneshot(incoming.expect("a request")).await.expect("infallible");
    let outgoing = Request::get(format!("http://user:{SECRET}@host/path?api_key={SECRET}")).body(());
    let client = service_fn(|_request: Request<()>| async {
        Err::<http::Response<()>, _>(std::io::Error::other(format!("http://u:{SECRET}@host/?k={SECRET}")))
    });
    let client = HttpClientLayer::new().layer(client);
    assert!(client.oneshot(outgoing.expect("a request")).await.is_err());
    let text = records(|| {
        let _ = Feed.silent();
        let _ = Feed.fail();
    });
    let span = telemetry::span("login").attribute("user.password", SECRET).attribute("user", "ann").start();
    span.add_event("asked", &[("http.request.header.authorization", SECRET.into())]);
    drop(span);
    let mut exposition = String::new();
    prometheus::render(&telemetry.snapshot(), prometheus::Format::OpenMetrics, &mut exposition);
    let health = telemetry::check_telemetry_health();
    let everything = [
        text,
        exposition,
        format!("{:?}", telemetry.spans()),
        telemetry.tree(),
        format!("{health:?} {}", health.to_json()),
    ];
    assert!(everything[3].contains("login user.password=[redacted] user=ann"), "{}", everything[3]);
    for part in &everything {
        assert!(!part.contains(SECRET), "{part}");
    }
    assert!(
        everything[2].contains("exception") && everything[2].contains("http://host/path"),
        "it recorded something"
    );
}
