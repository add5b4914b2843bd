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

#[derive(Debug, PartialEq, telemetry::ErrorType)]
enum Failure {
    Failed,
    Refused,
}

impl From<telemetry::BreakerOpen> for Failure {
    fn from(_open: telemetry::BreakerOpen) -> Self {
        Self::Refused
    }
}

struct Protected;

#[telemetry::instrument_adapter("switched_off_protected", breaker(minimum_calls = 1))]
impl Protected {
    fn call(&self) -> Result<(), Failure> {
        Err(Failure::Failed)
    }
}

struct Free;

#[telemetry::instrument_adapter("switched_off_free")]
impl Free {
    fn call(&self) -> Result<(), Failure> {
        Err(Failure::Failed)
    }

    fn works(&self) -> u32 {
        telemetry::current_span().is_valid().into()
    }

    async fn later(&self) {}
}

#[tokio::test]
async fn switched_off_breakers_protect_and_nothing_else_is_counted() {
    let _alone = ALONE.lock().await;
    let settings = Settings::from_yaml_str("telemetry: { enabled: false }").expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("nothing to fail");
    let counted =
        |provider| telemetry::Snapshot::take().sum("adapter_requests_total", &[("provider", provider)]);
    let call_all = async || {
        let _ = Free.call();
        Free.later().await;
        drop(Free.later());
        telemetry::Operation::new("switched_off_free", "by_hand").start().success();
        Free.works()
    };
    assert_eq!((call_all().await, counted("switched_off_free")), (0, 0));
    assert_eq!(Protected.call(), Err(Failure::Failed));
    assert_eq!(Protected.call(), Err(Failure::Refused));
    assert_eq!(counted("switched_off_protected"), 2);
    drop(telemetry);
    let _on = Telemetry::builder().build().expect("nothing to fail");
    assert_eq!((call_all().await, counted("switched_off_free")), (1, 4));
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
