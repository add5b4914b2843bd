//! `fallback`: a value from elsewhere, and the outcome stays what it was.

use telemetry::{Snapshot, Value, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use super::support::Fault;

fn fallbacks(snapshot: &Snapshot, operation: &str) -> Option<u64> {
    let labels = [("provider", "fallback"), ("operation", operation)];
    match snapshot.value("adapter_fallbacks_total", &labels) {
        Some(Value::Counter(count)) => Some(*count),
        _ => None,
    }
}

/// Not `Clone`: a rejected call still has its arguments.
#[derive(Debug, PartialEq)]
struct Order(u32);

fn stored(_order: Order, name: &str, (a, b): (u8, u8)) -> Result<u32, Fault> {
    Ok(u32::from(a + b) + u32::try_from(name.len()).map_err(|_| Fault::NotFound)?)
}

#[telemetry::instrument("fallback", breaker(minimum_calls = 1, failure_rate = 0.1), fallback = stored)]
fn quote(mut order: Order, name: &str, (a, _): (u8, u8)) -> Result<u32, Fault> {
    order.0 += u32::from(a);
    if name.is_empty() { Err(Fault::Down) } else { Ok(order.0) }
}

#[test]
fn a_rejected_call_gets_the_value_of_its_fallback() {
    let telemetry = TestTelemetry::new();
    assert_eq!(quote(Order(1), "ab", (1, 1)), Ok(2));
    assert_eq!(fallbacks(&telemetry.snapshot(), "quote"), Some(0));
    assert_eq!(quote(Order(1), "", (1, 1)), Err(Fault::Down), "an error is no rejection");
    assert_eq!(quote(Order(1), "abc", (1, 1)), Ok(5));
    telemetry
        .call("fallback", "quote")
        .assert_status("rejected", 1)
        .assert_status("error", 1)
        .assert_times(3);
    assert_eq!(fallbacks(&telemetry.snapshot(), "quote"), Some(1));
}

async fn stored_async(order: Order) -> Order {
    tokio::task::yield_now().await;
    Order(order.0 + 100)
}

#[telemetry::instrument("fallback", breaker(minimum_calls = 1), fallback = stored_async, error_if = |order| order.0 == 0)]
async fn without_result(order: Order) -> Order {
    tokio::task::yield_now().await;
    order
}

fn skipped(_n: &mut u8) {}

#[telemetry::instrument("fallback", breaker = "fallback.without_result", fallback = skipped)]
fn without_value(n: &mut u8) {
    *n += 1;
}

#[tokio::test]
async fn a_breaker_needs_no_result_beside_a_fallback() {
    let telemetry = TestTelemetry::new();
    let mut n = 0;
    without_value(&mut n);
    assert_eq!(without_result(Order(0)).await, Order(0));
    assert_eq!(without_result(Order(1)).await, Order(101));
    without_value(&mut n);
    assert_eq!(n, 1);
    telemetry.call("fallback", "without_result").assert_status("error", 1).assert_status("rejected", 1);
    telemetry.call("fallback", "without_value").assert_status("success", 1).assert_status("rejected", 1);
    assert_eq!(fallbacks(&telemetry.snapshot(), "without_value"), Some(1));
    drop(without_result(Order(5)));
    telemetry.call("fallback", "without_result").assert_times(2).assert_none_active();
}

fn rescued(text: String, n: &u8) -> Result<String, Fault> {
    if text == "worse" { Err(Fault::NotFound) } else { Ok(format!("{text} {n}")) }
}

#[telemetry::instrument("fallback", fallback(rescued, on = error))]
fn risky(mut text: String, n: &u8) -> Result<String, Fault> {
    text.push('!');
    if *n > 0 { Err(Fault::Down) } else { Ok(text) }
}

#[test]
fn an_error_may_be_rescued_too() {
    let telemetry = TestTelemetry::new();
    assert_eq!(risky("a".to_owned(), &0).as_deref(), Ok("a!"));
    assert_eq!(risky("a".to_owned(), &1).as_deref(), Ok("a 1"), "with the argument as it was");
    assert_eq!(risky("worse".to_owned(), &1), Err(Fault::NotFound));
    telemetry.call("fallback", "risky").assert_status("success", 1).assert_errors("down", 2);
    assert_eq!(fallbacks(&telemetry.snapshot(), "risky"), Some(2));
}

#[derive(Clone)]
struct Feed {
    cache: u32,
}

#[telemetry::instrument_adapter("fallback", breaker(minimum_calls = 2, failure_rate = 0.5))]
impl Feed {
    #[telemetry(fallback(Self::cached, on = error), labels(symbol))]
    async fn price(&self, symbol: &str, n: u32) -> Result<u32, Fault> {
        tokio::task::yield_now().await;
        if symbol.is_empty() { Err(Fault::Down) } else { Ok(n) }
    }

    #[telemetry(skip)]
    async fn cached(&self, symbol: &str, n: u32) -> Result<u32, Fault> {
        let _ = symbol;
        Ok(self.cache + n)
    }

    #[telemetry(fallback = Self::kept, breaker = "fallback")]
    fn consumed(self) -> Result<u32, Fault> {
        Ok(self.cache)
    }

    #[telemetry(skip)]
    fn kept(self) -> Result<u32, Fault> {
        Ok(self.cache + 1)
    }
}

#[tokio::test]
async fn methods_give_their_receiver_along() {
    let telemetry = TestTelemetry::new();
    let feed = Feed { cache: 40 };
    assert_eq!((feed.price("A", 2).await, feed.price("", 2).await), (Ok(2), Ok(42)));
    assert_eq!(attribute_of_failed(&telemetry).as_deref(), Some("true"));
    assert_eq!(feed.clone().consumed(), Ok(41), "half of the calls failed");
    assert_eq!(feed.price("A", 3).await, Ok(43));
    let call = telemetry.call("fallback", "price");
    call.assert_status("success", 1).assert_status("error", 1).assert_status("rejected", 1);
    assert_eq!(fallbacks(&telemetry.snapshot(), "price"), Some(2), "of both label sets");
    assert_eq!(fallbacks(&telemetry.snapshot(), "consumed"), Some(1));
}

fn attribute_of_failed(telemetry: &TestTelemetry) -> Option<String> {
    let spans = telemetry.spans();
    let failed = spans.iter().find(|span| matches!(span.status, opentelemetry::trace::Status::Error { .. }));
    let attributes = &failed.expect("a failed call").attributes;
    attributes.iter().find(|kv| kv.key.as_str() == "fallback").map(|kv| kv.value.to_string())
}

fn late(n: u8) -> u8 {
    n
}

#[telemetry::instrument("fallback", fallback(late, on = error), ok_if = |n| *n > 3)]
fn predicate(n: u8) -> u8 {
    n * 2
}

#[test]
fn a_predicate_calls_for_the_fallback() {
    let telemetry = TestTelemetry::new();
    assert_eq!((predicate(1), predicate(2)), (1, 4));
    assert_eq!(fallbacks(&telemetry.snapshot(), "predicate"), Some(1));
    let marks = telemetry.tree().lines().filter(|line| line.contains("fallback=true")).count();
    assert_eq!(marks, 1, "{}", telemetry.tree());
}
