//! A real Prometheus finds every family.

use crate::{gateway::Gateway, prometheus::Prometheus};

/// What must be more than nothing sooner or later. An outage is among it, so that everything is fed.
const MORE_THAN_NOTHING: [&str; 19] = [
    r#"adapter_requests_total{status="success"}"#,
    r#"adapter_requests_total{status="error"}"#,
    r#"adapter_requests_total{status="rejected"}"#,
    r#"adapter_request_duration_seconds_count"#,
    r#"adapter_request_duration_seconds_sum"#,
    r#"adapter_request_duration_seconds_bucket{le="+Inf"}"#,
    r#"adapter_errors_total{provider="quote_feed"}"#,
    r#"adapter_success_rate"#,
    r#"circuit_breaker_state"#,
    r#"circuit_breaker_transitions_total{from="closed",to="open"}"#,
    r#"circuit_breaker_rejected_total{breaker="quote_feed"}"#,
    r#"app_request_count_total{path="/api/data/{symbol}",status="200"}"#,
    r#"app_request_count_total{path="/api/data/{symbol}",status="503"}"#,
    r#"app_request_latency_ms_count"#,
    r#"app_request_latency_ms_bucket{le="+Inf"}"#,
    r#"app_error_count_total"#,
    r#"http_server_request_duration_seconds_count{http_route="/api/data/{symbol}"}"#,
    r#"http_server_request_duration_seconds_count{error_type="503"}"#,
    r#"quote_cache_lookups_total{result="hit"}"#,
];

#[test]
fn prometheus_scrapes_the_gateway_under_load() {
    let gateway = Gateway::run(&["--load", "100", "--outage", "2s+4s"]);
    let Some(prometheus) = Prometheus::watch(gateway.address) else { return };
    prometheus.wait_for("up", |up| up == 1.0);
    for series in MORE_THAN_NOTHING {
        prometheus.wait_for(&format!("sum({series})"), |sum| sum > 0.0);
    }
    // Gauges are nothing now and then.
    prometheus.wait_for("sum(max_over_time(adapter_active_requests[5m]))", |calls| calls > 0.0);
    prometheus.wait_for("max_over_time(http_server_active_requests[5m])", |requests| requests > 0.0);

    let quantile =
        "histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket[30s])))";
    let quantile = prometheus.wait_for(quantile, |seconds| seconds > 0.0);
    assert!(quantile < 1.0, "{quantile} s: the gateway waits 100 ms for the exchange");

    assert_eq!(prometheus.value("min_over_time(up[5m])"), Some(1.0), "no scrape failed");
    let target = prometheus.target();
    assert_eq!((target["health"].as_str(), target["lastError"].as_str()), (Some("up"), Some("")));
    for (name, kind, help) in prometheus.families() {
        assert!(
            ["counter", "gauge", "histogram"].contains(&&*kind) && !help.is_empty(),
            "{name}: {kind}, {help}"
        );
    }
}
