//! OTLP, over gRPC and over HTTP.
//!
//! One [`OtlpClient`](client::OtlpClient) carries every [`Signal`](signal::Signal): it takes an encoded request, tries once, and says exactly what
//! the answer allows. The official exporters hide the status, `Retry-After` and partial success.

mod address;
mod client;
mod encode;
mod encoding;
mod failure;
#[cfg(feature = "otlp-grpc")]
mod grpc;
mod headers;
#[cfg(feature = "otlp-http")]
mod http;
mod mask;
mod problem;
mod reply;
mod rpc_status;
mod signal;
mod spans;
mod tls;

// They compare the protocols, so they need both.
#[cfg(all(test, feature = "otlp-grpc", feature = "otlp-http"))]
mod tests;

use std::time::Duration;

pub(crate) use spans::OtlpExporter;
pub(crate) use tls::TlsFiles;

/// A request larger than this is not sent.
const MAX_REQUEST: usize = 64 << 20;

/// A reply larger than this is not read.
const MAX_REPLY: usize = 4 << 20;

/// Nobody is left alone for longer, whatever they ask.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

const USER_AGENT: &str = concat!("telemetry-runtime-otlp-rust/", env!("CARGO_PKG_VERSION"));
