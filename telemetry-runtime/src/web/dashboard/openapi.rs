//! `GET /telemetry/api/openapi.json`: what the API is like, in words that programs read.

use std::sync::OnceLock;

use axum::response::{IntoResponse, Response};
use http::header;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        SecurityRequirement,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{alerts, breakers, exporters, health, operations, overview, settings, stream, system, traces};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Telemetry of this service",
        description = "What the live page at `/telemetry` is made of. Times are unix seconds, durations seconds. \
                       Requests that change something need the header `X-Telemetry-Request: 1`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        overview::get,
        stream::get,
        operations::get,
        operations::record,
        operations::end_recording,
        traces::list,
        traces::get,
        breakers::list,
        breakers::order,
        system::get,
        alerts::get,
        exporters::list,
        settings::get,
        settings::change,
        health::get
    ),
    components(schemas(overview::Tick)),
    modifiers(&Access)
)]
struct Description;

/// Who is admitted, beside this machine.
struct Access;

impl Modify for Access {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let components = description.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let session = ApiKeyValue::new("telemetry_session");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        let none: [String; 0] = [];
        let ways = ["token", "session"].map(|way| SecurityRequirement::new(way, none.clone()));
        description.security = Some([SecurityRequirement::default()].into_iter().chain(ways).collect());
    }
}

/// What the API is like.
pub(super) async fn get() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    // What derives made can be written.
    let text = TEXT.get_or_init(|| Description::openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}
