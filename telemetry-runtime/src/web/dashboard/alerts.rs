//! `GET /telemetry/api/alerts`: rules, what they say, and what they said lately.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::page::Page;

/// Rules, what they say, and what they said lately.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
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
    severity: &'static str,
    /// `inactive`, `pending` or `firing`.
    state: &'static str,
    /// Unix seconds since when it is pending or fires.
    since: Option<f64>,
    /// Of all series the value that is nearest to an alert, or furthest within one.
    value: Option<f64>,
    threshold: f64,
    /// What was told last, if it fires.
    message: Option<String>,
}

/// A rule that began or ceased to fire.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct AlertEvent {
    /// Unix seconds.
    at: f64,
    name: String,
    severity: &'static str,
    /// `fired` or `resolved`.
    event: &'static str,
    value: f64,
    message: String,
}

/// Who is told, and how that went.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct HandlerRow {
    name: String,
    delivered: u64,
    lost: u64,
    /// The state of its breaker.
    breaker: &'static str,
}

/// Rules, what they say, and what they said lately.
#[utoipa::path(
    get,
    path = "/telemetry/api/alerts",
    tag = "alerts",
    responses((status = 200, description = "Rules, what they say, and what they said lately.", body = Alerts))
)]
pub(super) async fn get(State(page): State<Arc<Page>>) -> Json<Alerts> {
    Json(reported::alerts(&page))
}

impl Page {
    /// Rules that fire.
    pub(super) fn alerts_firing(&self) -> usize {
        reported::firing(self)
    }
}

#[cfg(feature = "alerts")]
mod reported {
    use super::{AlertEvent, Alerts, HandlerRow, Page, RuleRow};
    use crate::{
        alert::{Alert, AlertHandlerReport, AlertReport, AlertRuleReport, AlertState, AlertStatus},
        web::dashboard::answer::unix,
    };

    pub(super) fn alerts(page: &Page) -> Alerts {
        let AlertReport { rules, history, handlers } = page.telemetry.alerts();
        Alerts {
            enabled: !rules.is_empty() || !handlers.is_empty(),
            rules: rules.into_iter().map(|rule| row(rule, &history)).collect(),
            handlers: handlers.into_iter().map(handler).collect(),
            history: history.into_iter().map(event).collect(),
        }
    }

    pub(super) fn firing(page: &Page) -> usize {
        let rules = page.telemetry.alerts().rules;
        rules.iter().filter(|rule| rule.state == AlertState::Firing).count()
    }

    fn row(rule: AlertRuleReport, history: &[Alert]) -> RuleRow {
        let state = match rule.state {
            AlertState::Firing => "firing",
            AlertState::Pending => "pending",
            // It waits for its next chance: nothing is wrong now.
            AlertState::Cooldown | AlertState::Inactive => "inactive",
        };
        let told = history.iter().find(|alert| alert.rule == rule.name);
        RuleRow {
            severity: rule.severity.as_str(),
            state,
            since: rule.series.first().filter(|_| state != "inactive").map(|series| unix(series.since)),
            value: rule.value,
            threshold: rule.threshold,
            message: told.filter(|_| state == "firing").map(|alert| alert.message.clone()),
            name: rule.name,
            expression: rule.expression,
        }
    }

    fn event(alert: Alert) -> AlertEvent {
        AlertEvent {
            at: unix(alert.ended_at.unwrap_or(alert.started_at)),
            severity: alert.severity.as_str(),
            event: match alert.status {
                AlertStatus::Firing => "fired",
                AlertStatus::Resolved => "resolved",
            },
            value: alert.value,
            message: alert.message,
            name: alert.rule,
        }
    }

    fn handler(report: AlertHandlerReport) -> HandlerRow {
        let AlertHandlerReport { name, delivered, lost, breaker, .. } = report;
        HandlerRow { name, delivered, lost, breaker: breaker.as_str() }
    }
}

#[cfg(not(feature = "alerts"))]
mod reported {
    use super::{Alerts, Page};

    pub(super) fn alerts(_page: &Page) -> Alerts {
        Alerts::default()
    }

    pub(super) fn firing(_page: &Page) -> usize {
        0
    }
}
