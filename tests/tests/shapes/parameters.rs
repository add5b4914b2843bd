//! Receivers, parameters, generics.

use std::fmt::Write;
use std::pin::Pin;
use std::sync::Arc;

use telemetry_runtime as telemetry;

use super::support::{Noted, dropped, pause, run};

struct Point {
    x: u32,
    y: u32,
}

#[telemetry::instrument]
fn patterns((a, b): (u32, u32), [c, d]: [u32; 2], &e: &u32, Point { x, y: z }: Point, _: u32) -> u32 {
    a + b + c + d + e + x + z
}

#[telemetry::instrument]
fn bound(whole @ (a, _): (u32, u32), ref r: String) -> usize {
    (whole.1 + a) as usize + r.len()
}

#[telemetry::instrument]
async fn patterns_later(
    (a, b): (u32, u32),
    Point { x, y: z }: Point,
    &e: &u32,
    _: u32,
    _unused: Noted,
) -> u32 {
    pause().await;
    a + b + x + z + e
}

#[telemetry::instrument]
fn rebound(mut a: u32, (mut b, c): (u32, u32), mut with: impl FnMut(u32)) -> u32 {
    a += c;
    b += a;
    with(b);
    a = 1;
    a + b
}

#[telemetry::instrument]
async fn rebound_later(mut a: u32, (mut b, c): (u32, u32)) -> u32 {
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
fn r#match(
    r#type: u32,
    result: u32,
    caller: u32,
    x: u32,
    e: u32,
    guard: u32,
    span: u32,
    ret: u32,
    ctx: u32,
) -> u32 {
    r#type + result + caller + x + e + guard + span + ret + ctx
}

#[telemetry::instrument]
fn first<T>(items: &mut Vec<T>) -> &mut T {
    &mut items[0]
}

#[telemetry::instrument]
fn first_if<T>(items: &mut [T]) -> Option<&mut T> {
    items.first_mut()
}

#[telemetry::instrument]
fn first_or<T>(items: &mut [T]) -> Result<&mut T, String> {
    let first = items.first_mut().ok_or("empty")?;
    Ok(first)
}

#[telemetry::instrument]
fn opaque<T>(value: T, text: impl Into<String>) -> (T, String) {
    (value, text.into())
}

#[telemetry::instrument]
async fn with_function(twice: impl AsyncFn(u32) -> u32) -> u32 {
    twice(twice(1).await).await
}

#[telemetry::instrument]
fn quantified<const N: usize, F>(f: F) -> usize
where
    for<'a> F: Fn(&'a str) -> &'a str,
{
    f("four").len() + N
}

#[telemetry::instrument]
fn write(out: &mut dyn Write) -> std::fmt::Result {
    out.write_str("written")
}

#[telemetry::instrument]
fn dropped_in_order(a: Noted, _b: Noted, (c, d): (Noted, Noted)) -> usize {
    let local = Noted("local");
    local.0.len() + c.0.len() + d.0.len() + a.0.len()
}

#[telemetry::instrument]
fn dropped_as_mentioned(a: Noted, b: Noted, c: Noted) -> usize {
    a.0.len() + b.0.len() + c.0.len()
}

#[telemetry::instrument]
async fn dropped_later(a: Noted, _b: Noted, c: Noted) -> usize {
    pause().await;
    let local = Noted("local");
    a.0.len() + c.0.len() + local.0.len()
}

#[telemetry::instrument]
async fn dropped_later_by_pattern(a: Noted, (b, c): (Noted, Noted), _: Noted) -> usize {
    pause().await;
    a.0.len() + b.0.len() + c.0.len()
}

struct Owner {
    name: String,
    count: u32,
}

impl Owner {
    #[telemetry::instrument]
    fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    #[telemetry::instrument]
    fn counted(mut self) -> usize {
        self.count = 1;
        self.name.len()
    }

    #[telemetry::instrument]
    async fn counted_later(mut self) -> usize {
        self.count = 1;
        self.name.len()
    }

    #[telemetry::instrument]
    fn count(&mut self) -> &mut Self {
        self.count += 1;
        self
    }

    #[telemetry::instrument]
    async fn longest<'a, 'b: 'a>(&'a mut self, other: &'b str) -> &'a str {
        pause().await;
        if other.len() > self.name.len() { other } else { &self.name }
    }

    #[telemetry::instrument]
    async fn elided(&self, _other: &str) -> &str {
        &self.name
    }

    #[telemetry::instrument]
    async fn name_mut(&mut self) -> &mut String {
        &mut self.name
    }

