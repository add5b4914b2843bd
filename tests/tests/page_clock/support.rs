//! A service whose clock stands still, one test at a time.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::{Request, StatusCode};
use serde_json::Value;
use telemetry::{Clock, ManualClock, Settings, Telemetry};
use telemetry_runtime as telemetry;
use tower::ServiceExt;

pub struct Service {
    pub app: Router,
    hands: ManualClock,
    /// The clock is everybody's.
    _alone: MutexGuard<'static, ()>,
}

pub struct Page {
    pub status: StatusCode,
    pub retry_after: Option<u64>,
    pub body: String,
}

/// A service with nothing behind it; its page was never looked at.
pub fn service() -> Service {
    static ALONE: Mutex<()> = Mutex::new(());
    static CLOCK: OnceLock<(Clock, ManualClock)> = OnceLock::new();
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (clock, hands) = CLOCK.get_or_init(Clock::manual).clone();
    let settings = Settings::from_yaml_str("web: { token: right }\nexporters: []\nlogs: { enabled: false }");
    let builder = Telemetry::builder().settings(settings.expect("settings")).on_fault(|_| {});
    let telemetry = builder.clock(clock).build().expect("telemetry");
    let routes = Router::new().route("/orders/{id}", axum::routing::get(|| async { "an order" }));
    Service { app: telemetry.router(routes).expect("no route is taken"), hands, _alone: alone }
}

impl Service {
    pub fn advance(&self, seconds: f64) {
        self.hands.advance(Duration::from_secs_f64(seconds));
    }

    /// Asks as `peer`, with a token if there is one.
    pub async fn ask(&self, path: &str, peer: &str, token: Option<&str>) -> Page {
        let request = Request::get(path).header("host", "localhost");
        let request = token
            .into_iter()
            .fold(request, |request, token| request.header("authorization", format!("Bearer {token}")));
        let mut request = request.body(Body::empty()).expect("a request");
        let peer: SocketAddr = peer.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        let (head, body) = self.app.clone().oneshot(request).await.expect("infallible").into_parts();
        let body = axum::body::to_bytes(body, 10_000_000).await.expect("a body").to_vec();
        let retry_after = head.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        Page { status: head.status, retry_after, body: String::from_utf8(body).expect("text") }
    }

    pub async fn get(&self, path: &str) -> String {
        let page = self.ask(path, "127.0.0.1:1", None).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        page.body
    }

    pub async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).await).expect("json")
    }

    /// The row of an operation.
    pub async fn row(&self, id: &str) -> Value {
        let overview = self.json("/telemetry/api/overview").await;
        let rows = overview["operations"].as_array().expect("a list");
        rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id} in {overview}")).clone()
    }
}
