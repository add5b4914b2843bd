//! The receiver fails: the gateway answers all the while, and accounts for every span.

use std::{collections::BTreeMap, time::Duration};

use telemetry_tests::process::{Ended, eventually};

use super::{
    IN_TIME, Protocol,
    account::{Account, FinalAccount},
    over_both,
    receiver::{Receiver, Request},
};
use crate::gateway::Gateway;

/// Whatever the receiver does.
const STOP: Duration = Duration::from_secs(15);

/// What `busy` and `throttle` ask for, in seconds; a wait that nobody asked for is shorter.
const ASKED: f64 = 2.0;

/// For two seconds.
const LOAD: [&str; 6] = ["--load", "50", "--requests", "100", "--outage", "none"];

fn start(receiver: &Receiver, protocol: Protocol, timeout: &str) -> Gateway {
    let endpoint = receiver.endpoint(protocol);
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol.name()),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", timeout),
        ("TELEMETRY_TRACING_BATCH_FLUSH_INTERVAL", "200ms"),
    ];
    Gateway::run_with(&LOAD, &variables)
}

fn assert_all_are_answered(gateway: &mut Gateway) {
    let tally = gateway.tally();
    assert_eq!((tally.answered(), tally.failures), (100, 0), "{tally:?}");
}

/// Ends it, and checks that it says of its spans what the receiver says.
fn end(gateway: Gateway, receiver: &Receiver) -> (Ended, FinalAccount) {
    let ended = gateway.interrupt();
    assert!(ended.status.success() && ended.after < STOP, "{ended:?}");
    let last = FinalAccount::of(&ended);
    assert_eq!(last.live, 0, "{ended:?}");
    receiver.assert_no_violations();
    (ended, last)
}

/// All that was started arrives, and nothing is lost.
fn assert_recovers(mut gateway: Gateway, receiver: &Receiver) {
    assert_all_are_answered(&mut gateway);
    let account = Account::once_quiet(&gateway);
    assert_eq!((account.exported, account.all_dropped()), (account.started, 0), "{account:?}");
    let (_, last) = end(gateway, receiver);
    assert_eq!(last.exported, last.started);
    receiver.wait_for_spans(last.exported);
}

/// The first request that was not taken, and the same when it came again.
fn first_retry(requests: &[Request]) -> [&Request; 2] {
    let [first, second] = requests else { panic!("two requests, not {requests:?}") };
    assert!(!first.is_accepted && first.key() == second.key(), "{first:?} comes again, not {second:?}");
    [first, second]
}

#[test]
fn a_receiver_that_comes_late_gets_what_waited() {
    over_both(|protocol| {
        let Some(mut receiver) = Receiver::start() else { return };
        receiver.kill();
        let mut gateway = start(&receiver, protocol, "1000");
        assert_all_are_answered(&mut gateway);
        let account = Account::read(&gateway);
        assert_eq!((account.live, account.exported), (account.started, 0), "{account:?}");
        receiver.revive();
        assert_recovers(gateway, &receiver);
    });
}

#[test]
fn a_receiver_that_dies_and_returns_gets_everything() {
    over_both(|protocol| {
        let Some(mut receiver) = Receiver::start() else { return };
        let gateway = start(&receiver, protocol, "1000");
        receiver.wait_for(2);
        receiver.kill();
        eventually(IN_TIME, || match Account::read(&gateway) {
            account if account.live > 50 => Ok(()),
            account => Err(format!("{account:?}")),
        });
        receiver.revive();
        assert_recovers(gateway, &receiver);
    });
}

#[test]
fn a_receiver_that_hangs_is_given_up_and_tried_again() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start() else { return };
        receiver.set_fault("hang");
        let gateway = start(&receiver, protocol, "500");
        let requests = receiver.wait_for(2);
        let [first, second] = first_retry(&requests[..2]);
        assert!(second.at - first.at > 0.5, "given up after half a second");
        receiver.set_fault("ok");
        assert_recovers(gateway, &receiver);
    });
}

#[test]
fn a_receiver_that_hangs_does_not_hold_up_the_end() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start() else { return };
        receiver.set_fault("hang");
        let mut gateway = start(&receiver, protocol, "60000");
        receiver.wait_for(1);
        assert_all_are_answered(&mut gateway);
        let (_, last) = end(gateway, &receiver);
        assert_eq!((last.exported, last.dropped), (0, last.started), "{last:?}");
    });
}

