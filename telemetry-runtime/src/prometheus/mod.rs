//! The Prometheus exposition of a snapshot.

#[cfg(feature = "axum")]
mod negotiation;
mod text;

#[cfg(feature = "axum")]
pub(crate) use self::negotiation::{accepts_gzip, gzip};
pub use self::text::{Format, render};
