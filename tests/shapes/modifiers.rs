//! Attributes beside ours.

#![forbid(unsafe_code)]

use telemetry_runtime as telemetry;

use super::support::{Shape, pause, run, shape, success};

/// Documented, and public.
#[telemetry::instrument]
pub fn documented() -> u32 {
    1
}

/// Documented, public and async.
#[telemetry::instrument]
pub async fn documented_later() -> u32 {
    1
}

#[telemetry::instrument]
/** Documented in a block. */
#[doc = "And by an attribute."]
#[doc(hidden)]
fn documented_otherwise() -> u32 {
    1
}

#[telemetry::instrument]
#[inline]
fn inlined() -> u32 {
    1
}

#[inline(always)]
#[telemetry::instrument]
#[allow(clippy::inline_always)]
fn always_inlined() -> u32 {
    1
}

#[cold]
#[telemetry::instrument]
#[inline(never)]
fn cold() -> u32 {
    1
}

#[telemetry::instrument]
#[must_use]
fn must_use() -> u32 {
    1
}

#[must_use = "for a reason"]
#[telemetry::instrument]
async fn must_use_later(n: &u32) -> u32 {
    pause().await;
    *n
}

#[telemetry::instrument]
#[deprecated(since = "1.0.0", note = "for a reason")]
fn deprecated() -> u32 {
    1
}

#[telemetry::instrument]
#[cfg(not(doctest))]
fn conditional() -> u32 {
    1
}

#[cfg(doctest)]
#[telemetry::instrument]
fn conditional() -> Missing {}

#[cfg_attr(all(), telemetry::instrument, inline)]
fn conditionally_instrumented() -> u32 {
    1
}

#[telemetry::instrument]
#[cfg_attr(all(), allow(unused_variables))]
fn conditionally_allowed() -> u32 {
    let unused = 1;
    1
}

#[telemetry::instrument]
#[expect(unused_variables, reason = "wanted")]
fn expected() -> u32 {
    let unused = 1;
    1
}

#[telemetry::instrument]
#[allow(clippy::needless_return)]
#[rustfmt::skip]
fn tools() -> u32 {
    return  1;
}

#[telemetry::instrument]
#[track_caller]
fn located() -> u32 {
    std::panic::Location::caller().line()
}

#[track_caller]
#[telemetry::instrument]
fn located_with_question(text: &str) -> Result<u32, std::num::ParseIntError> {
    let parsed: u32 = text.parse()?;
    Ok(std::panic::Location::caller().line() + parsed)
}

#[telemetry::instrument]
#[track_caller]
fn located_unit(line: &mut u32) {
    *line = std::panic::Location::caller().line();
}

#[telemetry::instrument]
#[allow(unused_mut)]
fn allowed(mut a: u32) -> u32 {
    a
}

pub(super) const SHAPES: &[Shape] = &[
    shape("documented pub fn", || assert_eq!(success("documented", documented), 1)),
    shape("documented pub async fn", || {
        assert_eq!(success("documented_later", || run(documented_later())), 1);
    }),
    shape("/** */, #[doc = ..], #[doc(hidden)]", || {
        assert_eq!(success("documented_otherwise", documented_otherwise), 1);
    }),
    shape("#[inline]", || assert_eq!(success("inlined", inlined), 1)),
    shape("#[inline(always)]", || assert_eq!(success("always_inlined", always_inlined), 1)),
    shape("#[cold] #[inline(never)]", || assert_eq!(success("cold", cold), 1)),
    shape("#[must_use]", || assert_eq!(success("must_use", must_use), 1)),
    shape("#[must_use] async", || assert_eq!(success("must_use_later", || run(must_use_later(&1))), 1)),
    shape("#[deprecated]", || {
        #[allow(deprecated)]
        let one = success("deprecated", deprecated);
        assert_eq!(one, 1);
    }),
    shape("#[cfg] above and below", || assert_eq!(success("conditional", conditional), 1)),
    shape("#[cfg_attr(.., instrument)]", || {
        assert_eq!(success("conditionally_instrumented", conditionally_instrumented), 1);
    }),
    shape("#[cfg_attr(.., allow)]", || {
        assert_eq!(success("conditionally_allowed", conditionally_allowed), 1);
    }),
    shape("#[expect]", || assert_eq!(success("expected", expected), 1)),
    shape("attributes of tools", || assert_eq!(success("tools", tools), 1)),
    shape("#[track_caller] keeps the location without an early exit", || {
        assert_eq!(success("located", || (located(), line!())), (line!(), line!()));
    }),
    shape("#[track_caller] with ? keeps the outcome", || {
        assert!(success("located_with_question", || located_with_question("1")).is_ok());
    }),
    shape("#[track_caller] without a value keeps the location", || {
        let mut line = 0;
        success("located_unit", || located_unit(&mut line));
        assert_eq!(line, line!() - 1);
    }),
    shape("#[allow(unused_mut)]", || assert_eq!(success("allowed", || allowed(1)), 1)),
];
