//! Fields of functions of every shape: the names in them are those that the body sees.

use telemetry_runtime::{self as telemetry, testing::TestTelemetry};

use super::fields;

struct Point {
    x: i32,
    y: i32,
}

#[telemetry::trace("shapes", fields(x, far = y > 5, first = %list[0], n, _unread))]
fn patterns(Point { x, y }: Point, list @ [_, last]: [u8; 2], mut n: u32, _unread: u8) -> u32 {
    n += u32::from(last);
    n + x.unsigned_abs() + y.unsigned_abs() + u32::from(list[0])
}

#[telemetry::trace("shapes", fields(x, len = rest.len(), n))]
async fn async_patterns(Point { x, .. }: Point, mut n: u32, rest: &mut Vec<i32>) -> Option<&mut i32> {
    n += 1;
    rest.push(x + n.cast_signed());
    rest.last_mut()
}

#[telemetry::trace("shapes", fields(len = list.len()))]
fn borrowed<'a>(list: &'a mut Vec<u8>, key: &u8) -> Option<&'a mut u8> {
    list.iter_mut().find(|item| *item == key)
}

#[track_caller]
#[telemetry::trace("shapes", fields(id))]
fn located(id: u32) -> (u32, u32) {
    (id, std::panic::Location::caller().line())
}

#[telemetry::trace("shapes", fields(id))]
fn opaque(id: u8) -> impl Iterator<Item = u8> {
    std::iter::repeat(id)
}

#[telemetry::trace("shapes", fields(id))]
async fn never(id: u8) -> ! {
    std::future::pending::<()>().await;
    unreachable!("{id}")
}

#[tokio::test]
async fn names_are_those_of_the_body() {
    let telemetry = TestTelemetry::new();
    assert_eq!(patterns(Point { x: -1, y: 6 }, [2, 3], 10, 0), 22);
    assert_eq!(fields(&telemetry, "shapes.patterns"), ["_unread=0", "far=true", "first=2", "n=10", "x=-1"]);
    assert_eq!(async_patterns(Point { x: 4, y: 0 }, 1, &mut vec![9]).await, Some(&mut 6));
    assert_eq!(fields(&telemetry, "shapes.async_patterns"), ["len=1", "n=1", "x=4"]);
    assert_eq!(borrowed(&mut vec![1, 2], &2), Some(&mut 2));
    assert_eq!(fields(&telemetry, "shapes.borrowed"), ["len=2"]);
    assert_eq!(located(1), (1, line!()));
    assert_eq!(fields(&telemetry, "shapes.located"), ["id=1"]);
    assert_eq!(opaque(8).next(), Some(8));
    assert_eq!(fields(&telemetry, "shapes.opaque"), ["id=8"]);
    tokio::select! { biased; _ = never(3) => {}, () = std::future::ready(()) => {} }
    assert_eq!(fields(&telemetry, "shapes.never"), ["id=3"]);
}
