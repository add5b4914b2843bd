//! The crates that are compiled.

use std::fmt::Write as _;

/// What a crate consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 1000 async functions and a caller that polls each.
    AsyncFunctions,
    /// 100 impl blocks of 10 async methods, and a caller.
    ImplBlocks,
    /// 1000 sync functions and a caller.
    SyncFunctions,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::AsyncFunctions, Self::ImplBlocks, Self::SyncFunctions];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AsyncFunctions => "async-functions",
            Self::ImplBlocks => "impl-blocks",
            Self::SyncFunctions => "sync-functions",
        }
    }
}

/// Whose attribute stands on the functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    Plain,
    Ours,
    Tracing,
    Fastrace,
}

impl Variant {
    pub(crate) const ALL: [Self; 4] = [Self::Plain, Self::Ours, Self::Tracing, Self::Fastrace];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Ours => "telemetry",
            Self::Tracing => "tracing",
            Self::Fastrace => "fastrace",
        }
    }

    /// The line of `Cargo.toml` that brings the attribute.
    fn dependency(self, root: &str) -> String {
        match self {
            Self::Plain => String::new(),
            Self::Ours => {
                format!(
                    "telemetry-runtime = {{ path = \"{root}/telemetry-runtime\", default-features = false }}\n"
                )
            }
            Self::Tracing => "tracing = \"0.1\"\n".to_owned(),
            Self::Fastrace => "fastrace = { version = \"0.7\", features = [\"enable\"] }\n".to_owned(),
        }
    }

    /// On a block; only ours has one.
    fn on_block(self) -> &'static str {
        if self == Self::Ours { "#[telemetry_runtime::instrument_adapter]\n" } else { "" }
    }

    fn on_function(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Ours => "#[telemetry_runtime::instrument]\n",
            Self::Tracing => "#[tracing::instrument(skip_all)]\n",
            Self::Fastrace => "#[fastrace::trace]\n",
        }
    }

    fn on_method(self) -> &'static str {
        if self == Self::Ours { "" } else { self.on_function() }
    }
}

pub(crate) fn manifest(kind: Kind, variant: Variant, root: &str) -> String {
    format!(
        "[package]\nname = \"{}-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n{}\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n\n[workspace]\n",
        kind.name(),
        variant.name(),
        variant.dependency(root)
    )
}

/// `round` changes every function, as an edit of the file does.
pub(crate) fn library(kind: Kind, variant: Variant, round: u32) -> String {
    let mut text = HEAD.to_owned();
    let mut calls = String::new();
    for n in 0..1000 {
        match kind {
            Kind::AsyncFunctions => {
                write!(text, "{}async fn f{n}{}", variant.on_function(), body(n, round)).expect("memory");
                writeln!(calls, "    sum += poll(f{n}({n}, \"symbol\"));").expect("memory");
            }
            Kind::SyncFunctions => {
                let body = body(n, round).replace(".await", "").replace("step(", "step_now(");
                write!(text, "{}fn f{n}{body}", variant.on_function()).expect("memory");
                writeln!(calls, "    sum += f{n}({n}, \"symbol\").unwrap_or_default();").expect("memory");
            }
            Kind::ImplBlocks => {
                let (block, method) = (n / 10, n % 10);
                if method == 0 {
                    write!(text, "pub struct S{block};\n{}impl S{block} {{\n", variant.on_block())
                        .expect("memory");
                }
                let body = body(n, round).replace("(id:", "(&self, id:");
                write!(text, "{}async fn m{method}{body}", variant.on_method()).expect("memory");
                if method == 9 {
                    text.push_str("}\n");
                }
                writeln!(calls, "    sum += poll(S{block}.m{method}({n}, \"symbol\"));").expect("memory");
            }
        }
    }
    write!(text, "pub fn all() -> u64 {{\n    let mut sum = 0;\n{calls}    sum\n}}\n").expect("memory");
    text
}

fn body(n: u32, round: u32) -> String {
    format!(
        "(id: u64, symbol: &str) -> Result<u64, Error> {{\n    if id == {} {{\n        return Err(Error::Unknown);\n    \
         }}\n    let price = step(id, symbol).await?;\n    Ok(price + {n})\n}}\n",
        10_000 + n + round
    )
}

const HEAD: &str = "\
use std::{fmt, future::Future, pin::pin, task::{Context, Poll, Waker}};

#[derive(Debug)]
pub enum Error {
    Unknown,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(\"unknown\")
    }
}

impl std::error::Error for Error {}

async fn step(id: u64, symbol: &str) -> Result<u64, Error> {
    Ok(id + symbol.len() as u64)
}

fn step_now(id: u64, symbol: &str) -> Result<u64, Error> {
    Ok(id + symbol.len() as u64)
}

fn poll(future: impl Future<Output = Result<u64, Error>>) -> u64 {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(price)) => price,
        _ => 0,
    }
}

pub fn both() -> u64 {
    poll(step(1, \"symbol\")) + step_now(1, \"symbol\").unwrap_or_default()
}

";
