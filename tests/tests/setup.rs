//! Set-up of the whole program. One test, because a program has one telemetry.

use std::{io::Read, time::Duration};

use axum::{Router, body::Body, routing::get};
use http::{HeaderMap, Request, StatusCode, header};
use telemetry::{HealthStatus, Operation, SetupError, Telemetry, check_telemetry_health, setup_telemetry};
use telemetry_runtime as telemetry;
use tower::ServiceExt;

async fn fetch(
    app: &Router,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response =
        app.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("infallible");
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 10_000_000).await.expect("a body");
    (head.status, head.headers, body.to_vec())
}

async fn text(app: &Router, uri: &str) -> String {
    String::from_utf8(fetch(app, "GET", uri, &[]).await.2).expect("text")
}

#[tokio::test]
async fn a_program_from_its_first_call_to_its_last() {
    let operation = Operation::new("program", "work");
    operation.run(|| ());
    assert_eq!(check_telemetry_health().status(), HealthStatus::Degraded, "nothing is installed");

    let hello = || Router::new().route("/hello", get(|| async { "hello" }));
    let app = setup_telemetry(hello()).expect("the defaults");
    assert_eq!(fetch(&app, "GET", "/hello", &[]).await.0, StatusCode::OK);
    let telemetry = Telemetry::global().expect("installed");
    // The machine may be short of them, whatever this program does.
    let resources = ["disk:/", "memory", "fds"];
    assert_eq!(resources.map(|name| telemetry.unregister_health_check(name)), [cfg!(target_os = "linux"); 3]);
    assert_eq!(check_telemetry_health().status(), HealthStatus::Healthy);

    pages(&app).await;
    set_up_again(hello());

    metrics::counter!("facade_total").increment(1);
    assert!(text(&app, "/metrics").await.contains("facade_total 1\n"), "the facade's recorder is installed");

    let stops: Vec<_> = (0..4).map(|_| std::thread::spawn(|| shutdown_of_global().is_ok())).collect();
    assert!(stops.into_iter().all(|stop| stop.join().unwrap_or(false)), "concurrently and again");
    assert!(telemetry.shutdown(Duration::ZERO).is_ok(), "the thread has ended");
    operation.run(|| ());
    assert_eq!(telemetry.health().status(), HealthStatus::Degraded);
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("adapter_requests_total", &[("provider", "program"), ("status", "success")]), 2);
}

fn shutdown_of_global() -> Result<(), telemetry::TimedOut> {
    Telemetry::global().expect("installed").shutdown(Duration::from_secs(10))
}

async fn pages(app: &Router) {
    let (status, headers, body) = fetch(app, "GET", "/metrics", &[]).await;
    assert_eq!(
        (status, headers[header::CONTENT_TYPE].as_bytes()),
        (StatusCode::OK, &b"text/plain; version=0.0.4; charset=utf-8"[..])
    );
    let plain = String::from_utf8(body).expect("text");
    assert!(
        plain.contains(r#"adapter_requests_total{provider="program",operation="work",status="success"} 1"#)
    );
    assert!(plain.contains(r#"app_request_count_total{method="GET",path="/hello",status="200"} 1"#));

    let open = [("accept", "application/openmetrics-text; version=1.0.0")];
    let (_, headers, body) = fetch(app, "GET", "/metrics", &open).await;
    assert!(
        headers[header::CONTENT_TYPE]
            .to_str()
            .is_ok_and(|kind| kind.starts_with("application/openmetrics-text"))
    );
    assert!(body.ends_with(b"# EOF\n"));

    let (_, headers, body) = fetch(app, "GET", "/metrics", &[("accept-encoding", "gzip")]).await;
    assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
    let mut unzipped = String::new();
    flate2::read::GzDecoder::new(&*body).read_to_string(&mut unzipped).expect("gzip");
    assert!(unzipped.contains("# TYPE adapter_requests_total counter\n"));

    assert_eq!(fetch(app, "HEAD", "/metrics", &[]).await.0, StatusCode::OK);
    let health: serde_json::Value =
        serde_json::from_str(&text(app, "/health/telemetry").await).expect("json");
    assert_eq!(
        (&health["status"], &health["details"]["circuit_breaker"]),
        (&"healthy".into(), &"closed".into())
    );
    assert!(health["details"]["breakers"].is_object());
    assert!(!text(app, "/metrics").await.contains("path=\"/metrics\""), "its own pages are left out");
}

fn set_up_again(app: Router) {
    assert!(setup_telemetry(app).is_ok(), "a second router only gets its layer");
    let again = Telemetry::builder().install();
    assert!(matches!(again, Err(SetupError::AlreadyInstalled)));
    let own = Router::new().route("/metrics", get(|| async { "mine" }));
    let taken: Result<Router, SetupError> = setup_telemetry(own);
    assert!(matches!(taken, Err(SetupError::RouteTaken { .. })));
}
