//! Health checks: what they find, what it comes to, and what they survive.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body};
use http::{Request, StatusCode};
use serde_json::Value;
use telemetry::{
    CheckKind, CheckReport, Checked, HealthCheck, HealthStatus, RegisterError, Settings, Telemetry,
};
use telemetry_runtime as telemetry;
use telemetry_tests::{Gate, PLENTY, until};
use tower::ServiceExt;

use HealthStatus::{Degraded, Healthy, Unhealthy};

const OFTEN: Duration = Duration::from_millis(5);

/// Everything that the fault hook was told.
static FAULTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn told(words: &str) -> usize {
    let faults = FAULTS.lock().unwrap_or_else(PoisonError::into_inner);
    faults.iter().filter(|fault| fault.contains(words)).count()
}

fn builder(settings: &str) -> telemetry::TelemetryBuilder {
    let settings = Settings::from_yaml_str(&format!("exporters: []\n{settings}")).expect("legal");
    Telemetry::builder().settings(settings).on_fault(|fault| {
        FAULTS.lock().unwrap_or_else(PoisonError::into_inner).push(fault.to_string());
    })
}

fn checking(settings: &str) -> Telemetry {
    builder(settings).build().expect("nothing to fail")
}

fn report(telemetry: &Telemetry, name: &str) -> Option<CheckReport> {
    telemetry.health().checks().iter().find(|check| check.name() == name).cloned()
}

fn status(telemetry: &Telemetry, name: &str) -> Option<HealthStatus> {
    report(telemetry, name)?.status()
}

async fn get(app: &Router, path: &str) -> (StatusCode, Value) {
    let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
    let response = app.clone().oneshot(request).await.expect("infallible");
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1_000_000).await.expect("a body");
    (head.status, serde_json::from_slice(&body).expect("json"))
}

/// A check that finds what it is told to.
#[derive(Clone)]
struct Told(Arc<Mutex<HealthStatus>>);

impl Told {
    fn new(status: HealthStatus) -> Self {
        Self(Arc::new(Mutex::new(status)))
    }

    fn set(&self, status: HealthStatus) {
        *self.0.lock().expect("no panic") = status;
    }

    fn check(&self) -> HealthCheck {
        let told = self.clone();
        HealthCheck::new(move || Ok(*told.0.lock().map_err(|_| "poisoned")?)).interval(OFTEN)
    }
}

