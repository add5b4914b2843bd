//! Requests by route, method and status, over real connections where that matters.

use std::{future::pending, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Path,
    routing::{get, post},
};
use http::{Request, StatusCode};
use telemetry::{Snapshot, Value, testing::TestTelemetry};
use telemetry_runtime as telemetry;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tower::ServiceExt;

fn app(telemetry: &TestTelemetry) -> Router {
    Router::new()
        .route("/quotes/{symbol}", get(|Path(symbol): Path<String>| async move { symbol }))
        .route("/fail", get(|| async { StatusCode::BAD_GATEWAY }))
        .route("/teapot", post(|| async { StatusCode::IM_A_TEAPOT }))
        .route("/hang", get(|| async { pending::<String>().await }))
        .route("/explode", get(|| async { panic!("on purpose") as String }))
        .route("/health/live", get(|| async { "ok" }))
        .route("/context", get(|| async { telemetry::current_span().trace_id().to_string() }))
        .layer(telemetry.layer())
}

async fn status(app: &Router, method: &str, uri: &str) -> StatusCode {
    let request = Request::builder().method(method).uri(uri).body(Body::empty()).expect("a request");
    let response = app.clone().oneshot(request).await.expect("infallible");
    let status = response.status();
    axum::body::to_bytes(response.into_body(), 1024).await.expect("a short body");
    status
}

fn count(snapshot: &Snapshot, path: &str, status: &str) -> u64 {
    snapshot.sum("app_request_count_total", &[("path", path), ("status", status)])
}

#[tokio::test]
async fn requests_count_under_their_route_and_never_under_their_path() {
    let telemetry = TestTelemetry::new();
    let app = app(&telemetry);
    for symbol in ["ACME", "INIT", "x%20y"] {
        assert_eq!(status(&app, "GET", &format!("/quotes/{symbol}")).await, StatusCode::OK);
    }
    for path in ["/nothing", "/quotes/a/b", "/../etc/passwd"] {
        assert_eq!(status(&app, "GET", path).await, StatusCode::NOT_FOUND);
    }
    status(&app, "GET", "/fail").await;
    status(&app, "POST", "/teapot").await;
    status(&app, "GET", "/teapot").await;
    status(&app, "BREW", "/teapot").await;
    let snapshot = telemetry.snapshot();
    assert_eq!(count(&snapshot, "/quotes/{symbol}", "200"), 3);
    assert_eq!(count(&snapshot, "unmatched", "404"), 3);
    assert_eq!(count(&snapshot, "/teapot", "405"), 2, "known routes keep their name");
    assert_eq!(snapshot.sum("app_request_count_total", &[("method", "_OTHER")]), 1);
    assert_eq!(snapshot.sum("app_error_count_total", &[]), 1, "only 5xx are errors");
    assert_eq!(snapshot.sum("app_request_count_total", &[]), 10);
    assert_eq!(snapshot.sum("app_request_latency_ms", &[]), 10);
    let route = [("http_route", "/quotes/{symbol}"), ("http_response_status_code", "200")];
    assert_eq!(snapshot.sum("http_server_request_duration_seconds", &route), 3);
    let failed = [("http_route", "/fail"), ("error_type", "502"), ("url_scheme", "http")];
    assert_eq!(snapshot.sum("http_server_request_duration_seconds", &failed), 1);
    assert_eq!(active(&snapshot), Some(0.0));
}

fn active(snapshot: &Snapshot) -> Option<f64> {
    match snapshot.value("http_server_active_requests", &[("http_request_method", "GET")]) {
        Some(Value::Gauge(active)) => Some(*active),
        _ => None,
    }
}

#[tokio::test]
async fn excluded_endpoints_are_left_out_with_what_lies_below() {
    let telemetry = TestTelemetry::new();
    assert_eq!(status(&app(&telemetry), "GET", "/health/live").await, StatusCode::OK);
    assert_eq!(telemetry.snapshot().sum("app_request_count_total", &[]), 0);
}

/// Serves the routes on a real connection and asks for `path`; the answer is still to come.
async fn ask(telemetry: &TestTelemetry, path: &str) -> (JoinHandle<std::io::Result<()>>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let serving = axum::serve(listener, app(telemetry)).into_future();
    let server = tokio::spawn(telemetry.handle().in_scope(serving));
    let mut client = TcpStream::connect(address).await.expect("connects");
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n");
    client.write_all(request.as_bytes()).await.expect("sends");
    (server, client)
}

#[tokio::test]
async fn a_client_that_leaves_has_cancelled() {
    let telemetry = TestTelemetry::new();
    let (server, client) = ask(&telemetry, "/hang").await;
    until(|| active(&telemetry.snapshot()) == Some(1.0)).await;
    drop(client);
    until(|| count(&telemetry.snapshot(), "/hang", "cancelled") == 1).await;
    let snapshot = telemetry.snapshot();
    assert_eq!((active(&snapshot), snapshot.sum("app_request_count_total", &[])), (Some(0.0), 1));
    assert_eq!(snapshot.sum("app_error_count_total", &[]), 0);
    server.abort();
}

#[tokio::test]
async fn a_handler_that_panics_is_the_servers_error() {
    let telemetry = TestTelemetry::new();
    let (server, mut client) = ask(&telemetry, "/explode").await;
    let mut answer = Vec::new();
    let _ = client.read_to_end(&mut answer).await;
    until(|| count(&telemetry.snapshot(), "/explode", "500") == 1).await;
    assert_eq!(active(&telemetry.snapshot()), Some(0.0));
    server.abort();
}

/// Polls with a deadline.
async fn until(mut is_true: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while !is_true() {
        assert!(tokio::time::Instant::now() < deadline, "it did not come true in time");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn the_callers_trace_goes_on_inside_the_handler() {
    let telemetry = TestTelemetry::new();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request =
        Request::builder().uri("/context").header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
    let response =
        app(&telemetry).oneshot(request.body(Body::empty()).expect("a request")).await.expect("infallible");
    let body = axum::body::to_bytes(response.into_body(), 1024).await.expect("a short body");
    assert_eq!(body, trace.as_bytes());
    assert!(!telemetry::current_span().is_valid());
}