    #[telemetry::instrument]
    fn shared(self: Arc<Self>) -> u32 {
        self.count
    }

    #[telemetry::instrument]
    fn shared_by(self: &Arc<Self>) -> usize {
        Arc::strong_count(self)
    }

    #[telemetry::instrument]
    fn pinned(self: Pin<&mut Self>) -> u32 {
        self.count
    }

    #[telemetry::instrument]
    fn sized(&self) -> u32
    where
        Self: Sized,
    {
        self.count
    }
}

fn owner() -> Owner {
    Owner { name: "abc".to_owned(), count: 3 }
}

#[test]
fn patterns_bind() {
    let point = || Point { x: 6, y: 7 };
    assert_eq!(patterns((1, 2), [3, 4], &5, point(), 100), 28);
    assert_eq!(bound((1, 2), "abc".to_owned()), 6);
    assert_eq!(run(patterns_later((1, 2), point(), &5, 100, Noted("unused"))), 21);
    let mut seen = 0;
    assert_eq!(rebound(1, (2, 3), |n| seen = n), 7);
    assert_eq!(seen, 6);
    assert_eq!(run(rebound_later(1, (2, 3))), 7);
    assert_eq!(assigned(Assigned(5)) + run(assigned_later(Assigned(5))), 4);
    assert_eq!(r#match(1, 1, 1, 1, 1, 1, 1, 1, 1), 9);
    assert_eq!(super::support::calls("shapes", "match", "success"), 1);
}

#[test]
fn references_leave() {
    let mut items = vec![1, 2];
    *first(&mut items) += 1;
    *first_if(&mut items).expect("one") += 1;
    *first_or(&mut items).expect("one") += 1;
    assert_eq!(items, [4, 2]);
    assert_eq!(opaque(1, "a"), (1, "a".to_owned()));
    assert_eq!(run(with_function(async |n| n * 3)), 9);
    assert_eq!(quantified::<2, _>(|text| text), 6);
    let mut text = String::new();
    assert!(write(&mut text).is_ok() && text == "written");
}

#[test]
fn receivers_stay() {
    assert_eq!(owner().named("x").counted(), 1);
    assert_eq!(run(owner().counted_later()), 3);
    assert_eq!(owner().count().count().count, 5);
    assert_eq!(run(owner().longest("longer")), "longer");
    assert_eq!(run(owner().elided("")), "abc");
    run(owner().name_mut()).push('d');
    let shared = Arc::new(owner());
    assert_eq!((shared.shared_by(), Arc::clone(&shared).shared(), shared.sized()), (1, 3, 3));
    assert_eq!(Pin::new(&mut owner()).pinned(), 3);
}

#[test]
fn arguments_are_dropped_as_without_the_attribute() {
    fn plain(a: Noted, _b: Noted, (c, d): (Noted, Noted)) -> usize {
        let local = Noted("local");
        local.0.len() + c.0.len() + d.0.len() + a.0.len()
    }
    let args = || (Noted("a"), Noted("b"), (Noted("c"), Noted("d")));
    let (a, b, c) = args();
    let _ = plain(a, b, c);
    let expected = dropped();
    let (a, b, c) = args();
    let _ = dropped_in_order(a, b, c);
    assert_eq!(dropped(), expected);
    let _ = dropped_as_mentioned(Noted("a"), Noted("b"), Noted("c"));
    assert_eq!(dropped(), ["c", "b", "a"]);
}

#[test]
fn arguments_of_futures_are_dropped_as_without_the_attribute() {
    async fn plain(a: Noted, _b: Noted, c: Noted) -> usize {
        pause().await;
        let local = Noted("local");
        a.0.len() + c.0.len() + local.0.len()
    }
    async fn plain_by_pattern(a: Noted, (b, c): (Noted, Noted), _: Noted) -> usize {
        pause().await;
        a.0.len() + b.0.len() + c.0.len()
    }
    let _ = run(plain(Noted("a"), Noted("b"), Noted("c")));
    let expected = dropped();
    let _ = run(dropped_later(Noted("a"), Noted("b"), Noted("c")));
    assert_eq!(dropped(), expected);
    let _ = run(plain_by_pattern(Noted("a"), (Noted("b"), Noted("c")), Noted("d")));
    let expected = dropped();
    let _ = run(dropped_later_by_pattern(Noted("a"), (Noted("b"), Noted("c")), Noted("d")));
    assert_eq!(dropped(), expected);
}
