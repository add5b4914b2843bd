//! What is sent is what is counted, in every layer and to the last request.

use std::time::Duration;

use crate::{
    gateway::{Gateway, Tally},
    prometheus::Prometheus,
};

/// What the gateway says of its layers: the two sides are equal once no request runs.
const EQUATIONS: [(&str, &[&str]); 13] = [
    ("app_request_count_total", &["app_request_latency_ms_count"]),
    ("app_request_count_total", &["http_server_request_duration_seconds_count"]),
    (r#"app_request_count_total{status=~"5.."}"#, &["app_error_count_total"]),
    ("app_request_count_total", &[r#"adapter_requests_total{provider="quote_cache",operation="get"}"#]),
    ("app_request_count_total", &["quote_cache_lookups_total"]),
    (r#"quote_cache_lookups_total{result="miss"}"#, &[r#"adapter_requests_total{provider="quote_feed"}"#]),
    (
        r#"adapter_requests_total{provider="quote_feed",status="success"}"#,
        &[r#"adapter_requests_total{operation="save"}"#, r#"app_request_count_total{status="404"}"#],
    ),
    (
        r#"adapter_requests_total{provider="quote_feed",status=~"error|rejected"}"#,
        &[r#"adapter_requests_total{operation="last_known"}"#],
    ),
    (r#"adapter_requests_total{operation="save"}"#, &[r#"adapter_requests_total{operation="put"}"#]),
    (r#"adapter_requests_total{operation="save"}"#, &[r#"adapter_requests_total{operation="mid_price"}"#]),
    (
        r#"app_request_count_total{status=~"200|5.."}"#,
        &[
            r#"quote_cache_lookups_total{result="hit"}"#,
            r#"adapter_requests_total{provider="quote_store",operation=~"save|last_known"}"#,
        ],
    ),
    (
        r#"adapter_requests_total{status="rejected"}"#,
        &[r#"circuit_breaker_rejected_total{breaker="quote_feed"}"#],
    ),
    (r#"adapter_requests_total{status="error"}"#, &["adapter_errors_total"]),
];

fn assert_all_adds_up(requests: u32, prometheus: &Prometheus, tally: &Tally) {
    // Whatever is in the scrape with the last request is all there.
    prometheus.wait_for("sum(app_request_count_total)", |count| count == f64::from(requests));
    let sum = |series: &str| prometheus.value(&format!("sum({series})")).unwrap_or(0.0);
    for (left, right) in EQUATIONS {
        let right_sum: f64 = right.iter().map(|series| sum(series)).sum();
        assert_eq!(sum(left), right_sum, "{left} = {right:?}");
    }
    for gauge in ["adapter_active_requests", "http_server_active_requests"] {
        assert_eq!(prometheus.value(&format!("sum({gauge})")), Some(0.0), "{gauge}");
    }
    assert_eq!((tally.sent, tally.answered(), tally.failures), (requests, requests, 0));
    for (class, answered) in
        [("2..", tally.successes), ("4..", tally.client_errors), ("5..", tally.server_errors)]
    {
        let counted = sum(&format!(r#"app_request_count_total{{status=~"{class}"}}"#));
        assert_eq!(counted, f64::from(answered), "answers {class}");
    }
}

#[test]
fn statuses_add_up() {
    let mut gateway = Gateway::run(&["--requests", "2000", "--outage", "none"]);
    let Some(prometheus) = Prometheus::watch(gateway.address) else { return };
    let tally = gateway.tally();
    // On a busy machine the breaker may open at once, and refuse all that follows within a second.
    assert_all_adds_up(2000, &prometheus, &tally);
}

#[test]
fn statuses_add_up_with_an_outage() {
    // No more than a busy machine can answer in time.
    let mut gateway = Gateway::run(&["--requests", "1000", "--load", "150", "--outage", "1s+2s"]);
    let Some(prometheus) = Prometheus::watch(gateway.address) else { return };
    let tally = gateway.tally();
    assert_all_adds_up(1000, &prometheus, &tally);
    assert!(prometheus.value(r#"sum(adapter_requests_total{status="rejected"})"#) > Some(0.0));
    assert!(tally.server_errors > 0 && tally.client_errors > 0, "{tally:?}");
}

#[test]
fn ctrl_c_under_load_drains_and_accounts_for_everything() {
    let gateway = Gateway::run(&["--load", "500", "--outage", "none"]);
    let own = 20;
    for _ in 0..own {
        gateway.get("/api/data/ACME");
    }
    let ended = gateway.interrupt();
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.after < Duration::from_secs(10), "{ended:?}");

    let tally = ended.stdout.lines().find_map(Tally::parse).expect("the load tells what it did");
    let line =
        ended.stderr.lines().find(|line| line.contains(" requests, ")).expect("requests are accounted for");
    let accounted: u32 = line.split(' ').nth(1).and_then(|count| count.parse().ok()).expect("a count");
    assert_eq!(accounted, own + tally.answered(), "{ended:?}");
    assert!(
        ended.stderr.contains(" 0 cancelled, 0 panicked") && ended.stderr.contains("breaker quote_feed is")
    );
}
