//! The live page at `/telemetry`, and the API behind it.

mod answer;
mod assets;
mod overview;
mod page;
mod stream;
mod ticker;

use axum::{Router, routing::get};
use http::HeaderMap;

use self::page::Page;
use crate::setup::Telemetry;

/// The routes of the page, to be guarded; none if the settings want no page.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(telemetry: &Telemetry) -> Router<S> {
    if !telemetry.plan().web.dashboard.settings.enabled {
        return Router::new();
    }
    let page =
        |name: &'static str| get(move |request: HeaderMap| async move { assets::file(name, &request) });
    Router::new()
        .route("/telemetry", page("index.html"))
        .route("/telemetry/docs", page("docs.html"))
        .route("/telemetry/assets/{*name}", get(assets::named))
        .route("/telemetry/api/overview", get(overview::get))
        .route("/telemetry/api/stream", get(stream::get))
        .with_state(Page::new(telemetry))
}
