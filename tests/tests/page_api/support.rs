//! One service for all tests, asked without a network.

use std::{
    net::SocketAddr,
    sync::OnceLock,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, extract::ConnectInfo, routing::get};
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use telemetry::{Settings, Telemetry, testing::InMemorySpans};
use telemetry_runtime as telemetry;
use tokio::sync::{Mutex, MutexGuard};
use tower::ServiceExt;

pub const SECRET: &str = "t0p-s3cret";

/// Secrets, and a place in the network, that no answer may hold.
const SETTINGS: &str = "
service: { name: shop, version: 1.2.3, environment: test }
resource: { api_key: t0p-s3cret, home: 'https://t0p-s3cret.example/x' }
web: { token: t0p-s3cret, dashboard: { traces: 50 } }
metrics: { push_gateway: { endpoint: 'http://user:t0p-s3cret@127.0.0.1:9/t0p-s3cret', interval: 1h } }
logs: { console: false, otlp: true }
alerts:
  enabled: true
  interval: 50ms
  keep_state: false
  handlers: [log]
  rules: [{ name: deep, metric: page_alerts_depth, threshold: 10, severity: critical }]
exporters:
  - { provider: otlp, otlp: { endpoint: 'http://127.0.0.1:9/t0p-s3cret', headers: { authorization: t0p-s3cret } } }
";

pub struct Service {
    pub telemetry: Telemetry,
    pub app: Router,
}

/// The service that all tests ask.
pub fn service() -> &'static Service {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    SERVICE.get_or_init(|| {
        let settings = Settings::from_yaml_str(SETTINGS).expect("settings");
        let telemetry = Telemetry::builder()
            .settings(settings)
            .in_memory(&InMemorySpans::default())
            .on_fault(|_| {})
            .install()
            .expect("telemetry");
        assert!(telemetry.install_subscriber(), "no other subscriber");
        let routes = Router::new()
            .route("/orders/{id}", get(|| async { "an order" }))
            .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }));
        let app = telemetry.router(routes).expect("no route is taken");
        Service { telemetry, app }
    })
}

/// Held by tests that change what is sampled, or need everything to be.
pub async fn sampling() -> MutexGuard<'static, ()> {
    static SAMPLING: Mutex<()> = Mutex::const_new(());
    SAMPLING.lock().await
}

/// The answer once it is as wanted, which it has to be within 30 s.
pub async fn until(what: &str, path: &str, is_there: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = Ask::get(path).json().await;
        if is_there(&answer) {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what} did not come: {answer}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The last traces with a span of that name, as soon as there are so many.
pub async fn traces_of(span_name: &str, count: usize) -> Value {
    let path = format!("/telemetry/api/traces?limit=500&operation={span_name}");
    let found =
        until("the trace", &path, |list| list["traces"].as_array().is_some_and(|all| all.len() >= count));
    found.await["traces"].clone()
}

pub const LOCAL: &str = "127.0.0.1:50000";
pub const FOREIGN: &str = "192.0.2.7:50000";

/// A request in the making.
pub struct Ask {
    method: Method,
    path: String,
    peer: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    body: String,
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Ask {
    /// As the page itself asks, on this machine.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            peer: Some(LOCAL),
            headers: vec![("host", "localhost:8000".to_owned())],
            body: String::new(),
        }
    }

    pub fn change(method: Method, path: impl Into<String>, body: &Value) -> Self {
        let ask = Self { method, body: body.to_string(), ..Self::get(path) };
        ask.header("x-telemetry-request", "1").header("content-type", "application/json")
    }

    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::change(Method::POST, path, body)
    }

    pub fn form(path: impl Into<String>, body: &str) -> Self {
        let ask = Self { method: Method::POST, body: body.to_owned(), ..Self::get(path) };
        ask.header("content-type", "application/x-www-form-urlencoded")
    }

    pub fn from(mut self, peer: Option<&'static str>) -> Self {
        self.peer = peer;
        self
    }

    /// Takes the place of a header of that name.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    pub fn request(self) -> Request<Body> {
        let request = Request::builder().method(self.method).uri(self.path);
        let request =
            self.headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let mut request = request.body(Body::from(self.body)).expect("a request");
        if let Some(peer) = self.peer {
            let peer: SocketAddr = peer.parse().expect("an address");
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        request
    }

    pub async fn of(self, app: &Router) -> Page {
        let (head, body) = app.clone().oneshot(self.request()).await.expect("infallible").into_parts();
        let body = axum::body::to_bytes(body, 50_000_000).await.expect("a body").to_vec();
        let body = String::from_utf8(body).unwrap_or_else(|_| "binary".to_owned());
        Page { status: head.status, headers: head.headers, body }
    }

    pub async fn answer(self) -> Page {
        self.of(&service().app).await
    }

    /// The answer's JSON, which is to be a good one.
    pub async fn json(self) -> Value {
        let page = self.answer().await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        page.json()
    }
}

impl Page {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
    }
}

/// The entry of a list whose `key` is `value`.
#[track_caller]
pub fn entry<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let found = list.as_array().expect("a list").iter().find(|entry| entry[key] == value);
    found.unwrap_or_else(|| panic!("no {key} = {value} in {list}"))
}
