//! `ok_if`, `error_if` and `error_type`: every signal follows them.

use std::pin::Pin;

use telemetry::{ErrorLabel, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use super::support::{Fault, attribute};

struct Reply {
    status: u16,
}

fn is_server_error(reply: &Reply) -> bool {
    reply.status >= 500
}

#[telemetry::instrument("outcome", error_if = is_server_error)]
fn fetch(status: u16) -> Reply {
    Reply { status }
}

#[telemetry::instrument("outcome", ok_if = |reply| reply.status < 500)]
async fn fetch_async(status: u16) -> Reply {
    Reply { status }
}

#[telemetry::measure("outcome", ok_if = Option::is_some)]
fn find(n: u8) -> Option<u8> {
    n.checked_sub(1)
}

#[test]
fn a_predicate_decides_for_every_type() {
    let telemetry = TestTelemetry::new();
    let total = fetch(200).status + fetch(503).status;
    assert_eq!((total, find(1), find(0)), (703, Some(0), None));
    telemetry.call("outcome", "fetch").assert_status("success", 1).assert_status("error", 1);
    telemetry.call("outcome", "fetch").assert_errors("is_server_error", 1);
    telemetry.call("outcome", "find").assert_status("success", 1).assert_status("error", 1);
}

#[tokio::test]
async fn a_closure_is_called_by_its_key() {
    let telemetry = TestTelemetry::new();
    assert_eq!(fetch_async(500).await.status, 500);
    telemetry.call("outcome", "fetch_async").assert_errors("ok_if", 1);
    assert_eq!(attribute(&telemetry, "outcome.fetch_async", "error.type").as_deref(), Some("ok_if"));
}

/// What is not there is no failure.
#[telemetry::instrument("outcome", error_if = |found| !matches!(found, Ok(_) | Err(Fault::NotFound)))]
fn look_up(fault: Option<Fault>) -> Result<u8, Fault> {
    fault.map_or(Ok(1), Err)
}

#[telemetry::track_errors("outcome", ok_if = is_fresh)]
fn fresh(age: u8) -> Result<u8, Fault> {
    if age > 9 { Err(Fault::Down) } else { Ok(age) }
}

fn is_fresh(answer: &Result<u8, Fault>) -> bool {
    matches!(answer, Ok(age) if *age < 5)
}

#[test]
fn a_predicate_overrules_ok_and_err() {
    let telemetry = TestTelemetry::new();
    let faults = [None, Some(Fault::NotFound), Some(Fault::Down)];
    assert_eq!(faults.map(|fault| look_up(fault).is_ok()), [true, false, false]);
    telemetry.call("outcome", "look_up").assert_status("success", 2).assert_errors("down", 1);
    assert_eq!([1, 7, 10].map(|age| fresh(age).is_ok()), [true, true, false]);
    telemetry.call("outcome", "fresh").assert_errors("not_is_fresh", 1).assert_errors("down", 1);
}

fn family(fault: &Fault) -> &'static str {
    match fault {
        Fault::Down => "network",
        _ => "other",
    }
}

impl Fault {
    fn label(&self) -> ErrorLabel {
        ErrorLabel::new(family(self))
    }
}

#[telemetry::instrument("outcome", error_type = family)]
fn named(fault: Fault) -> Result<(), Fault> {
    Err(fault)
}

#[telemetry::instrument("outcome", error_type = Fault::label, err(Debug))]
async fn named_async(fault: Fault) -> Result<(), Fault> {
    Err(fault)
}

#[telemetry::trace("outcome", error_type = |_| "closed")]
#[telemetry::track_errors]
fn boxed(fault: Fault) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>> {
    Box::pin(async move { Err(fault) })
}

#[tokio::test]
async fn a_function_names_errors() {
    let telemetry = TestTelemetry::new();
    assert!(named(Fault::Down).is_err() && named(Fault::NotFound).is_err());
    telemetry.call("outcome", "named").assert_errors("network", 1).assert_errors("other", 1);
    assert!(named_async(Fault::Down).await.is_err() && boxed(Fault::Down).await.is_err());
    telemetry.call("outcome", "named_async").assert_errors("network", 1);
    telemetry.call("outcome", "boxed").assert_errors("closed", 1);
    assert_eq!(attribute(&telemetry, "outcome.boxed", "error.type").as_deref(), Some("closed"));
}

struct Feed;

#[telemetry::instrument_adapter("outcome_block", error_type = family, error_if = is_err)]
impl Feed {
    fn quote(&self) -> Result<u8, Fault> {
        Err(Fault::Down)
    }

    #[telemetry(ok_if = |size| *size > 3)]
    fn size(&self, size: usize) -> usize {
        size
    }

    #[telemetry(error_type = |_| "own")]
    async fn renamed(&self) -> Result<u8, Fault> {
        Err(Fault::Down)
    }

    /// Has nothing to judge.
    fn refresh(&self) {}
}

fn is_err<T, E>(answer: &Result<T, E>) -> bool {
    answer.is_err()
}

#[tokio::test]
async fn methods_override_their_block() {
    let telemetry = TestTelemetry::new();
    Feed.refresh();
    assert!(Feed.quote().is_err() && Feed.renamed().await.is_err());
    assert_eq!(Feed.size(4) - Feed.size(2), 2);
    telemetry.call("outcome_block", "quote").assert_errors("network", 1);
    telemetry.call("outcome_block", "renamed").assert_errors("own", 1);
    telemetry.call("outcome_block", "size").assert_status("success", 1).assert_errors("ok_if", 1);
    telemetry.call("outcome_block", "refresh").assert_status("success", 1);
}

#[telemetry::instrument("outcome", breaker(minimum_calls = 2, failure_rate = 0.5), error_if = Result::is_err)]
fn guarded(n: u8) -> Result<u8, Fault> {
    if n == 0 { Err(Fault::Down) } else { Ok(n) }
}

#[telemetry::instrument("outcome", breaker(minimum_calls = 2, failure_rate = 0.5), error_if = |_| false)]
fn forgiven(n: u8) -> Result<u8, Fault> {
    if n == 0 { Err(Fault::Down) } else { Ok(n) }
}

#[test]
fn the_breaker_follows_the_same_outcome() {
    let telemetry = TestTelemetry::new();
    for _ in 0..3 {
        let _ = (guarded(0), forgiven(0));
    }
    assert_eq!(guarded(1), Err(Fault::Open));
    assert_eq!(forgiven(1), Ok(1));
    telemetry.call("outcome", "guarded").assert_status("error", 2).assert_status("rejected", 2);
    telemetry.call("outcome", "forgiven").assert_status("success", 4);
}