/// The only telemetry here that is installed.
#[tokio::test(flavor = "multi_thread")]
async fn checks_decide_about_health_readiness_and_liveness() {
    let telemetry = builder(&format!("health: {{ interval: 5ms, {PLENTY} }}")).install().expect("the first");
    let app = telemetry.router(Router::new()).expect("no route is taken");
    let (queue, worker) = (Told::new(Healthy), Told::new(Healthy));
    telemetry.register_health_check("queue", queue.check()).expect("its own name");
    telemetry.register_health_check("worker", worker.check().liveness()).expect("its own name");
    let pages = [
        // queue, worker: whole, ready, live
        ((Healthy, Healthy), ("healthy", 200), 200, 200),
        ((Degraded, Healthy), ("degraded", 200), 200, 200),
        ((Unhealthy, Healthy), ("unhealthy", 503), 503, 200),
        ((Healthy, Degraded), ("degraded", 200), 200, 200),
        ((Healthy, Unhealthy), ("unhealthy", 503), 200, 503),
        ((Healthy, Healthy), ("healthy", 200), 200, 200),
    ];
    for (found, (whole, code), ready, live) in pages {
        queue.set(found.0);
        worker.set(found.1);
        until("all have been looked at", || {
            let all = telemetry.health().checks().iter().all(|check| check.status().is_some());
            all && (status(&telemetry, "queue"), status(&telemetry, "worker"))
                == (Some(found.0), Some(found.1))
        });
        let (status, page) = get(&app, "/health/telemetry").await;
        assert_eq!((page["status"].as_str(), status.as_u16()), (Some(whole), code), "{page}");
        assert_eq!(page["details"]["checks"]["queue"]["status"].as_str(), Some(found.0.as_str()));
        assert_eq!(get(&app, "/health/telemetry/ready").await.0.as_u16(), ready, "{found:?}");
        assert_eq!(get(&app, "/health/telemetry/live").await.0.as_u16(), live, "{found:?}");
    }
    let (_, page) = get(&app, "/health/telemetry/ready").await;
    assert_eq!(page["status"], "ready");
    assert!(page["checks"]["queue"].is_object() && page["checks"]["worker"].is_null(), "{page}");
    let (_, page) = get(&app, "/health/telemetry/live").await;
    assert_eq!(page["status"], "live");
    assert_eq!(page["checks"]["worker"]["kind"], "liveness");
    #[cfg(target_os = "linux")]
    for resource in ["disk:/", "memory", "fds"] {
        assert_eq!(status(&telemetry, resource), Some(Healthy), "{resource}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_ready_before_every_check_has_run() {
    let telemetry = checking("");
    let app = telemetry.router(Router::new()).expect("no route is taken");
    until("resources are looked at", || telemetry.health().is_ready());
    let gate = Arc::new(Gate::default());
    let waiting = Arc::clone(&gate);
    let check = move || {
        waiting.pass();
        Ok(Healthy)
    };
    telemetry.register_health_check("slow_start", check).expect("its own name");
    let (code, page) = get(&app, "/health/telemetry/ready").await;
    assert_eq!((code, &page["status"]), (StatusCode::SERVICE_UNAVAILABLE, &"not ready".into()));
    assert_eq!(page["checks"]["slow_start"]["status"], "pending");
    assert!(telemetry.health().is_live());
    gate.open();
    until("it has run", || telemetry.health().is_ready());
    assert_eq!(get(&app, "/health/telemetry/ready").await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_and_panics_are_unhealthy_and_told_of_once() {
    let telemetry = checking("health: { interval: 5ms }");
    let app = telemetry.router(Router::new()).expect("no route is taken");
    let errs = || -> Checked { Err("no route to postgres://u:p@db:5432/?password=x".into()) };
    telemetry.register_health_check("erring", errs).expect("its own name");
    telemetry.register_health_check("panicking", || panic!("not today")).expect("its own name");
    let future = HealthCheck::future(|| async { panic!("not there either") });
    telemetry.register_health_check("panicking_future", future).expect("its own name");
    let soft = HealthCheck::new(errs).on_failure(Degraded).interval(OFTEN);
    telemetry.register_health_check("soft", soft).expect("its own name");
    let runs = |name: &str, reason| {
        let labels = [("probe", &*format!("health.{name}")), ("reason", reason)];
        telemetry.snapshot().sum("telemetry_probe_errors_total", &labels)
    };
    for (name, reason, found, message) in [
        ("erring", "error", Unhealthy, "no route to postgres://db:5432/?password=…"),
        ("panicking", "panic", Unhealthy, "it panicked: not today"),
        ("panicking_future", "panic", Unhealthy, "it panicked: not there either"),
        ("soft", "error", Degraded, "no route to postgres://db:5432/?password=…"),
    ] {
        until(name, || runs(name, reason) >= 3);
        let check = report(&telemetry, name).expect("it is registered");
        assert_eq!(
            (check.status(), check.reason(), check.kind()),
            (Some(found), Some(reason), CheckKind::Readiness)
        );
        assert_eq!(check.message(), Some(message));
        assert_eq!(told(&format!("check `{name}`: {reason}: {message}")), 1);
    }
    let (_, page) = get(&app, "/health/telemetry").await;
    assert_eq!(page["details"]["checks"]["erring"]["reason"], "error");
    assert!(!page.to_string().contains("postgres"), "the open page holds no message: {page}");
    assert!(telemetry.unregister_health_check("erring") && !telemetry.unregister_health_check("erring"));
    assert_eq!(report(&telemetry, "erring"), None);
}

#[test]
fn a_check_that_hangs_is_unhealthy_and_costs_one_thread() {
    let telemetry = checking("");
    let gate = Arc::new(Gate::default());
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let hanging = {
        let (gate, inside, most) = (Arc::clone(&gate), Arc::clone(&inside), Arc::clone(&most));
        move || {
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            gate.pass();
            inside.fetch_sub(1, Ordering::SeqCst);
            Ok(Healthy)
        }
    };
    let check = HealthCheck::new(hanging).interval(OFTEN).timeout(Duration::from_millis(20));
    telemetry.register_health_check("hanging", check).expect("its own name");
    let reason = || report(&telemetry, "hanging").and_then(|check| check.reason());
    until("later runs are missed", || reason() == Some("hanging"));
    assert_eq!(status(&telemetry, "hanging"), Some(Unhealthy));
    assert_eq!(told("check `hanging`: timeout: it took longer than 20ms"), 1);
    assert_eq!(most.load(Ordering::SeqCst), 1, "no thread piles up");
    gate.open();
    until("it is well again", || status(&telemetry, "hanging") == Some(Healthy));
}

#[test]
fn a_future_that_takes_too_long_is_dropped() {
    let telemetry = checking("health: { interval: 5ms, timeout: 5ms }");
    let begun = Arc::new(AtomicU64::new(0));
    let check = {
        let begun = Arc::clone(&begun);
        HealthCheck::future(move || {
            begun.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<Checked>()
        })
    };
    telemetry.register_health_check("pending", check).expect("its own name");
    until("it is begun again and again", || begun.load(Ordering::SeqCst) >= 3);
    assert_eq!(report(&telemetry, "pending").and_then(|check| check.reason()), Some("timeout"));
}

#[cfg(target_os = "linux")]
#[test]
fn resources_are_short_above_their_thresholds() {
    let settings = "health: { interval: 5ms, disk: { degraded: 0.000001 }, \
                    memory: { degraded: 0.000001, unhealthy: 0.000001 }, fds: { unhealthy: 0.000000001 } }";
    let telemetry = checking(settings);
    until("the disk", || status(&telemetry, "disk:/") == Some(Degraded));
    until("memory", || status(&telemetry, "memory") == Some(Unhealthy));
    until("files", || status(&telemetry, "fds") == Some(Unhealthy));
    assert!(!telemetry.health().is_ready());
    assert!(telemetry.unregister_health_check("memory") && telemetry.unregister_health_check("fds"));
    assert!(telemetry.health().is_ready(), "a program may do without them");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_cannot_be_measured_is_not_taken_for_full() {
    let telemetry = checking("monitor: { enabled: false, disk_paths: [/no/such/path] }");
    until("it is looked at", || status(&telemetry, "disk:/no/such/path") == Some(Degraded));
    assert_eq!(report(&telemetry, "disk:/no/such/path").and_then(|check| check.reason()), Some("error"));
    until("the others have been looked at", || telemetry.health().is_ready());
}

#[test]
fn names_are_had_once_and_time_is_needed() {
    let telemetry = checking("");
    let register = |name: &str| telemetry.register_health_check(name, || Ok(Healthy));
    assert_eq!(register("once"), Ok(()));
    assert_eq!(register("once"), Err(RegisterError::Taken { name: "once".to_owned() }));
    assert!(telemetry.unregister_health_check("once"));
    assert_eq!(register("once"), Ok(()));
    let never = HealthCheck::new(|| Ok(Healthy)).interval(Duration::ZERO);
    assert!(matches!(telemetry.register_health_check("never", never), Err(RegisterError::Zero { .. })));
}

#[test]
fn nothing_is_checked_while_telemetry_is_off() {
    let telemetry = checking("telemetry: { enabled: false }");
    telemetry.register_health_check("off", || Ok(Unhealthy)).expect("a program need not care");
    assert!(telemetry.health().checks().is_empty() && telemetry.health().is_ready());
}
