//! `GET /telemetry/api/alerts`: rules, what they say, and what they said lately.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// Rules, what they say, and what they said lately.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Alerts {
    /// Whether rules are looked at.
    enabled: bool,
    rules: Vec<RuleRow>,
    /// Newest first.
    history: Vec<AlertEvent>,
    handlers: Vec<HandlerRow>,
}

/// A rule and what it says.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct RuleRow {
    name: String,
    expression: String,
    /// `info`, `warning` or `critical`.
    severity: String,
    /// `inactive`, `pending` or `firing`.
    state: String,
    /// Unix seconds.
    since: Option<f64>,
    value: Option<f64>,
    threshold: f64,
    message: Option<String>,
}

/// A rule that began or ceased to fire.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct AlertEvent {
    /// Unix seconds.
    at: f64,
    name: String,
    severity: String,
    /// `fired` or `resolved`.
    event: String,
    value: Option<f64>,
}

/// Who is told, and how that went.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct HandlerRow {
    name: String,
    delivered: u64,
    lost: u64,
    /// The state of its breaker.
    breaker: Option<String>,
}

/// Rules, what they say, and what they said lately.
#[utoipa::path(
    get,
    path = "/telemetry/api/alerts",
    tag = "alerts",
    responses((status = 200, description = "Rules, what they say, and what they said lately.", body = Alerts))
)]
pub(super) async fn get() -> Json<Alerts> {
    Json(Alerts { enabled: false, rules: Vec::new(), history: Vec::new(), handlers: Vec::new() })
}
