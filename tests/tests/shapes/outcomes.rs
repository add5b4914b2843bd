//! One outcome for each call, whatever ends it.

use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Waker};

use telemetry_runtime as telemetry;
use telemetry_runtime::{BreakerOpen, ErrorType};

use super::support::{calls, errors, pause, run};

#[derive(Debug, ErrorType)]
enum Fault {
    NotFound,
    #[error_type("busy")]
    TooBusy,
    #[allow(dead_code)]
    Open(BreakerOpen),
}

impl From<BreakerOpen> for Fault {
    fn from(open: BreakerOpen) -> Self {
        Self::Open(open)
    }
}

#[telemetry::instrument("outcomes")]
fn typed(n: u8) -> Result<u8, Fault> {
    match n {
        0 => Err(Fault::NotFound),
        1 => Err(Fault::TooBusy),
        n => Ok(n),
    }
}

#[telemetry::instrument("outcomes", err(Debug))]
async fn debugged(fails: bool) -> Result<(), Fault> {
    if fails { Err(Fault::NotFound) } else { Ok(()) }
}

#[telemetry::instrument("outcomes", err(Display), slow = "0s", kind = server)]
fn displayed(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[telemetry::instrument("outcomes", err(off))]
fn silent() -> Result<(), Fault> {
    Err(Fault::TooBusy)
}

#[telemetry::instrument("outcomes")]
fn generic<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[telemetry::instrument("outcomes")]
fn panics(now: bool) {
    assert!(!now, "as asked");
}

#[telemetry::instrument("outcomes")]
async fn waits() -> u8 {
    pause().await;
    1
}

#[telemetry::instrument(
    "outcomes",
    breaker(failure_rate = 1.0, minimum_calls = 2, window_calls = 2, open_for = "1m")
)]
fn protected(fails: bool) -> Result<u8, Fault> {
    if fails { Err(Fault::NotFound) } else { Ok(1) }
}

#[telemetry::instrument("outcomes", breaker(minimum_calls = 1, window = "1m"))]
async fn protected_later(fails: bool) -> Result<u8, Fault> {
    pause().await;
    if fails { Err(Fault::NotFound) } else { Ok(1) }
}

#[telemetry::instrument("outcomes", breaker = "shared")]
fn protected_together() -> impl Future<Output = Result<u8, Fault>> {
    async { Ok(1) }
}

#[telemetry::instrument("outcomes", breaker = "shared")]
fn protected_box() -> std::pin::Pin<Box<dyn Future<Output = Result<u8, Fault>> + Send>> {
    Box::pin(async { Ok(1) })
}

#[test]
fn errors_have_their_labels() {
    assert!(typed(0).is_err() && typed(1).is_err() && typed(2).is_ok());
    assert_eq!((calls("outcomes", "typed", "error"), calls("outcomes", "typed", "success")), (2, 1));
    assert_eq!((errors("outcomes", "typed", "not_found"), errors("outcomes", "typed", "busy")), (1, 1));
    assert!(run(debugged(true)).is_err() && run(debugged(false)).is_ok());
    assert_eq!(errors("outcomes", "debugged", "not_found"), 1);
    assert!(displayed("x").is_err() && displayed("1").is_ok() && silent().is_err());
    assert_eq!(calls("outcomes", "displayed", "error") + calls("outcomes", "silent", "error"), 2);
    assert!(generic(Fault::NotFound).is_err());
    assert_eq!(errors("outcomes", "generic", "shapes::Fault"), 1, "only visible bounds count");
}

#[test]
fn panics_are_outcomes() {
    assert!(std::panic::catch_unwind(|| panics(true)).is_err());
    panics(false);
    assert_eq!((calls("outcomes", "panics", "panicked"), calls("outcomes", "panics", "success")), (1, 1));
}

#[test]
fn dropped_futures_are_cancelled_calls_once_polled() {
    drop(waits());
    assert_eq!(calls("outcomes", "waits", "cancelled"), 0);
    {
        let mut future = pin!(waits());
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(calls("outcomes", "waits", "cancelled"), 1);
    assert_eq!((run(waits()), calls("outcomes", "waits", "success")), (1, 1));
}

#[test]
fn breakers_reject() {
    assert_eq!(protected(false).ok(), Some(1));
    assert!(protected(true).is_err());
    for _ in 0..3 {
        let _ = protected(true);
    }
    assert!(matches!(protected(false), Err(Fault::Open(_))));
    assert!(calls("outcomes", "protected", "rejected") > 0);
    assert!(matches!(run(protected_later(true)), Err(Fault::NotFound)));
    assert!(matches!(run(protected_later(false)), Err(Fault::Open(_))));
    assert_eq!(calls("outcomes", "protected_later", "rejected"), 1);
    assert_eq!((run(protected_together()).ok(), run(protected_box()).ok()), (Some(1), Some(1)));
}
