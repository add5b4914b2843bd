//! The order in which arguments are dropped, beside the same function without the attribute.

#![forbid(unsafe_code)]

use telemetry_runtime as telemetry;

use super::support::{Noted, Shape, dropped, pause, poll_and_drop, run, shape};

mod plain {
    use super::{Noted, pause};

    pub(super) fn sync(a: Noted, _b: Noted, (c, d): (Noted, Noted)) -> usize {
        let local = Noted("local");
        local.0.len() + c.0.len() + d.0.len() + a.0.len()
    }

    pub(super) fn mentioned(a: Noted, b: Noted, c: Noted) -> usize {
        c.0.len() + a.0.len() + b.0.len()
    }

    pub(super) fn moved(a: Noted, b: Noted, mut c: Noted) -> usize {
        drop(b);
        let len = c.0.len();
        c = Noted("new");
        a.0.len() + c.0.len() + len
    }

    pub(super) fn unit(a: Noted, _: Noted, ref b: Noted) {
        let _local = Noted("local");
        let _ = (a.0, b.0);
    }

    pub(super) async fn later(a: Noted, _b: Noted, c: Noted) -> usize {
        pause().await;
        let local = Noted("local");
        a.0.len() + c.0.len() + local.0.len()
    }

    pub(super) async fn later_by_pattern(a: Noted, (b, c): (Noted, Noted), _: Noted, mut d: Noted) -> usize {
        pause().await;
        d.0 = "changed";
        a.0.len() + b.0.len() + c.0.len() + d.0.len()
    }

    pub(super) async fn later_moved(a: Noted, b: Noted) -> Noted {
        drop(a);
        pause().await;
        b
    }
}

mod counted {
    use super::{Noted, pause, telemetry};

    #[telemetry::instrument]
    pub(super) fn sync(a: Noted, _b: Noted, (c, d): (Noted, Noted)) -> usize {
        let local = Noted("local");
        local.0.len() + c.0.len() + d.0.len() + a.0.len()
    }

    #[telemetry::instrument]
    pub(super) fn mentioned(a: Noted, b: Noted, c: Noted) -> usize {
        c.0.len() + a.0.len() + b.0.len()
    }

    #[telemetry::instrument]
    pub(super) fn moved(a: Noted, b: Noted, mut c: Noted) -> usize {
        drop(b);
        let len = c.0.len();
        c = Noted("new");
        a.0.len() + c.0.len() + len
    }

    #[telemetry::instrument]
    pub(super) fn unit(a: Noted, _: Noted, ref b: Noted) {
        let _local = Noted("local");
        let _ = (a.0, b.0);
    }

    #[telemetry::instrument]
    pub(super) async fn later(a: Noted, _b: Noted, c: Noted) -> usize {
        pause().await;
        let local = Noted("local");
        a.0.len() + c.0.len() + local.0.len()
    }

    #[telemetry::instrument]
    pub(super) async fn later_by_pattern(a: Noted, (b, c): (Noted, Noted), _: Noted, mut d: Noted) -> usize {
        pause().await;
        d.0 = "changed";
        a.0.len() + b.0.len() + c.0.len() + d.0.len()
    }

    #[telemetry::instrument]
    pub(super) async fn later_moved(a: Noted, b: Noted) -> Noted {
        drop(a);
        pause().await;
        b
    }

    #[telemetry::instrument]
    #[must_use]
    pub(super) async fn later_kept(a: Noted, _b: Noted, c: Noted) -> usize {
        pause().await;
        let local = Noted("local");
        a.0.len() + c.0.len() + local.0.len()
    }
}

/// What two calls drop, in order.
#[track_caller]
fn same<R>(plain: impl FnOnce() -> R, counted: impl FnOnce() -> R) {
    drop(dropped());
    drop(plain());
    let expected = dropped();
    drop(counted());
    assert_eq!(dropped(), expected);
    assert!(!expected.is_empty());
}

const fn n(name: &'static str) -> Noted {
    Noted(name)
}

pub(super) const SHAPES: &[Shape] = &[
    shape("drop order, sync", || {
        let pair = || (n("c"), n("d"));
        same(|| plain::sync(n("a"), n("b"), pair()), || counted::sync(n("a"), n("b"), pair()));
    }),
    shape("drop order, sync, mentioned in another order", || {
        same(|| plain::mentioned(n("a"), n("b"), n("c")), || counted::mentioned(n("a"), n("b"), n("c")));
    }),
    shape("drop order, sync, moved and assigned", || {
        same(|| plain::moved(n("a"), n("b"), n("c")), || counted::moved(n("a"), n("b"), n("c")));
    }),
    shape("drop order, sync, without a value", || {
        same(|| plain::unit(n("a"), n("w"), n("b")), || counted::unit(n("a"), n("w"), n("b")));
    }),
    shape("drop order, async, completed", || {
        same(|| run(plain::later(n("a"), n("b"), n("c"))), || run(counted::later(n("a"), n("b"), n("c"))));
    }),
    shape("drop order, async, dropped half-way", || {
        same(
            || poll_and_drop(plain::later(n("a"), n("b"), n("c"))),
            || poll_and_drop(counted::later(n("a"), n("b"), n("c"))),
        );
    }),
    shape("drop order, async patterns, completed", || {
        let pair = || (n("b"), n("c"));
        same(
            || run(plain::later_by_pattern(n("a"), pair(), n("w"), n("d"))),
            || run(counted::later_by_pattern(n("a"), pair(), n("w"), n("d"))),
        );
    }),
    shape("drop order, async patterns, dropped half-way", || {
        let pair = || (n("b"), n("c"));
        same(
            || poll_and_drop(plain::later_by_pattern(n("a"), pair(), n("w"), n("d"))),
            || poll_and_drop(counted::later_by_pattern(n("a"), pair(), n("w"), n("d"))),
        );
    }),
    shape("drop order, async patterns, never polled", || {
        let pair = || (n("b"), n("c"));
        same(
            || drop(plain::later_by_pattern(n("a"), pair(), n("w"), n("d"))),
            || drop(counted::later_by_pattern(n("a"), pair(), n("w"), n("d"))),
        );
    }),
    shape("drop order, async, moved", || {
        same(
            || drop(run(plain::later_moved(n("a"), n("b")))),
            || drop(run(counted::later_moved(n("a"), n("b")))),
        );
        same(
            || poll_and_drop(plain::later_moved(n("a"), n("b"))),
            || poll_and_drop(counted::later_moved(n("a"), n("b"))),
        );
    }),
    shape("drop order, async kept as async fn", || {
        same(
            || run(plain::later(n("a"), n("b"), n("c"))),
            || run(counted::later_kept(n("a"), n("b"), n("c"))),
        );
        same(
            || poll_and_drop(plain::later(n("a"), n("b"), n("c"))),
            || poll_and_drop(counted::later_kept(n("a"), n("b"), n("c"))),
        );
    }),
];
