//! The Prometheus exposition of a snapshot.

#[cfg(feature = "axum")]
mod compression;
#[cfg(feature = "axum")]
pub(crate) mod page;
mod text;

pub use self::text::{Format, render};
