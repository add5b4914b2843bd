//! OTLP, over gRPC and over HTTP.
//!
//! One [`OtlpClient`](client::OtlpClient) carries every [`Signal`](signal::Signal): it takes an encoded request, tries once, and says exactly what
//! the answer allows. The official exporters hide the status, `Retry-After` and partial success.

mod client;
mod encode;
mod encoding;
#[cfg(feature = "otlp-grpc")]
mod grpc;
mod headers;
#[cfg(feature = "otlp-http")]
mod http;
#[cfg(feature = "logs")]
mod logs;
mod metrics;
mod problem;
mod reply;
mod rpc_status;
mod signal;
mod spans;

// They compare the protocols, so they need both.
#[cfg(all(test, feature = "otlp-grpc", feature = "otlp-http"))]
mod tests;

#[cfg(feature = "logs")]
pub(crate) use logs::OtlpLogExporter;
pub(crate) use metrics::OtlpMetricExporter;
pub(crate) use spans::OtlpExporter;

const USER_AGENT: &str = concat!("telemetry-runtime-otlp-rust/", env!("CARGO_PKG_VERSION"));
