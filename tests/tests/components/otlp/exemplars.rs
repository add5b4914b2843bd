//! From a bucket of a histogram to the trace of a call in it.

use telemetry_tests::process::eventually;

use super::{IN_TIME, Protocol, receiver::Receiver};
use crate::{gateway::Gateway, prometheus::Prometheus};

#[test]
fn exemplars_in_prometheus_name_exported_traces() {
    let Some(receiver) = Receiver::start() else { return };
    let endpoint = receiver.endpoint(Protocol::Grpc);
    let gateway = Gateway::run_with(
        &["--load", "50", "--outage", "none"],
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("TELEMETRY_TRACING_BATCH_FLUSH_INTERVAL", "100ms")],
    );
    let Some(prometheus) = Prometheus::watch(gateway.address) else { return };
    for (query, span) in [
        ("adapter_request_duration_seconds_bucket{provider=\"quote_feed\"}", "quote_feed.quote"),
        ("app_request_latency_ms_bucket{status=\"200\"}", "GET /api/data/{symbol}"),
        (
            "http_server_request_duration_seconds_bucket{http_response_status_code=\"200\"}",
            "GET /api/data/{symbol}",
        ),
    ] {
        assert_names_spans(&prometheus, &receiver, query, span);
    }
}

fn assert_names_spans(prometheus: &Prometheus, receiver: &Receiver, query: &str, name: &str) {
    let exemplars = eventually(IN_TIME, || match prometheus.exemplars(query) {
        found if found.is_empty() => Err(format!("there is no exemplar of {query}")),
        found => Ok(found),
    });
    for exemplar in exemplars {
        let label = |name: &str| exemplar["labels"][name].as_str().expect(name).to_owned();
        let (trace, span) = (label("trace_id"), label("span_id"));
        eventually(IN_TIME, || {
            let requests = receiver.requests();
            let mut spans =
                requests.iter().filter(|request| request.is_accepted).flat_map(|request| &request.spans);
            let found = spans.find(|found| found.trace_id == trace && found.span_id == span);
            match found {
                Some(found) if found.name == name => Ok(()),
                other => Err(format!("{trace} {span} is {other:?}")),
            }
        });
    }
}