#[test]
fn a_receiver_that_is_unavailable_is_tried_again() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start() else { return };
        receiver.set_fault("unavailable");
        let gateway = start(&receiver, protocol, "1000");
        let requests = receiver.wait_for(2);
        let [first, second] = first_retry(&requests[..2]);
        assert!(second.at - first.at < ASKED, "it has asked for nothing");
        receiver.set_fault("ok");
        assert_recovers(gateway, &receiver);
    });
}

/// Is left alone as long as it asked for.
fn assert_left_alone(protocol: Protocol, fault: &str) {
    let Some(receiver) = Receiver::start() else { return };
    receiver.set_fault(fault);
    let gateway = start(&receiver, protocol, "1000");
    receiver.wait_for(1);
    receiver.set_fault("ok");
    let requests = receiver.wait_for(2);
    let [first, second] = first_retry(&requests[..2]);
    let wait = second.at - first.at;
    // Dates have whole seconds, so that they ask for one more or less.
    assert!(wait > ASKED - 0.1 && wait < ASKED + 4.0, "{fault}: tried again after {wait} s");
    assert_recovers(gateway, &receiver);
}

#[test]
fn a_receiver_that_is_busy_is_left_alone_as_long_as_it_asks() {
    over_both(|protocol| assert_left_alone(protocol, "busy"));
}

#[test]
fn a_receiver_that_throttles_is_left_alone_as_long_as_it_asks() {
    over_both(|protocol| assert_left_alone(protocol, "throttle"));
}

#[test]
fn a_receiver_that_throttles_until_a_date_is_left_alone() {
    assert_left_alone(Protocol::Http, "throttle-date");
}

#[test]
fn a_receiver_that_asks_for_a_year_does_not_hold_up_the_end() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start() else { return };
        receiver.set_fault("throttle-long");
        let mut gateway = start(&receiver, protocol, "1000");
        receiver.wait_for(1);
        assert_all_are_answered(&mut gateway);
        assert_eq!(receiver.requests().len(), 1, "it is left alone");
        let (_, last) = end(gateway, &receiver);
        assert_eq!((last.exported, last.dropped), (0, last.started), "{last:?}");
    });
}

#[test]
fn what_a_receiver_refuses_is_not_sent_again() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start() else { return };
        receiver.set_fault("refuse");
        let mut gateway = start(&receiver, protocol, "1000");
        assert_all_are_answered(&mut gateway);
        let account = Account::once_quiet(&gateway);
        let refused = BTreeMap::from([("refused".to_owned(), account.started)]);
        assert_eq!((account.exported, &account.dropped), (0, &refused), "{account:?}");
        let requests = receiver.requests();
        let sent: usize = requests.iter().map(|request| request.spans.len()).sum();
        assert_eq!(sent as u64, account.started, "each span is sent once");

        receiver.set_fault("ok");
        gateway.get("/api/data/ACME");
        let (_, last) = end(gateway, &receiver);
        assert_eq!((last.exported, last.dropped), (last.started - account.started, account.started));
        receiver.wait_for_spans(last.exported);
    });
}

/// Takes requests with an answer that has a `message`, of which the gateway tells once.
fn assert_taken_with(protocol: Protocol, fault: &str, message: &str, rejected_of_each: u64) {
    let Some(receiver) = Receiver::start() else { return };
    receiver.set_fault(fault);
    let mut gateway = start(&receiver, protocol, "1000");
    assert_all_are_answered(&mut gateway);
    Account::once_quiet(&gateway);
    let (ended, last) = end(gateway, &receiver);
    let requests = receiver.requests();
    assert!(requests.len() > 1 && requests.iter().all(|request| request.fault == fault), "{requests:?}");
    let rejected = rejected_of_each * requests.len() as u64;
    assert_eq!((last.exported, last.dropped), (last.started - rejected, rejected), "{ended:?}");
    // Once each, as the receiver has checked.
    receiver.wait_for_spans(last.started);
    assert_eq!(ended.stderr.matches(message).count(), 1, "{}", ended.stderr);
}

#[test]
fn spans_that_a_receiver_rejects_are_counted_and_told_once() {
    over_both(|protocol| assert_taken_with(protocol, "partial", "one span is not to our taste", 1));
}

#[test]
fn a_warning_is_told_once() {
    over_both(|protocol| assert_taken_with(protocol, "warning", "this endpoint moves soon", 0));
}

#[test]
fn spans_with_an_answer_that_nobody_understands_have_arrived() {
    over_both(|protocol| assert_taken_with(protocol, "garbage", "the reply cannot be decoded", 0));
}
