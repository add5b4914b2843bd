//! `ret`: what a call gave stands on its span.

use std::{cell::Cell, fmt};

use telemetry::{TelemetryFutureExt, extract, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use super::support::{Fault, attribute};

thread_local! {
    static SHOWN: Cell<u32> = const { Cell::new(0) };
}

struct Price(u32);

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SHOWN.set(SHOWN.get() + 1);
        write!(f, "{} ct", self.0)
    }
}

#[telemetry::instrument("ret", ret)]
fn debugged(fails: bool) -> Result<Option<&'static str>, Fault> {
    if fails { Err(Fault::Down) } else { Ok(Some("x")) }
}

#[telemetry::trace("ret", ret(Display))]
async fn displayed(price: u32) -> Price {
    Price(price)
}

#[telemetry::trace("ret", ret, error_if = |n| *n > 9)]
fn judged(n: u32) -> u32 {
    n
}

#[telemetry::instrument("ret", ret(Debug))]
fn opaque(n: usize) -> impl Future<Output = Vec<String>> {
    async move { vec![format!("https://user:secret@host/{}", "é".repeat(n))] }
}

fn returned(telemetry: &TestTelemetry, name: &str) -> Option<String> {
    attribute(telemetry, name, "return")
}

#[tokio::test]
async fn success_values_are_recorded() {
    let telemetry = TestTelemetry::new();
    assert!(debugged(false).is_ok());
    assert_eq!(displayed(7).await.0, 7);
    assert_eq!(returned(&telemetry, "ret.debugged").as_deref(), Some("Some(\"x\")"));
    assert_eq!(returned(&telemetry, "ret.displayed").as_deref(), Some("7 ct"));
}

#[test]
fn other_outcomes_leave_nothing() {
    let telemetry = TestTelemetry::new();
    assert!(debugged(true).is_err());
    assert_eq!(judged(10), 10);
    assert_eq!(returned(&telemetry, "ret.debugged"), None);
    assert_eq!(returned(&telemetry, "ret.judged"), None);
}

#[tokio::test]
async fn values_are_bounded_and_without_secrets() {
    let telemetry = TestTelemetry::new();
    assert_eq!(opaque(2000).await.len(), 1);
    let text = returned(&telemetry, "ret.opaque").expect("a value");
    assert!(text.len() <= 1024 && text.starts_with("[\"https://host/é"), "{text}");
}

#[tokio::test]
async fn without_a_recorded_span_nothing_is_shown() {
    let telemetry = TestTelemetry::new();
    let mut headers = http::HeaderMap::new();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    headers.insert("traceparent", parent.parse().expect("ascii"));
    SHOWN.set(0);
    assert_eq!(displayed(7).with_context(extract(&headers)).await.0, 7);
    assert_eq!((SHOWN.get(), telemetry.spans().len()), (0, 0));
}

struct Feed;

#[telemetry::instrument_adapter("ret_block", ret)]
impl Feed {
    fn plain(&self) -> u8 {
        1
    }

    #[telemetry(ret(Display))]
    fn shown(&self) -> Price {
        Price(2)
    }

    fn nothing(&self) {}
}

#[test]
fn a_block_gives_the_default() {
    let telemetry = TestTelemetry::new();
    Feed.nothing();
    assert_eq!((Feed.plain(), Feed.shown().0), (1, 2));
    assert_eq!(returned(&telemetry, "ret_block.plain").as_deref(), Some("1"));
    assert_eq!(returned(&telemetry, "ret_block.shown").as_deref(), Some("2 ct"));
    assert_eq!(returned(&telemetry, "ret_block.nothing"), None);
}
