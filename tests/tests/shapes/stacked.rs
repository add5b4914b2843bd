//! Several attributes on one function are one instrumentation.

use telemetry_runtime as telemetry;
use telemetry_runtime::measure as timed;

use super::support::{calls, errors, run};

#[telemetry::trace]
#[timed(slow = "1s")]
#[telemetry::track_errors(provider = "stacked")]
fn sync(fails: bool) -> Result<u8, String> {
    if fails { Err("no".to_owned()) } else { Ok(1) }
}

#[telemetry::track_errors("stacked", name = "later")]
#[inline]
#[telemetry::trace(kind = consumer)]
async fn asynchronous(fails: bool) -> Result<u8, String> {
    if fails { Err("no".to_owned()) } else { Ok(1) }
}

#[telemetry::measure("stacked")]
#[telemetry::trace]
fn unit(precise: &mut u8) {
    *precise += 1;
}

#[cfg_attr(all(), telemetry::measure("stacked"))]
#[cfg_attr(all(), telemetry::track_errors)]
fn boxed() -> std::pin::Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(async { 1 })
}

#[telemetry::track_errors("stacked")]
fn only_errors() -> Result<(), String> {
    Err("no".to_owned())
}

struct Stacked;

#[telemetry::instrument_adapter]
impl Stacked {
    #[telemetry::instrument(name = "renamed", err(off), slow = "5s")]
    async fn method(&self) -> Result<u8, String> {
        Ok(1)
    }
}

#[test]
fn one_call_is_counted_once() {
    assert!(sync(false).is_ok() && sync(true).is_err());
    assert_eq!((calls("stacked", "sync", "success"), calls("stacked", "sync", "error")), (1, 1));
    assert_eq!(errors("stacked", "sync", "alloc::String"), 1);
    assert!(run(asynchronous(false)).is_ok() && run(asynchronous(true)).is_err());
    assert_eq!((calls("stacked", "later", "success"), errors("stacked", "later", "alloc::String")), (1, 1));
    let mut n = 0;
    unit(&mut n);
    assert_eq!((n, calls("stacked", "unit", "success"), run(boxed())), (1, 1, 1));
    assert_eq!(calls("stacked", "boxed", "success"), 1);
    assert!(run(Stacked.method()).is_ok());
    assert_eq!(calls("stacked", "renamed", "success"), 1);
}

#[test]
fn error_tracking_alone_counts_no_requests() {
    assert!(only_errors().is_err());
    assert_eq!(calls("stacked", "only_errors", "error"), 0);
    assert_eq!(errors("stacked", "only_errors", "alloc::String"), 1);
}
