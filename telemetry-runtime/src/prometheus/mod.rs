//! The Prometheus exposition of a snapshot.

#[cfg(feature = "axum")]
mod compression;
mod format;
#[cfg(feature = "axum")]
pub(crate) mod page;
mod text;

#[cfg(feature = "dashboard")]
pub(crate) use self::compression::{accepts_gzip, gzip};
pub use self::{format::Format, text::render};
