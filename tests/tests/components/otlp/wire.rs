//! What arrives at a receiver that takes everything.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Protocol,
    account::{Account, FinalAccount},
    over_both,
    receiver::{Receiver, Request, Span},
};
use crate::{gateway::Gateway, installed};

const REQUESTS: [&str; 4] = ["--requests", "300", "--outage", "none"];

/// Runs the gateway to its end, and checks what arrives.
pub(super) fn assert_arrives(
    receiver: &Receiver,
    endpoint: &str,
    protocol: Protocol,
    variables: &[(&str, &str)],
) {
    let variables: Vec<_> = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol.name()),
        ("SERVICE_NAME", "market gateway"),
        ("SERVICE_VERSION", "1.2.3-ü"),
        ("ENVIRONMENT", "test"),
        ("TELEMETRY_TRACING_BATCH_FLUSH_INTERVAL", "200ms"),
    ]
    .into_iter()
    .chain(variables.iter().copied())
    .collect();
    let mut gateway = Gateway::run_with(&REQUESTS, &variables);
    assert_eq!(gateway.tally().answered(), 300);
    let account = Account::once_quiet(&gateway);
    assert_eq!(account.all_dropped(), 0, "{account:?}");
    // One more, which only the end of the program exports.
    gateway.get("/api/data/ACME");

    let ended = gateway.interrupt();
    assert!(ended.status.success(), "{ended:?}");
    let last = FinalAccount::of(&ended);
    assert_eq!((last.exported, last.dropped, last.live), (last.started, 0, 0), "{ended:?}");
    assert!(last.started > account.started);
    receiver.wait_for_spans(last.exported);
    receiver.assert_no_violations();
    let requests = receiver.requests();
    assert_resource(&requests);
    assert_traces(&requests);
}

fn assert_resource(requests: &[Request]) {
    for resource in requests.iter().flat_map(|request| &request.resources) {
        assert_eq!(resource["service.name"], json!("market gateway"));
        assert_eq!(resource["service.version"], json!("1.2.3-ü"));
        assert_eq!(resource["deployment.environment.name"], json!("test"));
    }
}

/// From the server of the exchange up to that of the gateway; each is the parent of the one before.
const HOPS: [(&str, &str); 4] = [
    ("exchange.quote", "server"),
    ("GET", "client"),
    ("quote_feed.quote", "client"),
    ("GET /api/data/{symbol}", "server"),
];

fn assert_traces(requests: &[Request]) {
    let spans: BTreeMap<&str, &Span> =
        requests.iter().flat_map(|request| &request.spans).map(|span| (&*span.span_id, span)).collect();
    for span in spans.values() {
        match spans.get(&*span.parent_id) {
            Some(parent) => assert_eq!(parent.trace_id, span.trace_id, "{span:?}"),
            None => assert_eq!((&*span.name, &*span.parent_id), (HOPS[3].0, ""), "all others have a parent"),
        }
    }
    let mut leaves = 0;
    for leaf in spans.values().filter(|span| span.name == HOPS[0].0) {
        let mut next = Some(leaf);
        for (name, kind) in HOPS {
            let span = next.expect("the parent has come too");
            assert_eq!((&*span.name, &*span.kind), (name, kind), "{leaf:?}");
            next = spans.get(&*span.parent_id);
        }
        leaves += 1;
    }
    let calls = spans.values().filter(|span| span.name == HOPS[2].0).count();
    // Some calls are refused, or given up before they reach the exchange.
    assert!(leaves > 0 && leaves <= calls, "{leaves} answers of the exchange to {calls} calls");
}

#[test]
fn the_receiver_finds_what_is_wrong() {
    let Some(mut receiver) = installed::otlp_receiver() else { return };
    let output = receiver.arg("--self-test").output().expect("it starts");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn spans_arrive() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start() else { return };
        assert_arrives(&receiver, &receiver.endpoint(protocol), protocol, &[]);
        assert!(receiver.requests().iter().all(|request| request.encoding.is_none()));
    });
}

#[test]
fn spans_arrive_zipped() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start() else { return };
        let variables = [("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")];
        assert_arrives(&receiver, &receiver.endpoint(protocol), protocol, &variables);
        // The library of gRPC keeps it to itself.
        let is_zipped = |request: &Request| request.encoding.as_deref() == Some("gzip");
        assert!(protocol == Protocol::Grpc || receiver.requests().iter().all(is_zipped));
    });
}

#[test]
fn spans_arrive_over_tls() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start_with_tls() else { return };
        let certificate = receiver.certificate();
        let certificate = certificate.to_str().expect("a plain path");
        let variables =
            [("OTEL_EXPORTER_OTLP_CERTIFICATE", certificate), ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")];
        assert_arrives(&receiver, &receiver.tls_endpoint(protocol), protocol, &variables);
    });
}

#[test]
fn a_receiver_that_nobody_vouches_for_gets_nothing() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start_with_tls() else { return };
        let endpoint = receiver.tls_endpoint(protocol);
        let variables =
            [("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol.name())];
        let mut gateway = Gateway::run_with(&REQUESTS, &variables);
        assert_eq!(gateway.tally().answered(), 300);
        let ended = gateway.interrupt();
        assert!(ended.status.success(), "{ended:?}");
        let last = FinalAccount::of(&ended);
        assert_eq!((last.exported, last.live), (0, 0), "{ended:?}");
        assert!(receiver.requests().is_empty());
    });
}
