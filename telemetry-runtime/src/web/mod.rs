//! Telemetry of an axum service.

mod body;
#[cfg(feature = "dashboard")]
mod dashboard;
mod endpoints;
mod guard;
mod health;
mod layer;
mod request;
mod routes;
mod serve;
mod set_up;

#[cfg(feature = "dashboard")]
pub use self::dashboard::api_page;
pub use self::{
    body::TrackedBody,
    layer::{HttpServerLayer, HttpServerService, ResponseFuture},
    serve::{serve, serve_until},
    set_up::setup_telemetry,
};
