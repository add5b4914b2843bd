//! What was counted, read as families of series.

mod breaker_families;
mod common_bounds;
mod custom;
mod exemplar;
#[cfg(feature = "prometheus")]
mod facade;
#[cfg(feature = "axum")]
mod http_server;
mod labels;
#[cfg(feature = "monitor")]
mod measured;
mod operation_families;
#[cfg(any(all(feature = "monitor", feature = "axum"), feature = "alerts"))]
mod quantile;
mod registry;
mod snapshot;
mod store;
mod success_rate;
#[cfg(feature = "monitor")]
pub(crate) mod system_families;

#[cfg(feature = "settings")]
pub(crate) use self::custom::Declared;
#[cfg(feature = "axum")]
pub(crate) use self::http_server::{HttpServer, RequestLabels, known_method};
#[cfg(feature = "monitor")]
pub(crate) use self::measured::MeasuredFamily;
#[cfg(feature = "dashboard")]
pub(crate) use self::operation_families::OperationReading;
#[cfg(feature = "testing")]
pub(crate) use self::store::{StoreGuard, enter as enter_registry};
pub(crate) use self::{custom::own_counter, registry::MetricRegistry, snapshot::Buckets};
pub use self::{
    custom::{Counter, Gauge, Histogram, MetricError, Metrics, Timer},
    exemplar::Exemplar,
    labels::Labels,
    snapshot::{Family, FamilyKind, HistogramValue, Series, Snapshot, Value},
};
#[cfg(feature = "prometheus")]
pub use facade::Recorder;
