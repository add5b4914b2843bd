//! Futures: async functions, functions that return futures, traits of both.

use std::cell::Cell;
use std::future::Future as Later;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use telemetry_runtime as telemetry;

use super::support::{calls, pause, run};

type BoxFuture<'a, T> = Pin<Box<dyn Later<Output = T> + Send + 'a>>;

fn sends<T: Send>(value: T) -> T {
    value
}

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
fn recursive_boxed(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { if n == 0 { 0 } else { n + recursive_boxed(n - 1).await } })
}

static MADE: AtomicU32 = AtomicU32::new(0);

#[telemetry::instrument]
fn boxed<'a>(text: &'a str, fails: bool) -> BoxFuture<'a, Result<&'a str, String>> {
    let _ = MADE.fetch_add(1, Ordering::Relaxed);
    Box::pin(async move {
        pause().await;
        if fails { Err(text.to_owned()) } else { Ok(text) }
    })
}

#[telemetry::instrument]
fn returned(fails: bool) -> impl Future<Output = Result<u8, std::num::ParseIntError>> + Send {
    async move {
        let parsed = if fails { "x".parse::<u8>()? } else { 1 };
        pause().await;
        Ok(parsed)
    }
}

#[telemetry::instrument]
fn returned_opaque(n: u32) -> impl Later<Output = impl std::fmt::Debug> {
    async move { Some(n) }
}

trait Store {
    async fn load(&self, id: u32) -> Result<u32, String>;
    fn list(&self) -> impl Future<Output = Vec<u32>> + Send;
    fn boxed(&self) -> BoxFuture<'_, u32>;

    async fn load_twice(&self, id: u32) -> Result<u32, String> {
        Ok(self.load(id).await? * 2)
    }
}

struct Memory(u32);

#[telemetry::instrument_adapter]
impl Store for Memory {
    async fn load(&self, id: u32) -> Result<u32, String> {
        pause().await;
        if id > self.0 { Err("unknown".to_owned()) } else { Ok(id) }
    }

    async fn list(&self) -> Vec<u32> {
        pause().await;
        (0..self.0).collect()
    }

    fn boxed(&self) -> BoxFuture<'_, u32> {
        Box::pin(async { self.0 })
    }
}

struct Other;

#[telemetry::instrument_adapter("other")]
impl Store for Other {
    fn load(&self, id: u32) -> impl Future<Output = Result<u32, String>> {
        async move { Ok(id) }
    }

    fn list(&self) -> impl Future<Output = Vec<u32>> + Send {
        std::future::ready(vec![1])
    }

    fn boxed(&self) -> BoxFuture<'_, u32> {
        Box::pin(std::future::ready(1))
    }
}

#[telemetry::instrument_adapter]
trait Loader {
    const LIMIT: u32;

    async fn get(&self, id: u32) -> Result<u32, String>;

    async fn get_limited(&self, id: u32) -> Result<u32, String> {
        if id > Self::LIMIT {
            return Err("limit".to_owned());
        }
        self.get(id).await
    }

    fn limit(&self) -> u32 {
        Self::LIMIT
    }
}

impl Loader for u32 {
    const LIMIT: u32 = 5;

    async fn get(&self, id: u32) -> Result<u32, String> {
        Ok(self + id)
    }
}

#[test]
fn auto_traits_stay() {
    let mut text = String::new();
    assert_eq!(run(sends(sent(&mut text, Cell::new(3), "a".to_owned()))), 3);
    assert_eq!(text, "a");
    assert_eq!(run(local(Rc::new(4))), 4);
    assert_eq!(run(sends(recursive(3))) + run(sends(recursive_boxed(3))), 12);
}

#[test]
fn making_a_future_is_no_call() {
    drop(boxed("a", false));
    drop(returned(false));
    assert_eq!(MADE.load(Ordering::Relaxed), 1, "statements before the future run at once");
    assert_eq!(calls("shapes", "boxed", "success") + calls("shapes", "boxed", "cancelled"), 0);
    assert_eq!(run(boxed("a", false)), Ok("a"));
    assert!(run(boxed("a", true)).is_err());
    assert_eq!((calls("shapes", "boxed", "success"), calls("shapes", "boxed", "error")), (1, 1));
    assert_eq!(run(sends(returned(false))), Ok(1));
    assert!(run(returned(true)).is_err());
    assert_eq!((calls("shapes", "returned", "success"), calls("shapes", "returned", "error")), (1, 1));
    assert_eq!(format!("{:?}", run(returned_opaque(1))), "Some(1)");
}

#[test]
fn traits_of_futures() {
    assert_eq!(run(Memory(3).load_twice(2)), Ok(4));
    assert!(run(Memory(3).load(9)).is_err());
    assert_eq!((run(sends(Memory(2).list())), run(Memory(2).boxed())), (vec![0, 1], 2));
    assert_eq!((calls("memory", "load", "success"), calls("memory", "load", "error")), (1, 1));
    assert_eq!(calls("memory", "list", "success") + calls("memory", "boxed", "success"), 2);
    assert_eq!((run(Other.load(1)), run(Other.list()), run(Other.boxed())), (Ok(1), vec![1], 1));
    assert_eq!(calls("other", "load", "success"), 1);
    assert_eq!(run(7_u32.get_limited(1)), Ok(8));
    assert!(run(7_u32.get_limited(9)).is_err());
    assert_eq!(7_u32.limit(), 5);
    assert_eq!((calls("loader", "get_limited", "success"), calls("loader", "get_limited", "error")), (1, 1));
}

#[test]
fn futures_stay_small() {
    #[telemetry::instrument]
    async fn large(bytes: [u8; 1024]) -> usize {
        pause().await;
        bytes.len()
    }
    let future = large([0; 1024]);
    assert!(size_of_val(&future) < 1200, "{}", size_of_val(&future));
    assert_eq!(run(future), 1024);
}

#[tokio::test]
async fn two_at_once() {
    let (a, b) = tokio::join!(recursive(1), recursive(2));
    assert_eq!((a, b), (1, 3));
    tokio::select! {
        () = std::future::pending() => unreachable!(),
        sum = recursive(3) => assert_eq!(sum, 6),
    }
}
