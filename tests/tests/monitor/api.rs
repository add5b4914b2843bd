//! The monitor of an HTTP API.

use std::time::Duration;

use telemetry_runtime::{ApiCollector, ApiMonitor};

use crate::support::{OFTEN, RegisterError, alone, monitor, monitoring, until, value};

#[test]
fn tracked_requests_are_counted_in_the_families_of_http() {
    let _alone = alone();
    let telemetry = monitoring("");
    let api = ApiMonitor::new(monitor(&telemetry)).expect("the first");
    for (method, status, times) in [("GET", 200, 3), ("POST", 500, 2), ("BREW", 418, 1)] {
        for _ in 0..times {
            api.track_request(method, "/tracked/{id}", status, Duration::from_millis(30));
        }
    }
    let snapshot = telemetry.snapshot();
    let path = ("path", "/tracked/{id}");
    let counts = |family| {
        [("GET", "200"), ("POST", "500"), ("_OTHER", "418")]
            .map(|(method, status)| snapshot.sum(family, &[("method", method), path, ("status", status)]))
    };
    assert_eq!(counts("app_request_count_total"), [3, 2, 1]);
    assert_eq!(counts("app_error_count_total"), [0, 2, 0], "only 5xx are errors");
    let route = [("http_route", "/tracked/{id}"), ("http_response_status_code", "200")];
    let Some(telemetry_runtime::Value::Histogram(latency)) =
        snapshot.value("http_server_request_duration_seconds", &route)
    else {
        panic!("no histogram")
    };
    assert_eq!(latency.count(), 3);
    assert!((latency.sum() - 0.09).abs() < 1e-6, "{}", latency.sum());

    let again = ApiMonitor::new(monitor(&telemetry)).expect_err("its collectors run already");
    assert_eq!(again, RegisterError::Taken { name: "api_requests_per_second".to_owned() });
}

#[test]
fn collectors_tell_rates_and_latency_of_the_time_since_their_run_before() {
    let _alone = alone();
    let telemetry = monitoring("monitor: { interval: 1h }");
    let api = ApiMonitor::new(monitor(&telemetry)).expect("the first");
    api.track_request("GET", "/collected", 200, Duration::from_secs(1));
    api.register_collector("my_requests", OFTEN, ApiCollector::Requests).expect("its own name");
    api.register_collector("my_errors", OFTEN, ApiCollector::Errors).expect("its own name");
    api.register_collector("my_latency", OFTEN, ApiCollector::Latency).expect("its own name");
    let of = |status| [("path", "/collected"), ("status", status)];
    let read = |name, labels: &[(&str, &str)]| value(&telemetry.snapshot(), name, labels);
    until("what was before is of no interval", || read("my_requests", &of("200")) == Some(0.0));
    until("requests have a rate while they come", || {
        api.track_request("GET", "/collected", 200, Duration::from_millis(40));
        api.track_request("GET", "/collected", 503, Duration::from_millis(40));
        let history = api.monitor().history("my_latency");
        let is_fast = |value: f64| (0.025..=0.05).contains(&value);
        read("my_requests", &of("200")).is_some_and(|rate| rate > 0.0)
            && read("my_errors", &of("503")).is_some_and(|rate| rate > 0.0)
            && read("my_errors", &of("200")).is_none()
            && history
                .iter()
                .any(|sample| sample.labels.get("path") == Some("/collected") && is_fast(sample.value))
    });
    until("nobody asks any more", || {
        read("my_requests", &of("200")) == Some(0.0)
            && read("my_latency", &[("path", "/collected")]).is_none()
    });
    // All that was tracked is in the rates, once: nothing is lost between two runs.
    let rates = api.monitor().history("my_errors");
    assert!(rates.iter().any(|sample| sample.value > 0.0));
}
