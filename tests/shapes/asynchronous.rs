//! `async fn`.

#![forbid(unsafe_code)]

use std::{cell::Cell, rc::Rc};

use telemetry_runtime as telemetry;

use super::support::{Shape, ended, no_call, panicked, pause, poll_and_drop, run, sends, shape, success};

#[telemetry::instrument]
async fn sent(text: &mut String, cell: Cell<u8>, owned: String) -> u8 {
    pause().await;
    text.push_str(&owned);
    cell.get()
}

#[telemetry::instrument]
async fn local(shared: Rc<u8>) -> u8 {
    pause().await;
    *shared
}

#[telemetry::instrument]
async fn recursive(n: u32) -> u32 {
    if n == 0 {
        return 0;
    }
    n + Box::pin(recursive(n - 1)).await
}

#[telemetry::instrument]
async fn with_function(twice: impl AsyncFn(u32) -> u32) -> u32 {
    twice(twice(1).await).await
}

#[telemetry::instrument]
async fn with_function_mut(mut add: impl AsyncFnMut(u32), n: u32) {
    add(n).await;
    add(n).await;
}

#[telemetry::instrument]
async fn with_bound<F>(f: F) -> u32
where
    F: AsyncFnOnce(&str) -> u32,
{
    f("ab").await
}

#[telemetry::instrument]
fn makes_function(by: u32) -> impl AsyncFn(u32) -> u32 {
    async move |n| {
        pause().await;
        n + by
    }
}

#[telemetry::instrument]
async fn across_await(text: &str) -> usize {
    let owned = text.to_owned();
    let borrowed = &owned;
    pause().await;
    let inner = async {
        pause().await;
        if borrowed.is_empty() {
            return 0;
        }
        borrowed.len()
    };
    inner.await
}

#[telemetry::instrument]
async fn questions(text: &str) -> Result<u32, std::num::ParseIntError> {
    pause().await;
    let number: u32 = text.parse()?;
    Ok(number)
}

#[telemetry::instrument]
async fn looped(mut n: u32) -> u32 {
    let found = 'outer: loop {
        while n > 0 {
            pause().await;
            if n == 2 {
                break 'outer n;
            }
            n -= 1;
        }
    };
    found + n
}

#[telemetry::instrument]
async fn hangs() -> u8 {
    std::future::pending().await
}

#[telemetry::instrument]
async fn explodes(now: bool) -> u8 {
    pause().await;
    assert!(!now, "as asked");
    1
}

#[telemetry::instrument]
async fn empty() {}

#[telemetry::instrument]
async fn kept<const N: usize>(bytes: [u8; N]) -> usize {
    pause().await;
    bytes.len()
}

struct Client {
    name: String,
}

impl Client {
    #[telemetry::instrument]
    async fn elided(&self, _other: &str) -> &str {
        pause().await;
        &self.name
    }

    #[telemetry::instrument]
    async fn elided_mut(&mut self) -> &mut String {
        &mut self.name
    }

    #[telemetry::instrument]
    async fn consumed(self) -> String {
        pause().await;
        self.name
    }
}

fn client() -> Client {
    Client { name: "abc".to_owned() }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("async future is Send with &mut, Cell and String", || {
        let mut text = String::new();
        assert_eq!(success("sent", || run(sends(sent(&mut text, Cell::new(3), "a".to_owned())))), 3);
        assert_eq!(text, "a");
    }),
    shape("async future that is not Send", || assert_eq!(success("local", || run(local(Rc::new(4)))), 4)),
    shape("async recursion", || {
        assert_eq!(ended("recursive", &[("success", 4)], || run(sends(recursive(3)))), 6);
    }),
    shape("impl AsyncFn", || {
        assert_eq!(success("with_function", || run(with_function(async |n| n * 3))), 9);
    }),
    shape("mut impl AsyncFnMut", || {
        let mut sum = 0;
        success("with_function_mut", || run(with_function_mut(async |n| sum += n, 2)));
        assert_eq!(sum, 4);
    }),
    shape("F: AsyncFnOnce", || {
        let length = async |text: &str| u32::try_from(text.len()).unwrap_or_default();
        assert_eq!(success("with_bound", || run(with_bound(length))), 2);
    }),
    shape("-> impl AsyncFn", || {
        let add = success("makes_function", || makes_function(2));
        assert_eq!(run(add(1)), 3);
    }),
    shape("async block with a return of its own", || {
        assert_eq!(success("across_await", || run(across_await("ab"))), 2);
    }),
    shape("async ?", || {
        let ends = [("success", 1), ("error", 1)];
        let both = ended("questions", &ends, || (run(questions("1")), run(questions("x"))));
        assert!(both.0.is_ok() && both.1.is_err());
    }),
    shape("async labelled loop", || assert_eq!(success("looped", || run(looped(3))), 4)),
    shape("async fn that is never polled", || no_call(|| drop(hangs()))),
    shape("async fn dropped at an await", || {
        ended("hangs", &[("cancelled", 1)], || poll_and_drop(hangs()));
    }),
    shape("async fn dropped after its end", || {
        assert_eq!(success("explodes", || run(explodes(false))), 1);
    }),
    shape("async fn that panics after an await", || panicked("explodes", || run(explodes(true)))),
    shape("empty async fn", || success("empty", || run(empty()))),
    shape("async with a const parameter", || assert_eq!(success("kept", || run(kept([0; 7]))), 7)),
    shape("async &self, &str -> &str", || {
        assert_eq!(success("elided", || run(client().elided("")).to_owned()), "abc");
    }),
    shape("async &mut self -> &mut String", || {
        success("elided_mut", || run(client().elided_mut()).push('d'));
    }),
    shape("async self", || assert_eq!(success("consumed", || run(client().consumed())), "abc")),
];
