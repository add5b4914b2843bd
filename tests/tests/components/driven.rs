//! What code counted, as Prometheus tells it: each family that code feeds, equal to the load to the last one.

use std::{net::SocketAddr, time::Duration};

use axum::http::StatusCode;
use axum::{Router, extract::Path, routing::get};
use telemetry_runtime::{AdapterMetrics, CircuitBreaker, ErrorType, Metrics, Outcome, Telemetry, instrument};

use crate::{http, own, prometheus::Prometheus};

#[derive(Debug, ErrorType)]
enum Failure {
    Refused,
}

fn stored(_: u32) -> Result<u32, Failure> {
    Ok(0)
}

#[instrument("driven", crate = telemetry_runtime, fallback(stored, on = error))]
fn answered(number: u32) -> Result<u32, Failure> {
    if number.is_multiple_of(4) { Err(Failure::Refused) } else { Ok(number) }
}

fn of_adapters() {
    let metrics = AdapterMetrics::new("driven");
    let calls = |count, outcome, millis| vec![(outcome, Duration::from_millis(millis)); count];
    metrics.record_batch("job1", calls(80, Outcome::Success, 20));
    metrics.record_batch("job1", calls(15, Outcome::error("closed"), 300));
    metrics.record_batch("job1", calls(3, Outcome::Rejected, 0));
    metrics.record_batch("job1", calls(1, Outcome::Cancelled, 20_000));
    metrics.record_batch("job1", calls(1, Outcome::Panicked, 2));
    (0..7).for_each(|_| metrics.cache_hit("quotes"));
    (0..3).for_each(|_| metrics.cache_miss("quotes"));
    metrics.data_volume("json", 4096);
    (0..2).for_each(|_| metrics.rate_limited());
    (0..5).for_each(|_| metrics.connection_error());
    (0..4).for_each(|_| metrics.timeout("job1"));
    (0..20).for_each(|number| drop(answered(number)));
    // Calls that go on, for as long as the program runs.
    let _ = Box::leak(Box::new([metrics.start("job2"), metrics.start("job2")]));
}

fn of_breakers() {
    let breaker = CircuitBreaker::named("driven");
    breaker.force_open();
    (0..6).for_each(|_| drop(breaker.acquire()));
}

fn of_code() {
    let metrics = Metrics::new("driven", "orders");
    let taken = metrics.counter("taken_total", "Orders taken.", ["kind"]);
    taken.with(["new"]).inc_by(11);
    taken.with(["old"]).inc();
    let waiting = metrics.gauge("waiting", "Orders that wait.", []);
    waiting.set(9.5);
    waiting.sub(2.0);
    let sizes = metrics.histogram_with("size_bytes", "Sizes of orders.", [], &[100.0, 1000.0]);
    [50.0, 100.0, 500.0, 5000.0].into_iter().for_each(|size| sizes.observe(size));
    metrics::counter!("driven_by_others_total", "kind" => "plain").increment(13);
    metrics::gauge!("driven_level").set(-4.5);
    metrics::histogram!("driven_by_others_seconds").record(0.25);
}

/// A server that was asked 9 times, of which 2 failed and 1 found nothing.
fn of_requests(telemetry: &Telemetry) -> SocketAddr {
    let answer = |Path(number): Path<u32>| async move {
        if number < 2 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
    };
    let app = Router::new().route("/driven/{number}", get(answer));
    let address = telemetry_tests::serve(telemetry.router(app).expect("no route is taken"));
    for number in 0..8 {
        http::get(address, &format!("/driven/{number}")).expect("an answer");
    }
    assert_eq!(http::get(address, "/nowhere").expect("an answer").status, 404);
    address
}

