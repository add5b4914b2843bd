//! The API behind the live page: every endpoint, who may ask it, and that it tells no secret.

#[path = "page_api/access.rs"]
mod access;
#[path = "page_api/alerts.rs"]
mod alerts;
#[path = "page_api/breakers.rs"]
mod breakers;
#[path = "page_api/docs.rs"]
mod docs;
#[path = "page_api/endpoints.rs"]
mod endpoints;
#[path = "page_api/recording.rs"]
mod recording;
#[path = "page_api/secrets.rs"]
mod secrets;
#[path = "page_api/settings.rs"]
mod settings;
#[path = "page_api/stream.rs"]
mod stream;
#[path = "page_api/support.rs"]
mod support;
#[path = "page_api/traces.rs"]
mod traces;
