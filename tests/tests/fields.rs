//! `fields(..)`: what it names arrives on the span, and costs nothing where no span is recorded.

#![deny(warnings)]
#![warn(clippy::pedantic, clippy::nursery)]
// The shapes are the point, not their elegance.
#![allow(
    clippy::cognitive_complexity,
    clippy::fn_params_excessive_bools,
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_value,
    clippy::ptr_arg,
    clippy::too_many_arguments,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::unused_self,
    clippy::used_underscore_binding
)]

#[path = "shapes/fields.rs"]
mod shapes;

use std::{cell::Cell, fmt};

use telemetry::{BreakerOpen, TelemetryFutureExt, extract, testing::TestTelemetry};
use telemetry_runtime as telemetry;

/// The fields of the only span of this name, as `key=value`, in the order of their names.
fn fields(telemetry: &TestTelemetry, span: &str) -> Vec<String> {
    let own = ["provider", "operation", "peer.service", "error.type"];
    let spans = telemetry.spans();
    let mut spans = spans.iter().filter(|data| data.name == span);
    let found = spans.next().unwrap_or_else(|| panic!("no span {span} in {}", telemetry.tree()));
    assert!(spans.next().is_none(), "more than one span {span}");
    let mut fields: Vec<_> = found
        .attributes
        .iter()
        .filter(|kv| !own.contains(&kv.key.as_str()) && !kv.key.as_str().starts_with("code."))
        .map(|kv| format!("{}={}", kv.key, kv.value))
        .collect();
    fields.sort();
    fields
}

thread_local! {
    static EVALUATED: Cell<u32> = const { Cell::new(0) };
}

fn evaluated<T>(value: T) -> T {
    EVALUATED.set(EVALUATED.get() + 1);
    value
}

#[derive(Debug)]
struct Symbol(&'static str);

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.0)
    }
}

