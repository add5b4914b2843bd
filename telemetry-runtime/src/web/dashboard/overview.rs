//! `GET /telemetry/api/overview`: the whole service at a glance.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{answer::unix, page::Page, ticker};
use crate::activity::{Activity, Edge, Moment, OperationRow, RequestRow, TotalsRow, WINDOW};

/// The whole service at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Overview {
    service: Service,
    /// Unix seconds.
    now: f64,
    /// Unix seconds.
    started_at: f64,
    /// How many seconds rates and quantiles are of: a minute, as soon as so much is known.
    window: f64,
    totals: TotalsRow,
    operations: Vec<OperationRow>,
    http: Vec<RequestRow>,
    /// What the service calls.
    edges: Vec<Edge>,
    breakers: Vec<BreakerMark>,
    alerts_firing: usize,
    /// `healthy`, `degraded` or `unhealthy`.
    health: &'static str,
}

/// Who is being watched.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Service {
    name: String,
    version: Option<String>,
    environment: Option<String>,
}

/// A breaker and its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct BreakerMark {
    name: &'static str,
    state: &'static str,
}

/// What has changed since the event before.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Tick {
    /// Unix seconds.
    now: f64,
    window: f64,
    /// Operations that have changed, whole.
    pub(super) operations: Vec<OperationRow>,
    /// Ids of operations that are no more.
    removed: Vec<String>,
    totals: TotalsRow,
    http: Vec<RequestRow>,
    edges: Vec<Edge>,
    breakers: Vec<BreakerMark>,
    alerts_firing: usize,
    health: &'static str,
}

/// The whole service at a glance.
#[utoipa::path(
    get,
    path = "/telemetry/api/overview",
    tag = "overview",
    responses((status = 200, description = "The whole service at a glance.", body = Overview))
)]
pub(super) async fn get(State(page): State<Arc<Page>>) -> Json<Overview> {
    ticker::keep_going(&page);
    Json(page.overview())
}

impl Page {
    pub(super) fn overview(&self) -> Overview {
        let Tick { now, window, operations, totals, http, edges, breakers, alerts_firing, health, .. } =
            self.tick();
        Overview {
            service: self.service(),
            now,
            started_at: unix(self.wall(Duration::ZERO)),
            window,
            totals,
            operations,
            http,
            edges,
            breakers,
            alerts_firing,
            health,
        }
    }

    /// Everything that changes, with all operations.
    pub(super) fn tick(&self) -> Tick {
        let breakers = self.telemetry.registry().breakers().counts();
        let health = self.telemetry.health().status().as_str();
        let name = self.telemetry.service_name();
        let others = self.others_called();
        let alerts_firing = self.alerts_firing();
        self.look(|moment: &Moment, activity: &Activity| Tick {
            now: unix(SystemTime::now()),
            window: activity.window_seconds(moment),
            operations: activity.rows(moment),
            removed: Vec::new(),
            totals: activity.totals(moment),
            http: activity.request_rows(moment),
            edges: activity.edges(name, moment).into_iter().chain(others).collect(),
            breakers: breakers
                .iter()
                .map(|breaker| BreakerMark { name: breaker.name, state: breaker.state.as_str() })
                .collect(),
            alerts_firing,
            health,
        })
    }

    /// Who is called by what no operation counts, as far as traces are recorded.
    fn others_called(&self) -> Vec<Edge> {
        let Some(parts) = self.telemetry.dashboard() else { return Vec::new() };
        let since = SystemTime::now().checked_sub(WINDOW).unwrap_or(SystemTime::UNIX_EPOCH);
        let from = self.telemetry.service_name();
        parts
            .traces
            .outgoing(since)
            .into_iter()
            .map(|calls| Edge::of_spans(from, &calls.peer, calls.calls))
            .collect()
    }

    fn service(&self) -> Service {
        Service {
            name: self.telemetry.service_name().to_owned(),
            version: self.telemetry.plan().service_version.clone(),
            environment: self.plan().environment.clone(),
        }
    }
}
