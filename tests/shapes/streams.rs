//! Functions that return a stream.

#![forbid(unsafe_code)]

use std::{pin::Pin, rc::Rc};

use futures_util::{
    StreamExt,
    stream::{self, BoxStream, FusedStream, LocalBoxStream, Stream},
};
use telemetry_runtime as telemetry;

use super::support::{Shape, ended, error, no_call, pause, poll_and_drop, run, sends, shape, success};

#[telemetry::instrument]
fn opaque(n: u8) -> impl Stream<Item = u8> {
    stream::iter(0..n)
}

#[telemetry::instrument]
fn opaque_sent<'a>(all: &'a [u8]) -> impl Stream<Item = &'a u8> + Send + 'a {
    stream::iter(all)
}

#[telemetry::instrument]
fn fused() -> impl FusedStream<Item = u8> + Unpin {
    stream::iter([1]).fuse()
}

#[telemetry::instrument]
fn boxed(all: &[u8]) -> BoxStream<'_, u8> {
    stream::iter(all.iter().copied()).boxed()
}

#[telemetry::instrument]
fn boxed_local(shared: Rc<u8>) -> LocalBoxStream<'static, u8> {
    stream::once(async move { *shared }).boxed_local()
}

#[telemetry::instrument]
fn pinned() -> Pin<Box<dyn Stream<Item = u8> + Send>> {
    Box::pin(stream::iter([1, 2]))
}

#[telemetry::instrument]
fn pinned_local<'a>(all: &'a [u8]) -> Pin<Box<dyn Stream<Item = &'a u8> + 'a>> {
    if all.is_empty() {
        return Box::pin(stream::empty());
    }
    Box::pin(stream::iter(all))
}

#[telemetry::instrument]
fn unpinned() -> Box<dyn Stream<Item = u8> + Send + Unpin> {
    Box::new(stream::iter([1]))
}

#[telemetry::instrument]
fn by_macro(n: u8) -> impl Stream<Item = u8> {
    async_stream::stream! {
        for i in 0..n {
            pause().await;
            yield i;
        }
    }
}

#[telemetry::instrument]
fn by_failing_macro(text: &'static str) -> impl Stream<Item = Result<u8, std::num::ParseIntError>> {
    async_stream::try_stream! {
        let parsed = text.parse::<u8>()?;
        yield parsed;
    }
}

trait Ticks {
    fn ticks(&self) -> impl Stream<Item = u8> + Send;
    fn pairs(&self) -> impl Stream<Item = (u8, u8)> {
        self.ticks().map(|tick| (tick, tick))
    }
}

struct Feed(u8);

#[telemetry::instrument_adapter]
impl Ticks for Feed {
    fn ticks(&self) -> impl Stream<Item = u8> + Send {
        stream::iter(0..self.0)
    }

    fn pairs(&self) -> impl Stream<Item = (u8, u8)> {
        stream::iter([(1, 1)])
    }
}

mod another {
    pub(super) trait Stream {
        fn depth(&self) -> u8;
    }

    impl Stream for u8 {
        fn depth(&self) -> u8 {
            *self
        }
    }

    #[telemetry_runtime::instrument]
    pub(super) fn another_stream() -> impl Stream {
        3_u8
    }
}

fn all<S: Stream>(stream: S) -> Vec<S::Item> {
    run(stream.collect())
}

pub(super) const SHAPES: &[Shape] = &[
    shape("-> impl Stream", || {
        no_call(|| drop(opaque(1)));
        assert_eq!(success("opaque", || all(opaque(2))), [0, 1]);
    }),
    shape("-> impl Stream + Send + 'a", || {
        assert_eq!(success("opaque_sent", || all(sends(opaque_sent(&[1, 2])))), [&1, &2]);
    }),
    shape("-> impl FusedStream + Unpin", || assert_eq!(success("fused", || all(fused())), [1])),
    shape("-> BoxStream<'_, T>", || assert_eq!(success("boxed", || all(sends(boxed(&[1])))), [1])),
    shape("-> LocalBoxStream<'static, T>", || {
        assert_eq!(success("boxed_local", || all(boxed_local(Rc::new(1)))), [1]);
    }),
    shape("-> Pin<Box<dyn Stream + Send>>", || {
        assert_eq!(success("pinned", || all(sends(pinned()))), [1, 2]);
    }),
    shape("-> Pin<Box<dyn Stream + 'a>> with an early return", || {
        assert!(success("pinned_local", || all(pinned_local(&[]))).is_empty());
    }),
    shape("-> Box<dyn Stream + Unpin>", || {
        assert_eq!(success("unpinned", || all(sends(unpinned()))), [1]);
    }),
    shape("async_stream::stream!", || {
        assert_eq!(success("by_macro", || all(by_macro(2))), [0, 1]);
        ended("by_macro", &[("cancelled", 1)], || {
            poll_and_drop(async { Box::pin(by_macro(2)).next().await });
        });
    }),
    shape("async_stream::try_stream!", || {
        assert_eq!(success("by_failing_macro", || all(by_failing_macro("7"))), [Ok(7)]);
        assert!(error("by_failing_macro", "parse_int", || all(by_failing_macro("x")))[0].is_err());
    }),
    shape("stream of a trait's method", || {
        assert_eq!(success("feed.ticks", || all(Feed(2).ticks())), [0, 1]);
        assert_eq!(success("feed.pairs", || all(Feed(2).pairs())), [(1, 1)]);
    }),
    shape("a trait called Stream that is none", || {
        use another::Stream as _;
        assert_eq!(success("another_stream", || another::another_stream().depth()), 3);
    }),
];
