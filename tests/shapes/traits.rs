//! Traits of futures, by the language and by `async_trait`.

#![forbid(unsafe_code)]

use std::{future::Future, pin::Pin, rc::Rc};

use async_trait::async_trait;
use telemetry_runtime as telemetry;

use super::support::{Shape, ended, error, pause, run, sends, shape, success};

trait Store {
    async fn load(&self, id: u32) -> Result<u32, String>;
    fn list(&self) -> impl Future<Output = Vec<u32>> + Send;
    fn boxed(&self) -> Pin<Box<dyn Future<Output = u32> + Send + '_>>;
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

    fn boxed(&self) -> Pin<Box<dyn Future<Output = u32> + Send + '_>> {
        Box::pin(async { self.0 })
    }
}

struct Other;

#[telemetry::instrument_adapter]
impl Store for Other {
    fn load(&self, id: u32) -> impl Future<Output = Result<u32, String>> {
        async move { Ok(id) }
    }

    fn list(&self) -> impl Future<Output = Vec<u32>> + Send {
        std::future::ready(vec![1])
    }

    fn boxed(&self) -> Pin<Box<dyn Future<Output = u32> + Send + '_>> {
        Box::pin(std::future::ready(1))
    }
}

#[telemetry::instrument_adapter]
trait Limited {
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

impl Limited for u32 {
    const LIMIT: Self = 5;

    async fn get(&self, id: Self) -> Result<Self, String> {
        Ok(self + id)
    }
}

#[async_trait]
trait Remote {
    async fn fetch(&self, id: &str) -> Result<usize, String>;
    async fn connect() -> u8
    where
        Self: Sized;
}

struct Above;

#[telemetry::instrument_adapter]
#[async_trait]
impl Remote for Above {
    async fn fetch(&self, id: &str) -> Result<usize, String> {
        pause().await;
        if id.is_empty() { Err("empty".to_owned()) } else { Ok(id.len()) }
    }

    #[telemetry(include)]
    async fn connect() -> u8 {
        1
    }
}

struct Below;

#[async_trait]
#[telemetry::instrument_adapter]
impl Remote for Below {
    async fn fetch(&self, id: &str) -> Result<usize, String> {
        pause().await;
        if id.is_empty() { Err("empty".to_owned()) } else { Ok(id.len()) }
    }

    #[telemetry(include)]
    async fn connect() -> u8 {
        2
    }
}

struct OneMethod;

#[async_trait]
impl Remote for OneMethod {
    #[telemetry::instrument("one_method")]
    async fn fetch(&self, id: &str) -> Result<usize, String> {
        pause().await;
        if id.is_empty() {
            return Err("empty".to_owned());
        }
        Ok(id.len())
    }

    #[telemetry::instrument("one_method")]
    async fn connect() -> u8 {
        3
    }
}

mod reexported {
    pub(super) use async_trait::async_trait as dynamic;
}

#[reexported::dynamic(?Send)]
trait Local {
    async fn shared(&self, by: Rc<u8>) -> u8;

    async fn twice(&self, by: Rc<u8>) -> u8 {
        self.shared(Rc::clone(&by)).await + self.shared(by).await
    }
}

struct Sharing;

#[telemetry::instrument_adapter]
#[reexported::dynamic(?Send)]
impl Local for Sharing {
    async fn shared(&self, by: Rc<u8>) -> u8 {
        pause().await;
        *by
    }
}

#[telemetry::instrument_adapter]
#[async_trait]
trait Defaulted {
    async fn named(&self) -> String {
        pause().await;
        "default".to_owned()
    }
}

impl Defaulted for u8 {}

#[async_trait]
#[telemetry::instrument_adapter]
trait DefaultedBelow: Sync {
    async fn named_below(&self) -> String {
        pause().await;
        "default".to_owned()
    }
}

impl DefaultedBelow for u8 {}

pub(super) const SHAPES: &[Shape] = &[
    shape("async fn in a trait", || {
        assert_eq!(success("memory.load", || run(Memory(3).load(2))), Ok(2));
        assert!(error("memory.load", "alloc::String", || run(Memory(3).load(9))).is_err());
    }),
    shape("-> impl Future in a trait, by async fn", || {
        assert_eq!(success("memory.list", || run(sends(Memory(2).list()))), [0, 1]);
    }),
    shape("boxed future in a trait", || {
        assert_eq!(success("memory.boxed", || run(sends(Memory(2).boxed()))), 2);
    }),
    shape("async fn in a trait, by -> impl Future", || {
        assert_eq!(success("other.load", || run(Other.load(1))), Ok(1));
    }),
    shape("-> impl Future in a trait, by itself", || {
        assert_eq!(success("other.list", || run(sends(Other.list()))), [1]);
        assert_eq!(success("other.boxed", || run(Other.boxed())), 1);
    }),
    shape("async default body in a trait", || {
        assert_eq!(success("limited.get_limited", || run(7_u32.get_limited(1))), Ok(8));
        assert!(error("limited.get_limited", "alloc::String", || run(7_u32.get_limited(9))).is_err());
    }),
    shape("default body that names an associated constant", || {
        assert_eq!(success("limited.limit", || 7_u32.limit()), 5);
    }),
    shape("above #[async_trait]", || {
        let remote: Box<dyn Remote> = Box::new(Above);
        assert_eq!(success("above.fetch", || run(sends(remote.fetch("ab")))), Ok(2));
        assert!(error("above.fetch", "alloc::String", || run(remote.fetch(""))).is_err());
    }),
    shape("above #[async_trait], without a receiver", || {
        assert_eq!(success("above.connect", || run(Above::connect())), 1);
    }),
    shape("below #[async_trait]", || {
        let remote: Box<dyn Remote> = Box::new(Below);
        assert_eq!(success("below.fetch", || run(sends(remote.fetch("ab")))), Ok(2));
        assert!(error("below.fetch", "alloc::String", || run(remote.fetch(""))).is_err());
    }),
    shape("below #[async_trait], without a receiver", || {
        assert_eq!(success("below.connect", || run(Below::connect())), 2);
    }),
    shape("method of an #[async_trait]", || {
        assert_eq!(success("one_method.fetch", || run(OneMethod.fetch("ab"))), Ok(2));
        assert!(error("one_method.fetch", "alloc::String", || run(OneMethod.fetch(""))).is_err());
        assert_eq!(success("one_method.connect", || run(OneMethod::connect())), 3);
    }),
    shape("#[async_trait(?Send)] under another name", || {
        assert_eq!(success("sharing.shared", || run(Sharing.shared(Rc::new(3)))), 3);
        assert_eq!(ended("sharing.shared", &[("success", 2)], || run(Sharing.twice(Rc::new(3)))), 6);
    }),
    shape("default body above #[async_trait]", || {
        assert_eq!(success("defaulted.named", || run(sends(1_u8.named()))), "default");
    }),
    shape("default body below #[async_trait]", || {
        assert_eq!(success("defaulted_below.named_below", || run(sends(1_u8.named_below()))), "default");
    }),
];
