//! What was counted, read as families of series.

mod breaker_families;
mod common_bounds;
#[cfg(feature = "prometheus")]
mod facade;
#[cfg(feature = "axum")]
mod http_server;
mod labels;
mod operation_families;
mod registry;
mod snapshot;
mod success_rate;

#[cfg(feature = "axum")]
pub(crate) use self::http_server::{HttpServer, RequestLabels};
pub use self::{
    labels::Labels,
    snapshot::{Family, FamilyKind, HistogramValue, Series, Snapshot, Value},
};
pub(crate) use self::{registry::MetricRegistry, snapshot::Buckets};
#[cfg(feature = "prometheus")]
pub use facade::Recorder;
