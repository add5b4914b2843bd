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
    assert_eq!(last.dropped, 0, "{ended:?}");
    // The exchange is not drained, and may be at work still for a call that has timed out.
    assert!(last.live <= failed_calls(&ended), "{ended:?}");
    receiver.wait_for_spans(last.exported);
    receiver.assert_no_violations();
}

/// `telemetry: 226 calls, 189 success, 36 error, 1 rejected, 0 cancelled, 0 panicked`
fn failed_calls(ended: &Ended) -> u64 {
    let before = ended.stderr.split(" error,").next().and_then(|before| before.rsplit(' ').next());
    before.and_then(|count| count.parse().ok()).expect("calls are accounted for")
}

#[test]
fn a_supervisor_ends_it_in_the_middle_of_its_load() {
    over_both(|protocol| assert_flushes(protocol, Gateway::terminate));
}

#[test]
fn ctrl_c_ends_it_in_the_middle_of_its_load() {
    over_both(|protocol| assert_flushes(protocol, Gateway::interrupt));
}
