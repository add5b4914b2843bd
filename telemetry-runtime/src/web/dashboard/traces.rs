//! `/telemetry/api/traces`: the last traces, and each with its spans and log records.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, State},
};
use opentelemetry::TraceId;
use opentelemetry_sdk::trace::SpanData;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{Answer, Asked, Problem, seconds, unix},
    page::Page,
    spans::{LogRow, SpanRow},
};
use crate::export::{RecentTrace, TraceQuery, TraceSummary};

/// Traces that are listed at once.
const MOST: usize = 500;

/// What is looked for; what is not said matches everything.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// The name of a span in it: `provider.operation`.
    operation: Option<String>,
    /// `error` if a span of it failed, else `ok`.
    status: Option<TraceStatus>,
    /// Seconds that it took at the least.
    min_duration: Option<f64>,
    /// The beginning of its id.
    id: Option<String>,
    /// As many at the most; 50 unless told otherwise, 500 at the most.
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TraceStatus {
    Ok,
    Error,
}

/// The last traces, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct TraceList {
    traces: Vec<TraceRow>,
    /// Traces that are remembered.
    kept: usize,
    /// As many at the most.
    capacity: usize,
    /// Spans that are not remembered, because their traces have too many or take too much memory.
    dropped: u64,
}

/// What is said of each trace in a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct TraceRow {
    trace_id: String,
    /// The name of its first span here.
    root: String,
    provider: Option<String>,
    operation: Option<String>,
    /// Unix seconds.
    started_at: f64,
    /// Seconds.
    duration: f64,
    spans: usize,
    /// Spans that failed.
    errors: usize,
    status: TraceStatus,
    service: String,
}

/// One trace as far as it is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct TraceDetail {
    trace_id: String,
    /// Unix seconds.
    started_at: f64,
    /// Seconds.
    duration: f64,
    /// Whether its beginning in this process is there and nothing was left out.
    complete: bool,
    /// In the order of their beginning.
    spans: Vec<SpanRow>,
    /// In the order of their time.
    logs: Vec<LogRow>,
}

/// The last traces that match, newest first.
#[utoipa::path(
    get,
    path = "/telemetry/api/traces",
    tag = "traces",
    params(Filter),
    responses(
        (status = 200, description = "The last traces that match, newest first.", body = TraceList),
        (status = 400, description = "What is asked for is not understood.", body = Problem)
    )
)]
pub(super) async fn list(State(page): State<Arc<Page>>, Asked(filter): Asked<Filter>) -> Answer<TraceList> {
    let query = filter.query()?;
    let Some(parts) = page.telemetry.dashboard() else { return Err(nothing_remembered()) };
    let found = parts.traces.find(&query);
    let service = page.telemetry.service_name();
    Ok(Json(TraceList {
        traces: found.traces.into_iter().map(|summary| TraceRow::new(summary, service)).collect(),
        kept: found.kept,
        capacity: found.capacity,
        dropped: found.left_out,
    }))
}

/// One trace with its spans and log records.
#[utoipa::path(
    get,
    path = "/telemetry/api/traces/{trace_id}",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hexadecimal digits.")),
    responses(
        (status = 200, description = "The trace as far as it is remembered.", body = TraceDetail),
        (status = 404, description = "It is not remembered.", body = Problem)
    )
)]
pub(super) async fn get(State(page): State<Arc<Page>>, Path(id): Path<String>) -> Answer<TraceDetail> {
    let Some(parts) = page.telemetry.dashboard() else { return Err(nothing_remembered()) };
    let trace = TraceId::from_hex(&id).ok().and_then(|id| Some((id, parts.traces.get(id)?)));
    let Some((id, trace)) = trace else {
        let remedy = "list those that are there; `web.dashboard.traces` says how many";
        return Err(Problem::not_found("no such trace is remembered", remedy));
    };
    #[cfg(feature = "logs")]
    let logs = parts.logs.of_trace(id).iter().map(|record| LogRow::new(record)).collect();
    #[cfg(not(feature = "logs"))]
    let logs = Vec::new();
    Ok(Json(TraceDetail::new(id, &trace, logs)))
}

fn nothing_remembered() -> Problem {
    Problem::conflict(
        "telemetry is switched off",
        "set `telemetry.enabled`, and leave `web.dashboard.enabled` on",
    )
}

impl Filter {
    fn query(self) -> Result<TraceQuery, Problem> {
        let min_duration = Duration::try_from_secs_f64(self.min_duration.unwrap_or_default());
        let min_duration = min_duration.map_err(|_| {
            Problem::bad_request("`min_duration` is no duration", "say it in seconds, such as 0.25")
        })?;
        Ok(TraceQuery {
            span_name: self.operation.filter(|name| !name.is_empty()),
            has_errors: self.status.map(|status| status == TraceStatus::Error),
            min_duration,
            id: self.id.map(|id| id.trim().to_ascii_lowercase()).filter(|id| !id.is_empty()),
            limit: self.limit.unwrap_or(50).min(MOST),
        })
    }
}

impl TraceRow {
    pub(super) fn new(summary: TraceSummary, service: &str) -> Self {
        Self {
            trace_id: summary.trace_id.to_string(),
            root: summary.root,
            provider: summary.provider,
            operation: summary.operation,
            started_at: unix(summary.started_at),
            duration: seconds(summary.duration),
            spans: summary.spans,
            errors: summary.errors,
            status: if summary.errors > 0 { TraceStatus::Error } else { TraceStatus::Ok },
            service: service.to_owned(),
        }
    }
}

impl TraceDetail {
    fn new(id: TraceId, trace: &RecentTrace, mut logs: Vec<LogRow>) -> Self {
        let mut spans: Vec<&Arc<SpanData>> = trace.spans.iter().collect();
        spans.sort_by_key(|span| span.start_time);
        logs.sort_by(|a, b| a.at.total_cmp(&b.at));
        Self {
            trace_id: id.to_string(),
            started_at: unix(trace.summary.started_at),
            duration: seconds(trace.summary.duration),
            complete: trace.is_complete,
            spans: spans.into_iter().map(|span| SpanRow::new(span)).collect(),
            logs,
        }
    }
}
