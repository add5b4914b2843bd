//! Functions that return a future.

#![forbid(unsafe_code)]

use std::{
    future::{Future, Future as Later},
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering},
};

use futures_util::future::{BoxFuture, FusedFuture, FutureExt, LocalBoxFuture};
use telemetry_runtime as telemetry;

use super::support::{Shape, ended, no_call, pause, poll_and_drop, run, sends, shape, success};

#[telemetry::instrument]
fn returned(fails: bool) -> impl Future<Output = Result<u8, std::num::ParseIntError>> + Send {
    async move {
        let parsed = if fails { "x".parse::<u8>()? } else { 1 };
        pause().await;
        Ok(parsed)
    }
}

#[telemetry::instrument]
fn borrowed<'a>(text: &'a str) -> impl Future<Output = &'a str> + Send + 'a {
    async move {
        pause().await;
        text
    }
}

#[telemetry::instrument]
fn opaque_output(n: u32) -> impl Future<Output = impl std::fmt::Debug> {
    async move { Some(n) }
}

#[telemetry::instrument]
fn renamed(n: u32) -> impl Later<Output = u32> {
    async move { n }
}

#[telemetry::instrument]
fn unit() -> impl Future {
    pause()
}

#[telemetry::instrument]
fn with_more_bounds() -> impl Future<Output = u8> + Clone + Unpin {
    std::future::ready(1)
}

#[telemetry::instrument]
fn fused() -> impl FusedFuture<Output = u8> {
    async { 1 }.boxed().fuse()
}

static MADE: AtomicU32 = AtomicU32::new(0);

#[telemetry::instrument]
fn pinned(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    let _ = MADE.fetch_add(1, Ordering::Relaxed);
    let twice = n * 2;
    Box::pin(async move { twice })
}

#[telemetry::instrument]
fn pinned_early(early: bool) -> Pin<Box<dyn Future<Output = u32>>> {
    if early {
        return Box::pin(std::future::ready(1));
    }
    Box::pin(async {
        pause().await;
        2
    })
}

#[telemetry::instrument]
fn pinned_opaque(n: u32) -> Pin<Box<impl Future<Output = u32>>> {
    Box::pin(async move { n })
}

#[telemetry::instrument]
fn recursive(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { if n == 0 { 0 } else { n + recursive(n - 1).await } })
}

#[telemetry::instrument]
fn boxed(text: &str) -> BoxFuture<'_, Result<&str, String>> {
    async move { if text.is_empty() { Err("empty".to_owned()) } else { Ok(text) } }.boxed()
}

#[telemetry::instrument]
fn boxed_local(shared: &std::rc::Rc<u8>) -> LocalBoxFuture<'_, u8> {
    async move { **shared }.boxed_local()
}

#[telemetry::instrument]
fn unpinned() -> Box<dyn Future<Output = u8> + Unpin> {
    Box::new(std::future::ready(1))
}

#[telemetry::instrument]
fn boxed_unpinned() -> Box<dyn Future<Output = u8> + Send> {
    Box::new(async { 1 })
}

#[telemetry::instrument]
async fn left(n: u32) -> u32 {
    pause().await;
    n
}

pub(super) const SHAPES: &[Shape] = &[
    shape("-> impl Future + Send", || {
        let both = ended("returned", &[("success", 1), ("error", 1)], || {
            (run(sends(returned(false))), run(returned(true)))
        });
        assert!(both.0.is_ok() && both.1.is_err());
    }),
    shape("-> impl Future + 'a", || assert_eq!(success("borrowed", || run(borrowed("a"))), "a")),
    shape("-> impl Future of an opaque type", || {
        no_call(|| drop(opaque_output(1)));
        assert_eq!(format!("{:?}", success("opaque_output", || run(opaque_output(1)))), "Some(1)");
    }),
    shape("-> impl Future under another name, where its making is the call", || {
        assert_eq!(run(success("renamed", || renamed(1))), 1);
    }),
    shape("-> impl Future without its output", || {
        success("unit", || drop(run(unit())));
    }),
    shape("-> impl Future + Clone + Unpin", || {
        ended("with_more_bounds", &[("success", 2)], || {
            let first = with_more_bounds();
            assert_eq!((run(first.clone()), run(first)), (1, 1));
        });
    }),
    shape("-> impl FusedFuture", || {
        success("fused", || {
            let future = fused();
            assert!(!future.is_terminated());
            assert_eq!(run(future), 1);
        });
    }),
    shape("statements before a boxed future run at the call", || {
        let before = MADE.load(Ordering::Relaxed);
        no_call(|| drop(pinned(1)));
        assert_eq!(MADE.load(Ordering::Relaxed), before + 1);
        assert_eq!(success("pinned", || run(sends(pinned(2)))), 4);
    }),
    shape("boxed future with an early return", || {
        assert_eq!(success("pinned_early", || run(pinned_early(true))), 1);
        ended("pinned_early", &[("cancelled", 1)], || poll_and_drop(pinned_early(false)));
    }),
    shape("-> Pin<Box<impl Future>>", || {
        no_call(|| drop(pinned_opaque(1)));
        assert_eq!(success("pinned_opaque", || run(pinned_opaque(1))), 1);
    }),
    shape("recursive boxed future", || {
        assert_eq!(ended("recursive", &[("success", 4)], || run(sends(recursive(3)))), 6);
    }),
    shape("-> BoxFuture<'_, Result<..>>", || {
        no_call(|| drop(boxed("a")));
        let ends = [("success", 1), ("error", 1)];
        let both = ended("boxed", &ends, || (run(boxed("a")).is_ok(), run(boxed("")).is_err()));
        assert_eq!(both, (true, true));
    }),
    shape("-> LocalBoxFuture<'_, T>", || {
        assert_eq!(success("boxed_local", || run(boxed_local(&std::rc::Rc::new(1)))), 1);
    }),
    shape("-> Box<dyn Future + Unpin>", || {
        no_call(|| drop(unpinned()));
        assert_eq!(success("unpinned", || run(unpinned())), 1);
    }),
    shape("-> Box<dyn Future>", || {
        assert_eq!(success("boxed_unpinned", || run(Box::into_pin(boxed_unpinned()))), 1);
    }),
    shape("two futures joined", || {
        let work = || run(async { futures_util::future::join(left(1), left(2)).await });
        assert_eq!(ended("left", &[("success", 2)], work), (1, 2));
    }),
    shape("two futures selected", || {
        ended("left", &[("success", 1), ("cancelled", 1)], || {
            let both = futures_util::future::select(Box::pin(left(1)), Box::pin(left(2)));
            let _ = run(both).factor_first().0;
        });
    }),
];
