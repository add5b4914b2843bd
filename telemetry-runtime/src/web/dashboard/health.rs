//! `GET /telemetry/api/health`: as `/health/telemetry`, for the page.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::page::Page;

/// How well telemetry itself does, as `/health/telemetry` says it.
#[utoipa::path(
    get,
    path = "/telemetry/api/health",
    tag = "health",
    responses(
        (status = 200, description = "Healthy or degraded.", body = Object),
        (status = 503, description = "Unhealthy.", body = Object)
    )
)]
pub(super) async fn get(State(page): State<Arc<Page>>) -> Response {
    crate::web::health::page(&page.telemetry)
}
