//! The live page at `/telemetry`, and the API behind it.

mod alerts;
mod answer;
mod assets;
mod breakers;
mod docs;
mod exporters;
mod health;
mod login;
mod openapi;
mod operations;
mod overview;
mod page;
mod settings;
mod spans;
mod stream;
mod system;
mod ticker;
#[allow(unused_qualifications, reason = "the macro of parameters qualifies them")]
mod traces;

use axum::{
    Router,
    routing::{get, post},
};
use http::HeaderMap;

pub use self::docs::api_page;
use self::page::Page;
use super::guard::{Guard, LOGIN, LOGOUT};
use crate::{operation::Operation, setup::Telemetry};

/// The routes of the page, to be guarded; none if the settings want no page.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(telemetry: &Telemetry, guard: &Guard) -> Router<S> {
    if !telemetry.plan().web.dashboard.settings.enabled {
        return Router::new();
    }
    let page =
        |name: &'static str| get(move |request: HeaderMap| async move { assets::file(name, &request) });
    let login = Router::new()
        .route(LOGIN, get(login::form).post(login::log_in))
        .route(LOGOUT, post(login::log_out))
        .with_state(guard.clone());
    Router::new()
        .route("/telemetry", page("index.html"))
        .route("/telemetry/docs", get(docs::own))
        .route("/telemetry/assets/{*name}", get(assets::named))
        .route("/telemetry/api/overview", get(overview::get))
        .route("/telemetry/api/stream", get(stream::get))
        .route("/telemetry/api/operations/{id}", get(operations::get))
        .route(
            "/telemetry/api/operations/{id}/record",
            post(operations::record).delete(operations::end_recording),
        )
        .route("/telemetry/api/traces", get(traces::list))
        .route("/telemetry/api/traces/{trace_id}", get(traces::get))
        .route("/telemetry/api/breakers", get(breakers::list))
        .route("/telemetry/api/breakers/{name}", post(breakers::order))
        .route("/telemetry/api/system", get(system::get))
        .route("/telemetry/api/alerts", get(alerts::get))
        .route("/telemetry/api/exporters", get(exporters::list))
        .route("/telemetry/api/settings", get(settings::get).post(settings::change))
        .route("/telemetry/api/health", get(health::get))
        .route("/telemetry/api/openapi.json", get(openapi::get))
        .with_state(Page::new(telemetry))
        .merge(login)
}

/// How the page and its addresses name an operation.
fn id(operation: &'static Operation) -> String {
    format!("{}.{}", operation.provider(), operation.name())
}
