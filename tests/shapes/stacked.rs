//! Several attributes on one function are one instrumentation.

#![forbid(unsafe_code)]

use std::future::Future;
use telemetry::measure as timed;
use telemetry_runtime as telemetry;

use super::support::{Shape, error, run, shape, success};

#[telemetry::trace]
#[telemetry::measure(slow = "1s")]
#[telemetry::track_errors]
fn all_three(fails: bool) -> Result<u8, String> {
    if fails { Err("no".to_owned()) } else { Ok(1) }
}

#[telemetry::track_errors]
#[telemetry::trace]
#[telemetry::measure]
async fn all_three_later(fails: bool) -> Result<u8, String> {
    if fails { Err("no".to_owned()) } else { Ok(1) }
}

#[telemetry::trace]
#[inline]
#[timed]
#[doc(hidden)]
fn renamed_and_between(n: &mut u8) {
    *n += 1;
}

#[cfg_attr(all(), telemetry::measure)]
#[cfg_attr(all(), telemetry::track_errors, inline)]
fn conditional() -> std::pin::Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(async { 1 })
}

#[telemetry::instrument(name = "merged")]
#[telemetry::instrument(slow = "5s")]
fn same_twice(mut n: u8) -> u8 {
    n += 1;
    n
}

#[telemetry::measure]
#[telemetry::trace]
#[must_use]
async fn kept_async((a, mut b): (u8, u8)) -> u8 {
    b += 1;
    a + b
}

#[telemetry::measure]
#[telemetry::track_errors]
fn stream() -> impl futures_util::Stream<Item = Result<u8, String>> {
    futures_util::stream::iter([Ok(1), Err("no".to_owned())])
}

struct Stacked;

#[telemetry::instrument_adapter]
impl Stacked {
    #[telemetry::instrument(name = "method", err(off))]
    #[telemetry::measure]
    async fn by_method(&self) -> Result<u8, String> {
        Ok(1)
    }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("three attributes", || {
        assert!(success("all_three", || all_three(false)).is_ok());
        assert!(error("all_three", "alloc::String", || all_three(true)).is_err());
    }),
    shape("three attributes, async, in another order", || {
        assert!(success("all_three_later", || run(all_three_later(false))).is_ok());
        assert!(error("all_three_later", "alloc::String", || run(all_three_later(true))).is_err());
    }),
    shape("renamed attributes with others between", || {
        let mut n = 0;
        success("renamed_and_between", || renamed_and_between(&mut n));
        assert_eq!(n, 1);
    }),
    shape("two attributes behind cfg_attr on a boxed future", || {
        assert_eq!(success("conditional", || run(conditional())), 1);
    }),
    shape("the same attribute twice", || assert_eq!(success("merged", || same_twice(1)), 2)),
    shape("two attributes on a #[must_use] async fn", || {
        assert_eq!(success("kept_async", || run(kept_async((1, 2)))), 4);
    }),
    shape("two attributes on a stream", || {
        let all = || run(futures_util::StreamExt::collect::<Vec<_>>(stream()));
        assert_eq!(error("stream", "alloc::String", all).len(), 2);
    }),
    shape("two attributes on a method of a block", || {
        assert_eq!(success("stacked.method", || run(Stacked.by_method())), Ok(1));
    }),
];
