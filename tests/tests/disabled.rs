//! A program with telemetry switched off: its calls are what they are without attributes, but breakers go on protecting.
//!
//! One test, because the switch is the process's.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use futures_util::{Stream, StreamExt, stream};
use telemetry::{BreakerOpen, Operation, Settings, Snapshot, Telemetry, current_span};
use telemetry_runtime as telemetry;

#[derive(Debug, PartialEq, telemetry::ErrorType)]
enum Failure {
    Broken,
    Open,
}

impl From<BreakerOpen> for Failure {
    fn from(_: BreakerOpen) -> Self {
        Self::Open
    }
}

/// Whether a span is current, which makes a call show inside.
fn is_traced() -> bool {
    current_span().is_valid()
}

struct Unseen;

#[telemetry::instrument_adapter("unseen")]
impl Unseen {
    fn sync(&self) -> Result<bool, Failure> {
        Ok(is_traced())
    }

    fn failing(&self) -> Result<(), Failure> {
        Err(Failure::Broken)
    }

    async fn future(&self) -> Result<bool, Failure> {
        let before = is_traced();
        tokio::task::yield_now().await;
        Ok(before || is_traced())
    }

    fn stream(&self) -> impl Stream<Item = bool> + use<> {
        stream::iter(0..3).map(|_| is_traced())
    }
}

struct Protected;

#[telemetry::instrument_adapter("protected", breaker(minimum_calls = 2, open_for = "60m"))]
impl Protected {
    async fn future(&self) -> Result<(), Failure> {
        Err(Failure::Broken)
    }
}

#[tokio::test]
async fn nothing_is_left_of_calls_but_what_breakers_need() {
    let settings = Settings::from_yaml_str("telemetry: { enabled: false }").expect("legal");
    let _telemetry = Telemetry::builder().settings(settings).install().expect("the first");

    assert_eq!(Unseen.sync(), Ok(false));
    assert_eq!(Unseen.failing(), Err(Failure::Broken));
    assert_eq!(Unseen.future().await, Ok(false));
    assert_eq!(Unseen.stream().collect::<Vec<_>>().await, [false; 3]);
    assert_eq!(Operation::new("unseen", "by_hand").run(|| Some(is_traced())), Some(false));
    {
        let mut abandoned = pin!(Unseen.future());
        let polled = abandoned.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Pending);
    }
    let outcomes = [Failure::Broken, Failure::Broken, Failure::Open];
    for outcome in outcomes {
        assert_eq!(Protected.future().await, Err(outcome));
    }

    let snapshot = Snapshot::take();
    let calls = |provider| snapshot.sum("adapter_requests_total", &[("provider", provider)]);
    assert_eq!((calls("unseen"), calls("protected")), (0, 3));
}
