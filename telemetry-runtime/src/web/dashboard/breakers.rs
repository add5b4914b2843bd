//! `/telemetry/api/breakers`: what they do, and orders to them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::{Answer, Given, Problem, seconds, unix},
    page::Page,
};
use crate::{activity::Transition, breaker::CircuitBreaker};

/// A breaker, the calls that it judges by, and what it did lately.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct BreakerRow {
    name: &'static str,
    /// `closed`, `open`, `half_open`, `forced_open`, `disabled` or `metrics_only`.
    state: &'static str,
    /// Unix seconds; null if it has not changed since the start.
    since: Option<f64>,
    /// Share of the window's calls.
    failure_rate: f64,
    /// Share of the window's calls.
    slow_rate: f64,
    /// Calls of the window; none unless it judges calls.
    calls: u64,
    failures: u64,
    /// Calls that it needs to judge.
    minimum_calls: u32,
    /// Seconds.
    window: f64,
    /// Calls that the window holds, where it is one of calls and not of time.
    window_calls: Option<u32>,
    /// From which failure rate on it opens.
    failure_threshold: f64,
    /// From which rate of slow calls on it opens.
    slow_threshold: f64,
    /// Calls refused since the start.
    rejected: u64,
    /// Seconds until it lets a call through; null where that is not known, or calls pass.
    retry_after: Option<f64>,
    /// Calls that it lets through to try, once it is half open.
    permits: u32,
    /// The last changes, oldest first.
    timeline: Vec<TransitionRow>,
    /// Ids of the operations that it protects.
    operations: Vec<String>,
}

/// A change of state.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct TransitionRow {
    /// Unix seconds.
    at: f64,
    from: &'static str,
    to: &'static str,
}

/// What a breaker is to do until another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderGiven {
    order: Order,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// Refuse every call.
    ForceOpen,
    /// Close, and forget every call.
    Reset,
    /// Let every call pass, and judge none.
    Disable,
    /// Close, with an empty window.
    Close,
}

/// All breakers by name.
#[utoipa::path(
    get,
    path = "/telemetry/api/breakers",
    tag = "breakers",
    responses((status = 200, description = "All breakers by name.", body = Vec<BreakerRow>))
)]
pub(super) async fn list(State(page): State<Arc<Page>>) -> Json<Vec<BreakerRow>> {
    Json(all(&page).iter().map(|breaker| row(&page, breaker)).collect())
}

/// Orders a breaker to do something until another order.
#[utoipa::path(
    post,
    path = "/telemetry/api/breakers/{name}",
    tag = "breakers",
    params(("name" = String, Path)),
    request_body = OrderGiven,
    responses(
        (status = 200, description = "The breaker as it is now.", body = BreakerRow),
        (status = 404, description = "There is no such breaker.", body = Problem)
    )
)]
pub(super) async fn order(
    State(page): State<Arc<Page>>,
    Path(name): Path<String>,
    Given(OrderGiven { order }): Given<OrderGiven>,
) -> Answer<BreakerRow> {
    let breaker = all(&page).into_iter().find(|breaker| breaker.name() == name);
    let unknown =
        || Problem::not_found("there is no such breaker", "take a `name` of `/telemetry/api/breakers`");
    let breaker = breaker.ok_or_else(unknown)?;
    match order {
        Order::ForceOpen => breaker.force_open(),
        Order::Reset => breaker.reset(),
        Order::Disable => breaker.disable(),
        Order::Close => breaker.close(),
    }
    Ok(Json(row(&page, &breaker)))
}

fn all(page: &Page) -> Vec<CircuitBreaker> {
    page.telemetry.registry().breakers().all()
}

fn row(page: &Page, breaker: &CircuitBreaker) -> BreakerRow {
    let timeline =
        page.telemetry.dashboard().map(|parts| parts.breakers.of(breaker.name())).unwrap_or_default();
    let (config, window) = (breaker.config(), breaker.window());
    let operations = page.telemetry.catalog().into_iter();
    let protected =
        operations.filter(|operation| operation.breaker().is_some_and(|own| own.name() == breaker.name()));
    let mut operations: Vec<String> = protected.map(super::id).collect();
    operations.sort();
    operations.dedup();
    BreakerRow {
        name: breaker.name(),
        state: breaker.state().as_str(),
        since: timeline.last().map(|change| unix(change.at)),
        failure_rate: window.failure_rate(),
        slow_rate: window.slow_rate(),
        calls: window.calls,
        failures: window.failed,
        minimum_calls: config.minimum_calls,
        window: seconds(config.window),
        window_calls: config.window_calls,
        failure_threshold: config.failure_rate,
        slow_threshold: config.slow_rate,
        rejected: breaker.gate().rejected(),
        retry_after: breaker.gate().retry_after().map(seconds),
        permits: config.half_open_permits,
        timeline: timeline.into_iter().map(TransitionRow::from).collect(),
        operations,
    }
}

impl From<Transition> for TransitionRow {
    fn from(change: Transition) -> Self {
        Self { at: unix(change.at), from: change.from.as_str(), to: change.to.as_str() }
    }
}
