//! Patterns and names of parameters.

#![forbid(unsafe_code)]

use std::fmt::Write;

use telemetry_runtime as telemetry;

use super::support::{Noted, Shape, pause, run, shape, success};

struct Point {
    x: u32,
    y: u32,
}

#[telemetry::instrument]
fn tuples((a, b): (u32, u32), (c, (d, ..)): (u32, (u32, u32, u32))) -> u32 {
    a + b + c + d
}

#[telemetry::instrument]
fn slices([a, b]: [u32; 2], [first, .., last]: [u32; 3]) -> u32 {
    a + b + first + last
}

#[telemetry::instrument]
fn reference(&e: &u32, &(a, ref b): &(u32, String)) -> usize {
    (e + a) as usize + b.len()
}

#[telemetry::instrument]
fn fields(Point { x, y: z }: Point) -> u32 {
    x + z
}

#[telemetry::instrument]
fn bound(whole @ (a, _): (u32, u32), ref r: String) -> usize {
    (whole.1 + a) as usize + r.len()
}

#[telemetry::instrument]
fn by_mut(ref mut all: Vec<u8>) -> usize {
    all.push(1);
    all.len()
}

#[telemetry::instrument]
fn wild(_: u32, _: Noted) -> u32 {
    1
}

#[telemetry::instrument]
fn unused(_unused: Noted, _other: &str) -> u32 {
    2
}

#[telemetry::instrument]
async fn patterns_later((a, b): (u32, u32), Point { x, y: z }: Point, &e: &u32, _: u32, _n: Noted) -> u32 {
    pause().await;
    a + b + x + z + e
}

#[telemetry::instrument]
fn mutable(mut a: u32, (mut b, c): (u32, u32), mut with: impl FnMut(u32)) -> u32 {
    a += c;
    b += a;
    with(b);
    a = 1;
    a + b
}

#[telemetry::instrument]
async fn mutable_later(mut a: u32, (mut b, c): (u32, u32)) -> u32 {
    a += c;
    b += a;
    a = 1;
    pause().await;
    a + b
}

struct Assigned(u32);

impl Drop for Assigned {
    fn drop(&mut self) {
        self.0 = 0;
    }
}

#[telemetry::instrument]
fn assigned(mut b: Assigned) -> u32 {
    b.0 = 1;
    2
}

#[telemetry::instrument]
async fn assigned_later(mut b: Assigned) -> u32 {
    b.0 = 1;
    2
}

#[telemetry::instrument]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names)]
fn r#match(r#type: u32, result: u32, caller: u32, x: u32, e: u32, guard: u32, span: u32, ret: u32) -> u32 {
    r#type + result + caller + x + e + guard + span + ret
}

#[telemetry::instrument]
#[allow(clippy::too_many_arguments, clippy::used_underscore_binding)]
fn ours(__c: u32, __r: u32, __f: u32, __s: u32, __arg0: u32, __open: u32, _c: u32, k: u32) -> u32 {
    __c + __r + __f + __s + __arg0 + __open + _c + k
}

#[telemetry::instrument]
#[allow(clippy::too_many_arguments)]
async fn ours_later(__c: u32, (__r, __f): (u32, u32), __n: u32, __arg1: u32, op: u32, ctx: u32) -> u32 {
    pause().await;
    __c + __r + __f + __n + __arg1 + op + ctx
}

#[telemetry::instrument]
fn operation(__telemetry_op: u32, operation: u32, live: u32, pick: u32) -> u32 {
    __telemetry_op + operation + live + pick
}

#[telemetry::instrument]
fn conditional(#[cfg(not(doctest))] a: u32, #[cfg(doctest)] a: Missing, #[allow(unused)] b: u32) -> u32 {
    a
}

#[telemetry::instrument]
async fn conditional_later(
    #[cfg(not(doctest))] a: u32,
    #[cfg(doctest)] b: Missing,
    #[allow(unused)] mut c: u32,
) -> u32 {
    a
}

#[telemetry::instrument]
fn unsized_behind(out: &mut dyn Write, text: &str, all: &[u8]) -> std::fmt::Result {
    write!(out, "{text}{}", all.len())
}

#[telemetry::instrument]
fn consumed(once: impl FnOnce() -> String, boxed: Box<dyn FnOnce() -> u8>) -> usize {
    once().len() + usize::from(boxed())
}

pub(super) const SHAPES: &[Shape] = &[
    shape("(a, b): (A, B)", || assert_eq!(success("tuples", || tuples((1, 2), (3, (4, 5, 6)))), 10)),
    shape("[a, .., b]: [T; N]", || assert_eq!(success("slices", || slices([1, 2], [3, 4, 5])), 11)),
    shape("&e: &T", || {
        assert_eq!(success("reference", || reference(&1, &(2, "a".to_owned()))), 4);
    }),
    shape("P { x, y: z }: P", || assert_eq!(success("fields", || fields(Point { x: 1, y: 2 })), 3)),
    shape("t @ (a, _), ref r", || assert_eq!(success("bound", || bound((1, 2), "abc".to_owned())), 6)),
    shape("ref mut all", || assert_eq!(success("by_mut", || by_mut(vec![1])), 2)),
    shape("_: T", || assert_eq!(success("wild", || wild(1, Noted("wild"))), 1)),
    shape("_unused: T", || assert_eq!(success("unused", || unused(Noted("unused"), "")), 2)),
    shape("async patterns", || {
        let point = Point { x: 6, y: 7 };
        let work = || run(patterns_later((1, 2), point, &5, 100, Noted("later")));
        assert_eq!(success("patterns_later", work), 21);
    }),
    shape("mut a: T, assigned twice", || {
        let mut seen = 0;
        assert_eq!(success("mutable", || mutable(1, (2, 3), |n| seen = n)), 7);
        assert_eq!(seen, 6);
    }),
    shape("async mut a: T, assigned twice", || {
        assert_eq!(success("mutable_later", || run(mutable_later(1, (2, 3)))), 7);
    }),
    shape("mut b: D, assigned and never read", || {
        assert_eq!(success("assigned", || assigned(Assigned(5))), 2);
    }),
    shape("async mut b: D, assigned and never read", || {
        assert_eq!(success("assigned_later", || run(assigned_later(Assigned(5)))), 2);
    }),
    shape("raw identifiers, and the names of other macros' locals", || {
        assert_eq!(success("match", || r#match(1, 1, 1, 1, 1, 1, 1, 1)), 8);
    }),
    shape("the names of our own locals", || {
        assert_eq!(success("ours", || ours(1, 1, 1, 1, 1, 1, 1, 1)), 8);
    }),
    shape("the names of our own locals, async", || {
        assert_eq!(success("ours_later", || run(ours_later(1, (1, 1), 1, 1, 1, 1))), 7);
    }),
    shape("the names of our own items", || assert_eq!(success("operation", || operation(1, 1, 1, 1)), 4)),
    shape("#[cfg] on a parameter", || assert_eq!(success("conditional", || conditional(1, 2)), 1)),
    shape("#[cfg] on a parameter, async", || {
        assert_eq!(success("conditional_later", || run(conditional_later(1, 2))), 1);
    }),
    shape("&mut dyn Trait, &str, &[T]", || {
        let mut text = String::new();
        assert!(success("unsized_behind", || unsized_behind(&mut text, "a", &[1])).is_ok());
        assert_eq!(text, "a1");
    }),
    shape("impl FnOnce, Box<dyn FnOnce>", || {
        assert_eq!(success("consumed", || consumed(|| "ab".to_owned(), Box::new(|| 3))), 5);
    }),
];
