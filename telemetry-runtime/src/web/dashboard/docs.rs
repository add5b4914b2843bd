//! A page that shows what an API is like, for `/telemetry/docs` and for the program's own.

use axum::{
    Router,
    middleware::{self, Next},
    response::{Html, Response},
    routing::get,
};
use http::header;

use super::assets;
use crate::web::guard;

/// The page for a description at `openapi`, with its files below `assets`; both are paths of ours or the program's.
pub(super) fn page(openapi: &str, assets: &str) -> String {
    let text = assets::text("docs.html");
    text.replace("{{openapi}}", &escaped(openapi)).replace("{{assets}}", &escaped(assets))
}

/// A path as an attribute's value.
fn escaped(path: &str) -> String {
    path.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// `GET /telemetry/docs`
pub(super) async fn own() -> Html<String> {
    Html(page("/telemetry/api/openapi.json", "/telemetry/assets"))
}

/// Routes of a page at `path` that shows what the program's own API is like.
///
/// `openapi` is its description, as JSON of OpenAPI 3.1; the page needs nothing from elsewhere. Whoever reaches the
/// route sees it: put a guard of the program's around it where that should not be.
///
/// ```
/// use axum::Router;
///
/// let openapi = r#"{ "openapi": "3.1.0", "info": { "title": "Quotes", "version": "1" }, "paths": {} }"#;
/// let app: Router = Router::new().merge(telemetry_runtime::api_page("/docs", openapi));
/// # let _ = app;
/// ```
///
/// # Panics
///
/// If `path` does not begin with `/`, or has parameters.
pub fn api_page<S: Clone + Send + Sync + 'static>(path: &str, openapi: impl Into<String>) -> Router<S> {
    let path = path.trim_end_matches('/');
    assert!(path.starts_with('/') && !path.contains(['{', '}']), "`{path}` is no path such as `/docs`");
    let (json, files) = (format!("{path}/openapi.json"), format!("{path}/assets"));
    let (html, openapi) = (page(&json, &files), openapi.into());
    let description = move || async move { ([(header::CONTENT_TYPE, "application/json")], openapi.clone()) };
    Router::new()
        .route(path, get(move || async move { Html(html.clone()) }))
        .route(&json, get(description))
        .route(&format!("{files}/{{*name}}"), get(assets::named))
        .layer(middleware::from_fn(harden))
}

async fn harden(request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    guard::harden(response.headers_mut());
    response
}
