//! `GET /metrics` and what lies under `/health/telemetry`, open to all, and what lies under `/telemetry`, guarded.

use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};

use super::guard::Guard;
use crate::{catalog, prometheus::page, setup::Telemetry};

/// The routes of telemetry, without those that its settings switch off.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(telemetry: &Telemetry) -> Router<S> {
    let router = Router::new();
    let telemetry = telemetry.clone();
    let guarded = guarded_routes(&telemetry);
    let router = if telemetry.plan().web.exposes_metrics {
        router.merge(page::route(telemetry.registry().clone()))
    } else {
        router.route("/metrics", get(|| async { StatusCode::NOT_FOUND }))
    };
    router.merge(super::health::routes(&telemetry)).merge(guarded)
}

fn guarded_routes<S: Clone + Send + Sync + 'static>(telemetry: &Telemetry) -> Router<S> {
    let guard = Guard::new(&telemetry.plan().web, telemetry.registry().clock());
    let telemetry = telemetry.clone();
    let (of_dashboard, of_rules) = (telemetry.clone(), telemetry.clone());
    let of_catalog = telemetry.clone();
    let catalog = move || async move { Json(catalog::to_json(&of_catalog.catalog())) };
    let dashboard = move || async move { file("application/json", of_dashboard.grafana_dashboard()) };
    let rules = move || async move { file("application/yaml; charset=utf-8", of_rules.prometheus_rules()) };
    let router = Router::new()
        .route("/telemetry/catalog", get(catalog))
        .route("/telemetry/grafana.json", get(dashboard))
        .route("/telemetry/rules.yml", get(rules));
    #[cfg(feature = "dashboard")]
    let router = router.merge(super::dashboard::routes(&telemetry, &guard));
    guard.around(router)
}

fn file(content_type: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}
