//! Traits whose methods are left alone.

#![forbid(unsafe_code)]

use std::{
    fmt::{self, Display},
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use telemetry_runtime as telemetry;

use super::support::{Shape, no_call, run, shape, success};

struct Thing;

#[telemetry::instrument_adapter("quiet")]
impl Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("thing")
    }
}

#[telemetry::instrument_adapter("quiet")]
impl Drop for Thing {
    fn drop(&mut self) {}
}

#[telemetry::instrument_adapter("quiet")]
impl Iterator for Thing {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        None
    }
}

#[telemetry::instrument_adapter("quiet")]
impl Future for Thing {
    type Output = u8;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<u8> {
        Poll::Ready(1)
    }
}

#[telemetry::instrument_adapter("quiet")]
impl futures_util::Stream for Thing {
    type Item = u8;

    fn poll_next(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<u8>> {
        Poll::Ready(None)
    }
}

struct Included;

#[telemetry::instrument_adapter("included")]
impl Iterator for Included {
    type Item = u8;

    #[telemetry(include)]
    fn next(&mut self) -> Option<u8> {
        Some(1)
    }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("Display, Drop and Iterator are left alone", || {
        assert_eq!(no_call(|| (Thing.to_string(), Thing.next())), ("thing".to_owned(), None));
    }),
    shape("Future and Stream are left alone", || {
        assert_eq!(no_call(|| run(Thing)), 1);
        assert!(no_call(|| run(futures_util::StreamExt::collect::<Vec<_>>(Thing))).is_empty());
    }),
    shape("Iterator::next with include", || {
        assert_eq!(success("included.next", || Included.next()), Some(1));
    }),
];
