//! What every exporter needs that speaks to a server: an address, TLS, a client, and words that keep its secrets.

mod address;
pub(super) mod failure;
#[cfg(feature = "_http")]
pub(super) mod http;
mod mask;
pub(super) mod problem;
mod tls;
mod userinfo;

use std::time::Duration;

#[cfg(feature = "alerts")]
pub(crate) use self::http::JsonPost;
#[cfg(all(test, feature = "alerts"))]
pub(crate) use self::http::test_server::HttpServer;
pub(crate) use self::tls::TlsFiles;
pub(super) use self::{address::Address, mask::Mask, tls::TlsMaterial, userinfo::authorization};

/// A request larger than this is not sent.
pub(super) const MAX_REQUEST: usize = 64 << 20;

/// A reply larger than this is not read.
pub(super) const MAX_REPLY: usize = 4 << 20;

/// Nobody is left alone for longer, whatever they ask.
#[cfg(any(feature = "_http", feature = "otlp-grpc"))]
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(3600);
