//! Return types.

#![forbid(unsafe_code)]

use std::fmt::{Debug, Display};
use std::future::Future;

use telemetry_runtime as telemetry;

use super::support::{Shape, error, panicked, pause, run, shape, success};

#[telemetry::instrument]
fn opaque() -> impl Iterator<Item = u32> {
    (0..3).map(|n| n * 2)
}

#[telemetry::instrument]
fn opaque_of_opaque() -> impl Iterator<Item = impl Display> {
    [1, 2].into_iter()
}

#[telemetry::instrument]
#[allow(clippy::elidable_lifetime_names)]
fn opaque_with_bounds<'a>(text: &'a str) -> impl DoubleEndedIterator<Item = char> + Clone + 'a {
    text.chars()
}

#[telemetry::instrument]
#[allow(clippy::elidable_lifetime_names)]
fn opaque_with_captures<'a, T: Copy>(all: &'a [T]) -> impl Iterator<Item = T> + use<'a, T> {
    all.iter().copied()
}

#[telemetry::instrument]
fn opaque_inside() -> Result<Vec<impl Copy + Into<u64>>, String> {
    Ok(vec![1_u32, 2])
}

#[telemetry::instrument]
async fn opaque_inside_later() -> Option<Box<impl Debug>> {
    Some(Box::new(1_u8))
}

#[telemetry::instrument]
fn opaque_function(by: u32) -> impl Fn(u32) -> u32 {
    move |n| n + by
}

#[telemetry::instrument]
fn opaque_in_tuple() -> (impl Fn(u32) -> u32, impl Future<Output = u8>) {
    (|n| n, async { 1 })
}

#[telemetry::instrument]
fn projected<I: Iterator>(mut items: I) -> Option<<I as Iterator>::Item> {
    items.next()
}

trait Links {
    type Item: Iterator;
}
impl Links for u8 {
    type Item = std::vec::IntoIter<u16>;
}

#[telemetry::instrument]
fn projected_twice<T: Links>(
    item: <<T as Links>::Item as Iterator>::Item,
) -> <<T as Links>::Item as Iterator>::Item {
    item
}

#[telemetry::instrument]
fn never(code: u8) -> ! {
    panic!("left with {code}")
}

#[telemetry::instrument]
async fn never_later(code: u8) -> ! {
    pause().await;
    panic!("left with {code}")
}

#[telemetry::instrument]
fn diverges() -> u32 {
    panic!("no value")
}

#[telemetry::instrument]
async fn diverges_later() -> Result<u32, String> {
    unreachable!("no value")
}

#[telemetry::instrument]
fn unimplemented() -> impl Debug {
    #![allow(unreachable_code)]
    if true {
        unimplemented!()
    }
    1_u8
}

type Outcome<T> = Result<T, Plain>;

struct Plain;

#[telemetry::instrument]
fn alias(fails: bool) -> Outcome<u8> {
    if fails { Err(Plain) } else { Ok(1) }
}

#[telemetry::instrument]
fn io() -> std::io::Result<()> {
    Err(std::io::ErrorKind::NotFound.into())
}

#[telemetry::instrument]
fn no_debug() -> Plain {
    Plain
}

#[telemetry::instrument]
#[allow(clippy::unused_unit)]
fn unit_explicit() -> () {}

#[telemetry::instrument]
fn unit_early(stop: bool, to: &mut u8) {
    if stop {
        return;
    }
    *to += 1;
}

#[telemetry::instrument]
async fn unit_later(to: &mut u8) {
    if *to == 0 {
        return;
    }
    *to += 1;
}

#[telemetry::instrument]
fn array<const N: usize>(by: u8) -> [u8; N] {
    [by; N]
}

#[telemetry::instrument]
fn poll(ready: bool) -> std::task::Poll<Result<u8, String>> {
    if ready { std::task::Poll::Ready(Ok(1)) } else { std::task::Poll::Pending }
}

#[telemetry::instrument]
fn control(stop: bool) -> std::ops::ControlFlow<u8, ()> {
    if stop {
        return std::ops::ControlFlow::Break(1);
    }
    std::ops::ControlFlow::Continue(())
}

pub(super) const SHAPES: &[Shape] = &[
    shape("-> impl Iterator", || assert_eq!(success("opaque", || opaque().sum::<u32>()), 6)),
    shape("-> impl Iterator<Item = impl Display>", || {
        let all = success("opaque_of_opaque", opaque_of_opaque);
        assert_eq!(all.map(|one| one.to_string()).collect::<String>(), "12");
    }),
    shape("-> impl Trait + Trait + 'a", || {
        assert_eq!(success("opaque_with_bounds", || opaque_with_bounds("ab")).next_back(), Some('b'));
    }),
    shape("-> impl Trait + use<'a, T>", || {
        assert_eq!(success("opaque_with_captures", || opaque_with_captures(&[1, 2])).count(), 2);
    }),
    shape("-> Result<Vec<impl Copy>, E>", || {
        let sum = success("opaque_inside", opaque_inside).map(|all| all.into_iter().map(Into::into).sum());
        assert_eq!(sum, Ok(3_u64));
    }),
    shape("async -> Option<Box<impl Debug>>", || {
        assert_eq!(format!("{:?}", success("opaque_inside_later", || run(opaque_inside_later()))), "Some(1)");
    }),
    shape("-> impl Fn(u32) -> u32", || {
        assert_eq!(success("opaque_function", || opaque_function(2))(3), 5);
    }),
    shape("-> (impl Fn, impl Future)", || {
        let (function, future) = success("opaque_in_tuple", opaque_in_tuple);
        assert_eq!((function(7), run(future)), (7, 1));
    }),
    shape("-> <I as Iterator>::Item", || {
        assert_eq!(success("projected", || projected([4].into_iter())), Some(4));
    }),
    shape("-> <<T as A>::B as C>::D", || {
        assert_eq!(success("projected_twice", || projected_twice::<u8>(9)), 9);
    }),
    shape("-> !", || panicked("never", || never(1))),
    shape("async -> !", || panicked("never_later", || run(never_later(1)))),
    shape("diverging body", || panicked("diverges", diverges)),
    shape("diverging body, async", || panicked("diverges_later", || run(diverges_later()))),
    shape("diverging body of an opaque type", || panicked("unimplemented", unimplemented)),
    shape("an alias of Result", || {
        let label = format!("{}::Plain", module_path!().split("::").next().unwrap_or_default());
        assert!(error("alias", &label, || alias(true)).is_err());
        assert!(success("alias", || alias(false)).is_ok());
    }),
    shape("-> io::Result<()>", || assert!(error("io", "not_found", io).is_err())),
    shape("-> a type without Debug", || assert_eq!(size_of_val(&success("no_debug", no_debug)), 0)),
    shape("-> ()", || success("unit_explicit", unit_explicit)),
    shape("early return from a unit function", || {
        let mut to = 0;
        success("unit_early", || unit_early(true, &mut to));
        success("unit_early", || unit_early(false, &mut to));
        assert_eq!(to, 1);
    }),
    shape("early return from an async unit function", || {
        let mut to = 0;
        success("unit_later", || run(unit_later(&mut to)));
        assert_eq!(to, 0);
    }),
    shape("-> [T; N]", || assert_eq!(success("array", || array::<2>(3)), [3, 3])),
    shape("-> Poll<Result<T, E>>", || assert!(success("poll", || poll(true)).is_ready())),
    shape("-> ControlFlow", || assert!(success("control", || control(true)).is_break())),
];
