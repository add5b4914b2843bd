//! Telemetry built step by step, without installing it.

use std::{
    io::Read,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Body, routing::get};
use http::{Request, StatusCode};
use telemetry::{Settings, SetupError, Telemetry};
use telemetry_runtime as telemetry;
use tower::ServiceExt;

/// What a builder decides holds for the process, so one test at a time.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn switched_off_nothing_is_read_and_nothing_is_hurt() {
    let _alone = ALONE.lock().await;
    let settings = Settings::from_yaml_str("telemetry: { enabled: false }").expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("nothing to fail");
    let app: Router =
        telemetry.router(Router::new().route("/hello", get(|| async { "hello" }))).expect("no clash");
    for (uri, expected) in [
        ("/hello", StatusCode::OK),
        ("/metrics", StatusCode::NOT_FOUND),
        ("/health/telemetry", StatusCode::OK),
    ] {
        let request = Request::builder().uri(uri).body(Body::empty()).expect("a request");
        assert_eq!(app.clone().oneshot(request).await.expect("infallible").status(), expected, "{uri}");
    }
}

#[tokio::test]
async fn metrics_may_have_a_port_of_their_own() {
    let _alone = ALONE.lock().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("free")
        .port();
    let settings =
        Settings::from_yaml_str(&format!("metrics: {{ listen: \"127.0.0.1:{port}\" }}")).expect("legal");
    let telemetry = Telemetry::builder().settings(settings.clone()).build().expect("the port is free");
    let taken = Telemetry::builder().settings(settings).build();
    assert!(
        matches!(&taken, Err(SetupError::Io { what, .. }) if what.contains("metrics.listen")),
        "{taken:?}"
    );
    telemetry::Operation::new("own_port", "call").run(|| ());
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    std::io::Write::write_all(&mut stream, b"GET /metrics HTTP/1.0\r\n\r\n").expect("sent");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.0 200") && answer.contains("# TYPE "), "{answer}");
    assert!(telemetry.shutdown(Duration::from_secs(10)).is_ok());
}

#[tokio::test]
async fn settings_reach_what_exists_and_faults_reach_the_hook() {
    let _alone = ALONE.lock().await;
    let faults: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&faults);
    let breaker = telemetry::CircuitBreaker::named("setup_test.early");
    let settings = "breakers: { setup_test.early: { minimum_calls: 3 }, setup_test.late: { open_for: 7s } }";
    let built = Telemetry::builder()
        .settings(Settings::from_yaml_str(settings).expect("legal"))
        .on_fault(move |fault| seen.lock().expect("no panic").push(fault.to_string()))
        .default_label("region", "eu")
        .build();
    let telemetry = built.expect("legal");
    assert_eq!(breaker.config().minimum_calls, 3);
    assert_eq!(telemetry::CircuitBreaker::named("setup_test.late").config().open_for, Duration::from_secs(7));
    assert_eq!(telemetry.snapshot().default_labels().get("region"), Some("eu"));
    let config =
        |minimum_calls| telemetry::BreakerConfig { minimum_calls, ..telemetry::BreakerConfig::default() };
    let _ = telemetry::CircuitBreaker::new("setup_test.twice", config(5));
    let _ = telemetry::CircuitBreaker::new("setup_test.twice", config(6));
    let told = faults
        .lock()
        .expect("no panic")
        .iter()
        .any(|fault| fault.contains("`setup_test.twice` is stated twice"));
    assert!(told, "{faults:?}");
    let illegal = Telemetry::builder().default_label("a-b", "c").build();
    assert!(matches!(illegal, Err(SetupError::InvalidValue { .. })));
}
