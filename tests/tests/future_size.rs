//! What a future grows by, beside the same function without an attribute.

#![deny(warnings)]

use std::{future::Future, pin::Pin};

use telemetry::BreakerOpen;
use telemetry_runtime as telemetry;

/// The most that an attribute may add to a future, in bytes.
const MOST: usize = 32;

/// The same where the function must stay an `async fn`, so that there are two futures.
const MOST_OF_TWO: usize = 40;

const KIB: usize = 1024;

#[derive(Debug)]
struct Fault;

impl From<BreakerOpen> for Fault {
    fn from(_open: BreakerOpen) -> Self {
        Self
    }
}

async fn pause() {
    std::future::ready(()).await;
}

/// Each function twice: plain, and with the attribute in front.
macro_rules! both {
    ($($(#[$attr:meta])* [$name:ident] ($($args:tt)*) -> $output:ty $body:block)*) => {
        mod plain {
            use super::*;
            $(pub(super) async fn $name($($args)*) -> $output $body)*
        }

        mod instrumented {
            use super::*;
            $($(#[$attr])* pub(super) async fn $name($($args)*) -> $output $body)*
        }
    };
}

both! {
    #[telemetry::instrument]
    [by_name](bytes: [u8; KIB]) -> usize {
        pause().await;
        bytes.len()
    }

    #[telemetry::instrument]
    [unused](_bytes: [u8; KIB]) -> usize {
        pause().await;
        1
    }

    #[telemetry::instrument]
    [words](words: [u64; KIB / 8]) -> usize {
        pause().await;
        words.len()
    }

    #[telemetry::instrument]
    [by_pattern]((bytes, n): ([u8; KIB], usize)) -> usize {
        pause().await;
        bytes.len() + n
    }

    #[telemetry::instrument]
    [changed](mut bytes: [u8; KIB]) -> usize {
        bytes[0] = 1;
        pause().await;
        bytes.len()
    }

    #[telemetry::instrument]
    [two](a: [u8; KIB], b: [u8; KIB]) -> Result<usize, Fault> {
        pause().await;
        Ok(a.len() + b.len())
    }

    #[telemetry::instrument(fields(len = bytes.len()))]
    [with_fields](bytes: [u8; KIB]) -> usize {
        pause().await;
        bytes.len()
    }

    #[telemetry::instrument(breaker)]
    [with_breaker](bytes: [u8; KIB]) -> Result<usize, Fault> {
        pause().await;
        Ok(bytes.len())
    }

    #[telemetry::trace] #[telemetry::measure] #[telemetry::track_errors]
    [stacked](bytes: [u8; KIB]) -> usize {
        pause().await;
        bytes.len()
    }

    #[telemetry::instrument] #[must_use = "for a reason"]
    [kept_async](bytes: [u8; KIB]) -> usize {
        pause().await;
        bytes.len()
    }

    #[telemetry::instrument]
    [nothing]() -> () {}
}

#[allow(clippy::manual_async_fn)]
fn plain_returned(bytes: [u8; KIB]) -> impl Future<Output = usize> {
    async move {
        pause().await;
        bytes.len()
    }
}

#[telemetry::instrument]
fn returned(bytes: [u8; KIB]) -> impl Future<Output = usize> {
    async move {
        pause().await;
        bytes.len()
    }
}

struct Plain([u8; KIB]);

impl Plain {
    async fn by_reference(&self, bytes: [u8; KIB]) -> usize {
        pause().await;
        bytes.len() + self.0.len()
    }

    async fn by_value(self) -> usize {
        pause().await;
        self.0.len()
    }
}

struct Adapter([u8; KIB]);

#[telemetry::instrument_adapter(breaker)]
impl Adapter {
    #[telemetry(breaker(off))]
    async fn by_reference(&self, bytes: [u8; KIB]) -> usize {
        pause().await;
        bytes.len() + self.0.len()
    }

    async fn by_value(self) -> Result<usize, Fault> {
        pause().await;
        Ok(self.0.len())
    }
}

#[test]
fn a_future_grows_by_at_most_32_bytes() {
    let (a, w) = ([0_u8; KIB], [0_u64; KIB / 8]);
    let sizes = [
        ("by name", size_of_val(&plain::by_name(a)), size_of_val(&instrumented::by_name(a))),
        ("unused", size_of_val(&plain::unused(a)), size_of_val(&instrumented::unused(a))),
        ("words", size_of_val(&plain::words(w)), size_of_val(&instrumented::words(w))),
        (
            "by pattern",
            size_of_val(&plain::by_pattern((a, 1))),
            size_of_val(&instrumented::by_pattern((a, 1))),
        ),
        ("mut", size_of_val(&plain::changed(a)), size_of_val(&instrumented::changed(a))),
        ("two arguments", size_of_val(&plain::two(a, a)), size_of_val(&instrumented::two(a, a))),
        ("fields(..)", size_of_val(&plain::with_fields(a)), size_of_val(&instrumented::with_fields(a))),
        ("breaker", size_of_val(&plain::with_breaker(a)), size_of_val(&instrumented::with_breaker(a))),
        ("three attributes", size_of_val(&plain::stacked(a)), size_of_val(&instrumented::stacked(a))),
        ("#[must_use]", size_of_val(&plain::kept_async(a)), size_of_val(&instrumented::kept_async(a))),
        ("no argument", size_of_val(&plain::nothing()), size_of_val(&instrumented::nothing())),
        ("-> impl Future", size_of_val(&plain_returned(a)), size_of_val(&returned(a))),
        ("method", size_of_val(&Plain(a).by_reference(a)), size_of_val(&Adapter(a).by_reference(a))),
        ("method by value", size_of_val(&Plain(a).by_value()), size_of_val(&Adapter(a).by_value())),
    ];
    println!("{:<18} {:>6} {:>13} {:>6}", "bytes", "plain", "instrumented", "added");
    for (name, plain, instrumented) in sizes {
        let added = instrumented.cast_signed() - plain.cast_signed();
        println!("{name:<18} {plain:>6} {instrumented:>13} {added:>6}");
    }
    for (name, plain, instrumented) in sizes {
        let most = if name == "#[must_use]" { MOST_OF_TWO } else { MOST };
        assert!(instrumented <= plain + most, "{name}: {plain} bytes become {instrumented}");
    }
}

/// The box of `async_trait` is moved, its content is not: the outer future stays small.
#[test]
fn a_boxed_future_is_a_box() {
    #[telemetry::instrument]
    fn boxed(bytes: [u8; KIB]) -> Pin<Box<dyn Future<Output = usize>>> {
        Box::pin(async move { bytes.len() })
    }
    assert_eq!(size_of_val(&boxed([0; KIB])), 2 * size_of::<usize>());
}
