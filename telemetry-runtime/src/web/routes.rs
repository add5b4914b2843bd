//! `GET /metrics` and `GET /health/telemetry`.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{
    fault::{self, Fault},
    health::HealthStatus,
    metrics::MetricRegistry,
    setup::Telemetry,
};

/// The routes of telemetry, without those that its settings switch off.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(telemetry: &Telemetry) -> Router<S> {
    let router = Router::new();
    let telemetry = telemetry.clone();
    let router = if telemetry.plan().exposes_metrics() {
        router.merge(metrics_route(Arc::clone(telemetry.registry())))
    } else {
        router.route("/metrics", get(|| async { StatusCode::NOT_FOUND }))
    };
    router.route("/health/telemetry", get(move || async move { health(&telemetry) }))
}

fn health(telemetry: &Telemetry) -> Response {
    let report = telemetry.health();
    let code = match report.status() {
        HealthStatus::Healthy | HealthStatus::Degraded => StatusCode::OK,
        HealthStatus::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    (code, Json(report.to_json())).into_response()
}

#[cfg(feature = "prometheus")]
fn metrics_route<S: Clone + Send + Sync + 'static>(registry: Arc<MetricRegistry>) -> Router<S> {
    let page = Arc::new(Page { registry, text: Mutex::default() });
    Router::new().route("/metrics", get(move |headers: HeaderMap| async move { page.answer(&headers) }))
}

#[cfg(not(feature = "prometheus"))]
fn metrics_route<S: Clone + Send + Sync + 'static>(_registry: Arc<MetricRegistry>) -> Router<S> {
    Router::new().route("/metrics", get(|| async { StatusCode::NOT_FOUND }))
}

/// The exposition, with the buffer of the last scrape.
#[cfg(feature = "prometheus")]
#[derive(Debug)]
struct Page {
    registry: Arc<MetricRegistry>,
    text: Mutex<String>,
}

#[cfg(feature = "prometheus")]
impl Page {
    fn answer(&self, request: &HeaderMap) -> Response {
        use crate::prometheus::{Format, accepts_gzip, gzip, render};

        let named = |name| request.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let format = Format::accepted_by(named(header::ACCEPT));
        let snapshot = self.registry.snapshot();
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.clear();
        render(&snapshot, format, &mut text);
        let zipped = if accepts_gzip(named(header::ACCEPT_ENCODING)) { gzip(text.as_bytes()) } else { None };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
        headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
        match zipped {
            Some(zipped) => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                (headers, zipped).into_response()
            }
            None => (headers, text.clone()).into_response(),
        }
    }
}

/// Serves `/metrics` alone, on a port of its own.
pub(crate) async fn serve_metrics(listener: std::net::TcpListener, registry: Arc<MetricRegistry>) {
    let served = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => axum::serve(listener, metrics_route::<()>(registry)).await,
        Err(error) => Err(error),
    };
    if let Err(error) = served {
        fault::report(&Fault::new("metrics", format!("`metrics.listen` is served no more: {error}")));
    }
}
