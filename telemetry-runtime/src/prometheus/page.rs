//! The exposition over HTTP, on the service's port or on one of its own.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, header};

use super::{
    compression::{accepts_gzip, gzip},
    format::Format,
    text::render,
};
use crate::{
    fault::{self, Fault},
    metrics::MetricRegistry,
};

/// `GET /metrics`.
pub(crate) fn route<S: Clone + Send + Sync + 'static>(registry: Arc<MetricRegistry>) -> Router<S> {
    let page = Arc::new(Page { registry, text: Mutex::default() });
    Router::new().route("/metrics", get(move |headers: HeaderMap| async move { page.answer(&headers) }))
}

/// Serves the page alone, on a port of its own.
pub(crate) async fn serve(listener: std::net::TcpListener, registry: Arc<MetricRegistry>) {
    let served = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => axum::serve(listener, route::<()>(registry)).await,
        Err(error) => Err(error),
    };
    if let Err(error) = served {
        fault::report(&Fault::new("metrics", format!("`metrics.listen` is served no more: {error}")));
    }
}

/// The exposition, with the buffer of the last scrape.
#[derive(Debug)]
struct Page {
    registry: Arc<MetricRegistry>,
    text: Mutex<String>,
}

impl Page {
    fn answer(&self, request: &HeaderMap) -> Response {
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
