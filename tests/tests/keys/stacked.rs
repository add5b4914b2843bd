//! Keys of stacked attributes: together they are one instrumentation, in any order.

use telemetry::testing::TestTelemetry;
use telemetry_runtime as telemetry;

use super::support::{Fault, attribute};

fn family(_: &Fault) -> &'static str {
    "family"
}

fn spare(_: u8) -> Result<u8, Fault> {
    Ok(99)
}

#[telemetry::trace("stacked_keys", ret, fields(n))]
#[telemetry::measure(buckets = [0.5], labels(n))]
#[telemetry::track_errors(error_type = family, level = warn)]
fn down(n: u8) -> Result<u8, Fault> {
    if n == 0 { Err(Fault::Down) } else { Ok(n) }
}

#[telemetry::track_errors(error_type = family, level = warn)]
#[inline]
#[telemetry::measure(buckets = [0.5], labels(n))]
#[telemetry::trace("stacked_keys", ret, fields(n))]
async fn up(mut n: u8) -> Result<u8, Fault> {
    n += 0;
    if n == 0 { Err(Fault::Down) } else { Ok(n) }
}

#[telemetry::measure("stacked_keys", labels(twice = n * 2))]
#[telemetry::instrument(provider = "stacked_keys", breaker(minimum_calls = 1), fallback = spare, labels(n))]
fn both(n: u8) -> Result<u8, Fault> {
    if n == 0 { Err(Fault::Down) } else { Ok(n) }
}

struct Feed;

#[telemetry::instrument_adapter("stacked_block", error_type = family, ret)]
impl Feed {
    #[telemetry(labels(n))]
    #[telemetry::measure(buckets = [0.25])]
    #[telemetry::trace(ret(Display))]
    async fn method(&self, n: u8) -> Result<u8, Fault> {
        if n == 0 { Err(Fault::Down) } else { Ok(n) }
    }
}

#[tokio::test]
async fn each_attribute_adds_its_own() {
    let telemetry = TestTelemetry::new();
    assert!(down(0).is_err() && down(1).is_ok() && up(0).await.is_err() && up(1).await.is_ok());
    for name in ["down", "up"] {
        let call = telemetry.call("stacked_keys", name);
        call.assert_times(2).assert_errors("family", 1);
        assert_eq!(call.durations().expect("measured").bounds(), [0.5]);
        let one = [("operation", name), ("n", "1"), ("status", "success")];
        assert_eq!(telemetry.snapshot().sum("adapter_requests_total", &one), 1);
    }
    let tree = telemetry.tree();
    assert_eq!(tree.matches("n=1 return=1").count(), 2, "{tree}");
    assert_eq!(tree.lines().count(), 4, "{tree}");
}

#[test]
fn a_breaker_may_come_second() {
    let telemetry = TestTelemetry::new();
    assert_eq!((both(0), both(1)), (Err(Fault::Down), Ok(99)));
    telemetry.call("stacked_keys", "both").assert_status("error", 1).assert_status("rejected", 1);
}

#[tokio::test]
async fn a_method_keeps_what_its_block_says() {
    let telemetry = TestTelemetry::new();
    assert!(Feed.method(3).await.is_ok());
    assert_eq!(attribute(&telemetry, "stacked_block.method", "return").as_deref(), Some("3"));
    assert!(Feed.method(0).await.is_err());
    let call = telemetry.call("stacked_block", "method");
    call.assert_times(2).assert_errors("family", 1);
    assert_eq!(call.durations().expect("measured").bounds(), [0.25]);
}