#[telemetry::instrument("kinds", fields(
    flag, small, "quoted key" = size, ratio = 0.5, text, owned = owned.as_str(), ?symbol, %price,
    http.route = "/quotes/{id}", url.type = ?symbol.0, url.host = %symbol, r#match, sum = small + 1,
    turbofish = [1, 2].iter().map(|n| n * 2).sum::<i32>(),
))]
fn every_kind(
    flag: bool,
    small: u8,
    size: usize,
    text: &str,
    owned: String,
    symbol: Symbol,
    price: &Symbol,
    r#match: i64,
) {
    drop((owned, symbol, price));
    let _ = (flag, small, size, text, r#match);
}

#[test]
fn every_kind_of_value_arrives() {
    let telemetry = TestTelemetry::new();
    every_kind(true, 7, 1 << 40, "plain", "owned".to_owned(), Symbol("A"), &Symbol("B"), -3);
    let expected = [
        "flag=true",
        "http.route=/quotes/{id}",
        "match=-3",
        "owned=owned",
        "price=$B",
        "quoted key=1099511627776",
        "ratio=0.5",
        "small=7",
        "sum=8",
        "symbol=Symbol(\"A\")",
        "text=plain",
        "turbofish=6",
        "url.host=$A",
        "url.type=\"A\"",
    ];
    assert_eq!(fields(&telemetry, "kinds.every_kind"), expected);
}

#[telemetry::trace("values", fields(id, label))]
fn types(id: u64, label: &str) -> usize {
    usize::try_from(id).unwrap_or_default() + label.len()
}

#[test]
fn plain_values_keep_their_type() {
    let telemetry = TestTelemetry::new();
    assert_eq!(types(4, "x"), 5);
    let spans = telemetry.spans();
    let value =
        |key: &str| spans[0].attributes.iter().find(|kv| kv.key.as_str() == key).map(|kv| kv.value.clone());
    assert_eq!(value("id"), Some(4_i64.into()));
    assert_eq!(value("label"), Some("x".into()));
}

#[telemetry::instrument("lazy", fields(id = evaluated(id)))]
fn lazy(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[telemetry::instrument("lazy", fields(id = evaluated(id)))]
async fn lazy_async(id: u32) -> Result<u32, String> {
    tokio::task::yield_now().await;
    Ok(id)
}

#[tokio::test]
async fn without_a_recorded_span_nothing_is_evaluated() {
    let telemetry = TestTelemetry::new();
    for (sampled, expected) in [(0, 0), (1, 2)] {
        let mut headers = http::HeaderMap::new();
        let parent = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0{sampled}");
        headers.insert("traceparent", parent.parse().expect("ascii"));
        let calls = async { lazy(1).and(lazy_async(2).await) };
        assert_eq!(calls.with_context(extract(&headers)).await, Ok(2));
        assert_eq!(EVALUATED.replace(0), expected, "sampled: {sampled}");
    }
    assert_eq!(fields(&telemetry, "lazy.lazy"), ["id=1"]);
    assert_eq!(fields(&telemetry, "lazy.lazy_async"), ["id=2"]);
    drop(lazy_async(3));
    assert_eq!(EVALUATED.get(), 0, "never polled");
}

#[derive(Debug, telemetry::ErrorType)]
enum Fault {
    Down,
    Open,
}

impl From<BreakerOpen> for Fault {
    fn from(_: BreakerOpen) -> Self {
        Self::Open
    }
}

#[telemetry::instrument("guarded", breaker(minimum_calls = 1, failure_rate = 0.1), fields(id = evaluated(id)))]
fn guarded(id: u8) -> Result<u8, Fault> {
    if id == 0 { Err(Fault::Down) } else { Ok(id) }
}

#[telemetry::instrument("guarded", breaker(minimum_calls = 1, failure_rate = 0.1), fields(id = evaluated(id)))]
async fn guarded_async(id: u8) -> Result<u8, Fault> {
    if id == 0 { Err(Fault::Down) } else { Ok(id) }
}

#[tokio::test]
async fn a_rejected_call_evaluates_nothing() {
    let telemetry = TestTelemetry::new();
    assert!(matches!(guarded(0), Err(Fault::Down)));
    assert!(matches!(guarded_async(0).await, Err(Fault::Down)));
    assert_eq!(fields(&telemetry, "guarded.guarded"), ["id=0"]);
    assert_eq!(fields(&telemetry, "guarded.guarded_async"), ["id=0"]);
    assert_eq!(EVALUATED.replace(0), 2);
    assert!(matches!(guarded(1), Err(Fault::Open)) && matches!(guarded_async(1).await, Err(Fault::Open)));
    assert_eq!(EVALUATED.get(), 0);
}

struct Feed {
    region: &'static str,
}

#[telemetry::instrument_adapter("feed", fields(region = self.region, attempt = 1))]
impl Feed {
    fn plain(&self) -> u8 {
        1
    }

    #[telemetry(fields(attempt = n + 1, ?symbol))]
    async fn overridden(&self, n: u32, symbol: &str) -> Result<u32, String> {
        let _ = symbol;
        Ok(n)
    }

    #[telemetry::trace(fields(attempt = 9, n))]
    fn stacked(&mut self, n: u8) -> u8 {
        self.region = "us";
        n
    }

    fn consumed(mut self) -> Self {
        self.region = "gone";
        self
    }
}

#[tokio::test]
async fn a_block_gives_defaults() {
    let telemetry = TestTelemetry::new();
    let mut feed = Feed { region: "eu" };
    let _ = (feed.plain(), feed.overridden(1, "A").await, feed.stacked(4));
    assert_eq!(feed.consumed().region, "gone");
    assert_eq!(fields(&telemetry, "feed.plain"), ["attempt=1", "region=eu"]);
    assert_eq!(fields(&telemetry, "feed.overridden"), ["attempt=2", "region=eu", "symbol=\"A\""]);
    assert_eq!(fields(&telemetry, "feed.stacked"), ["attempt=9", "n=4", "region=eu"]);
    assert_eq!(fields(&telemetry, "feed.consumed"), ["attempt=1", "region=us"]);
}

#[telemetry::measure("stacked")]
#[telemetry::trace(fields(id, double = id * 2))]
fn later(id: u32) -> u32 {
    id
}

#[telemetry::trace("stacked", fields(id))]
#[inline]
#[telemetry::measure]
fn earlier(id: u32) {
    drop(id.to_string());
}

#[telemetry::trace("stacked", fields(a))]
#[telemetry::instrument(fields(n))]
async fn both((a, _): (u8, u8), mut n: u8) -> u8 {
    n += a;
    n
}

#[tokio::test]
async fn stacked_attributes_share_their_span() {
    let telemetry = TestTelemetry::new();
    assert_eq!(later(3), 3);
    earlier(4);
    assert_eq!(both((1, 2), 5).await, 6);
    assert_eq!(fields(&telemetry, "stacked.later"), ["double=6", "id=3"]);
    assert_eq!(fields(&telemetry, "stacked.earlier"), ["id=4"]);
    assert_eq!(fields(&telemetry, "stacked.both"), ["a=1", "n=5"]);
}

macro_rules! generated {
    ($name:ident, $key:literal, $value:expr) => {
        #[telemetry::trace("generated", fields($key = $value * 2, call = evaluated($value * 2)))]
        fn $name() -> i32 {
            $value * 2
        }
    };
}
generated!(precedence, "value", 1 + 2);

#[test]
fn fragments_keep_their_precedence() {
    let telemetry = TestTelemetry::new();
    assert_eq!(precedence(), 6);
    assert_eq!(fields(&telemetry, "generated.precedence"), ["call=6", "value=6"]);
}