/// Queries, and what was driven.
const DRIVEN: [(&str, f64); 44] = [
    (r#"adapter_requests_total{provider="driven",operation="job1",status="success"}"#, 80.0),
    (r#"adapter_requests_total{provider="driven",operation="job1",status="error"}"#, 15.0),
    (r#"adapter_requests_total{provider="driven",operation="job1",status="rejected"}"#, 3.0),
    (r#"adapter_requests_total{provider="driven",operation="job1",status="cancelled"}"#, 1.0),
    (r#"adapter_requests_total{provider="driven",operation="job1",status="panicked"}"#, 1.0),
    (r#"adapter_requests_total{provider="driven",operation="answered",status="success"}"#, 15.0),
    (r#"adapter_requests_total{provider="driven",operation="answered",status="error"}"#, 5.0),
    (r#"adapter_errors_total{provider="driven",operation="job1",error_type="closed"}"#, 15.0),
    (r#"adapter_errors_total{provider="driven",operation="answered",error_type="refused"}"#, 5.0),
    (r#"adapter_fallbacks_total{provider="driven",operation="answered"}"#, 5.0),
    (r#"adapter_request_duration_seconds_count{provider="driven",operation="job1"}"#, 97.0),
    (r#"adapter_request_duration_seconds_bucket{provider="driven",operation="job1",le="0.005"}"#, 1.0),
    (r#"adapter_request_duration_seconds_bucket{provider="driven",operation="job1",le="0.025"}"#, 81.0),
    (r#"adapter_request_duration_seconds_bucket{provider="driven",operation="job1",le="0.5"}"#, 96.0),
    (r#"adapter_request_duration_seconds_bucket{provider="driven",operation="job1",le="10.0"}"#, 96.0),
    (r#"adapter_request_duration_seconds_bucket{provider="driven",operation="job1",le="+Inf"}"#, 97.0),
    (
        r#"round(adapter_request_duration_seconds_sum{provider="driven",operation="job1"}, 0.0001)"#,
        80.0 * 0.02 + 15.0 * 0.3 + 20.0 + 0.002,
    ),
    (r#"adapter_active_requests{provider="driven"}"#, 2.0),
    (r#"round(adapter_success_rate{provider="driven"}, 0.0001)"#, 0.7983),
    (r#"adapter_cache_hits_total{provider="driven",cache_type="quotes"}"#, 7.0),
    (r#"adapter_cache_misses_total{provider="driven",cache_type="quotes"}"#, 3.0),
    (r#"adapter_data_volume_total{provider="driven",data_type="json"}"#, 4096.0),
    (r#"adapter_rate_limited_total{provider="driven"}"#, 2.0),
    (r#"adapter_connection_errors_total{provider="driven"}"#, 5.0),
    (r#"adapter_timeouts_total{provider="driven",operation="job1"}"#, 4.0),
    (r#"circuit_breaker_state{breaker="driven",state="forced_open"}"#, 1.0),
    (r#"sum(circuit_breaker_state{breaker="driven"})"#, 1.0),
    (r#"circuit_breaker_transitions_total{breaker="driven",from="closed",to="forced_open"}"#, 1.0),
    (r#"circuit_breaker_rejected_total{breaker="driven"}"#, 6.0),
    (r#"driven_orders_taken_total{kind="new"}"#, 11.0),
    (r#"sum(driven_orders_taken_total)"#, 12.0),
    (r#"driven_orders_waiting"#, 7.5),
    (r#"driven_orders_size_bytes_bucket{le="100.0"}"#, 2.0),
    (r#"driven_orders_size_bytes_bucket{le="1000.0"}"#, 3.0),
    (r#"driven_orders_size_bytes_count"#, 4.0),
    (r#"driven_orders_size_bytes_sum"#, 5650.0),
    (r#"driven_by_others_total{kind="plain"}"#, 13.0),
    (r#"driven_level"#, -4.5),
    (r#"driven_by_others_seconds_sum"#, 0.25),
    (r#"app_request_count_total{method="GET",path="/driven/{number}",status="200"}"#, 6.0),
    (r#"app_error_count_total{method="GET",path="/driven/{number}",status="500"}"#, 2.0),
    (r#"app_request_latency_ms_count{method="GET",path="/driven/{number}",status="200"}"#, 6.0),
    (r#"http_server_request_duration_seconds_count{http_route="/driven/{number}",error_type="500"}"#, 2.0),
    (r#"sum(http_server_request_duration_seconds_count{http_response_status_code="404"})"#, 1.0),
];

#[test]
fn prometheus_tells_what_code_counted() {
    let telemetry = own::telemetry();
    of_adapters();
    of_breakers();
    of_code();
    let address = of_requests(telemetry);
    let Some(prometheus) = Prometheus::watch(address) else { return };
    prometheus.wait_for("up", |up| up == 1.0);
    for (query, driven) in DRIVEN {
        let told = prometheus.wait_for(query, |_| true);
        assert!((told - driven).abs() < 1e-9, "{query} is {told}, and {driven} was driven");
    }
}
