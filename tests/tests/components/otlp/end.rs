//! The gateway is asked to stop in the middle of its work.

use telemetry_tests::process::Ended;

use super::{Protocol, account::FinalAccount, over_both, receiver::Receiver};
use crate::gateway::Gateway;

/// Requests come all the while, until nobody listens any more.
const ENDLESS: [&str; 4] = ["--load", "200", "--outage", "none"];

fn assert_flushes(protocol: Protocol, end: fn(Gateway) -> Ended) {
    let Some(receiver) = Receiver::start() else { return };
    let endpoint = receiver.endpoint(protocol);
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol.name()),
        ("TELEMETRY_TRACING_BATCH_FLUSH_INTERVAL", "200ms"),
    ];
    let gateway = Gateway::run_with(&ENDLESS, &variables);
    receiver.wait_for(3);
    let before = receiver.taken().len() as u64;
    let ended = end(gateway);
    assert!(ended.status.success(), "{ended:?}");
    let last = FinalAccount::of(&ended);
    assert!(last.started > before, "{last:?} after {before}");
    assert_eq!((last.exported, last.dropped, last.live), (last.started, 0, 0), "{ended:?}");
    receiver.wait_for_spans(last.exported);
    receiver.assert_no_violations();
}

#[test]
fn a_supervisor_ends_it_in_the_middle_of_its_load() {
    over_both(|protocol| assert_flushes(protocol, Gateway::terminate));
}

#[test]
fn ctrl_c_ends_it_in_the_middle_of_its_load() {
    over_both(|protocol| assert_flushes(protocol, Gateway::interrupt));
}
