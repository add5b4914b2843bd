//! With the feature `off` an attribute leaves nothing behind: no operation, no bytes, no call.

use telemetry::{BreakerOpen, ErrorType, Operation, Snapshot, Telemetry};
use telemetry_runtime as telemetry;

#[derive(Debug, PartialEq, telemetry::ErrorType)]
enum QuoteError {
    UnknownSymbol,
}

impl From<BreakerOpen> for QuoteError {
    fn from(_: BreakerOpen) -> Self {
        Self::UnknownSymbol
    }
}

struct Finnhub;

#[telemetry::instrument_adapter("finnhub", slow = "500ms", breaker)]
impl Finnhub {
    async fn quote(&self, page: [u8; 1024]) -> Result<u8, QuoteError> {
        Ok(page[0])
    }

    #[telemetry(name = "renamed", breaker(off))]
    fn list(&self, symbol: &str) -> Result<usize, QuoteError> {
        if symbol.is_empty() { Err(QuoteError::UnknownSymbol) } else { Ok(symbol.len()) }
    }

    #[telemetry(skip)]
    fn name(&self) -> &str {
        "finnhub"
    }
}

#[telemetry::instrument(
    labels(symbol), ret, error_if = |n| *n > 8, parent = telemetry::Context::NONE, sample = always, level = warn,
    buckets = [0.1], slo(latency = "1s", target = 99), links = [telemetry::Context::NONE], fallback(rescue, on = error)
)]
fn keys(symbol: &str, (n, _): (usize, u8)) -> usize {
    symbol.len() + n
}

fn rescue(_symbol: &str, _pair: (usize, u8)) -> usize {
    0
}

#[telemetry::trace]
#[telemetry::measure(slow = "1s")]
#[telemetry::track_errors("parser")]
fn parse() -> u8 {
    3
}

impl Finnhub {
    async fn plain(&self, page: [u8; 1024]) -> Result<u8, QuoteError> {
        Ok(page[0])
    }
}

#[test]
fn nothing_is_left_of_the_attributes() {
    assert_eq!(Finnhub.list("ACME"), Ok(4));
    assert_eq!(Finnhub.list("").map_err(|error| error.error_type()), Err("unknown_symbol"), "derives stay");
    assert_eq!((Finnhub.name(), parse()), ("finnhub", 3));
    assert_eq!((keys("ACME", (5, 0)), rescue("", (0, 0))), (9, 0), "no fallback without instrumentation");
    let telemetry = Telemetry::builder().build().expect("telemetry");
    let of_attributes = telemetry.catalog().into_iter().filter(|operation| operation.location().is_some());
    assert_eq!(of_attributes.count(), 0);
    assert_eq!(size_of_val(&Finnhub.quote([7; 1024])), size_of_val(&Finnhub.plain([7; 1024])));
}

#[test]
fn what_is_done_by_hand_stays() {
    Operation::new("by", "hand").run(|| ());
    assert_eq!(Snapshot::take().sum("adapter_requests_total", &[("provider", "by")]), 1);
}
