//! `GET /health/telemetry`, and below it what orchestrators ask: whether the program lives, and is ready.

use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;

#[cfg(feature = "monitor")]
use crate::health::{CheckKind, HealthReport};
use crate::{health::HealthStatus, setup::Telemetry};

pub(super) fn routes<S: Clone + Send + Sync + 'static>(telemetry: &Telemetry) -> Router<S> {
    let whole = telemetry.clone();
    let router = Router::new().route("/health/telemetry", get(move || async move { page(&whole) }));
    #[cfg(feature = "monitor")]
    let router = {
        let (live, ready) = (telemetry.clone(), telemetry.clone());
        router
            .route("/health/telemetry/live", get(move || async move { of_kind(&live, CheckKind::Liveness) }))
            .route(
                "/health/telemetry/ready",
                get(move || async move { of_kind(&ready, CheckKind::Readiness) }),
            )
    };
    router
}

/// How well telemetry itself does.
pub(super) fn page(telemetry: &Telemetry) -> Response {
    let report = telemetry.health();
    let is_served = report.status() != HealthStatus::Unhealthy;
    (code(is_served), Json(report.to_json())).into_response()
}

#[cfg(feature = "monitor")]
fn of_kind(telemetry: &Telemetry, kind: CheckKind) -> Response {
    let report = telemetry.health();
    let passes = match kind {
        CheckKind::Liveness => HealthReport::is_live,
        CheckKind::Readiness => HealthReport::is_ready,
    };
    (code(passes(&report)), Json(report.checks_json(kind))).into_response()
}

fn code(is_fine: bool) -> StatusCode {
    if is_fine { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}
