//! `/telemetry/api/operations/{id}`: one operation, and what is to be recorded of it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use opentelemetry::Value;
use opentelemetry_sdk::trace::SpanData;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::{Answer, Given, Problem, seconds, unix},
    page::Page,
    ticker,
    traces::TraceRow,
};
use crate::{
    activity::{OperationRow, STEP, Spread},
    operation::Operation,
    setup::DashboardParts,
    trace::head::wishes::{self, NotWanted, Wanted},
};

/// Errors and traces that are shown of one operation.
const MOST: usize = 20;

/// Calls, or errors, that may be wanted at once.
const MOST_WANTED: u32 = 1000;

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct OperationDetail {
    #[serde(flatten)]
    row: OperationRow,
    /// `Type::method`, or the function with its module.
    function: String,
    /// Null if it was made at run time.
    file: Option<&'static str>,
    line: Option<u32>,
    /// Upper bounds of the histogram's buckets in seconds, without the last one.
    buckets: Vec<f64>,
    /// Calls in each bucket over the window, those above all bounds last.
    histogram: Vec<u64>,
    heatmap: Heatmap,
    /// Newest first.
    recent_errors: Vec<RecentError>,
    /// The traces in which it took longest, slowest first.
    slowest: Vec<TraceRow>,
    recording: Recording,
    /// Seconds from which on a call is slow; null if none ever is.
    slow_threshold: Option<f64>,
}

/// Calls by time and by how long they took.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Heatmap {
    /// Unix seconds at which the first column begins.
    from: f64,
    /// Seconds of one column.
    step: f64,
    /// Calls in each bucket.
    columns: Vec<Vec<u32>>,
}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct RecentError {
    /// Unix seconds.
    at: f64,
    error_type: Option<String>,
    message: Option<String>,
    /// Null unless the trace is remembered.
    trace_id: Option<String>,
    #[serde(skip)]
    #[schema(ignore)]
    span_id: Option<String>,
}

/// What is still to be recorded of an operation, whatever the ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Recording {
    calls_left: u32,
    errors_left: u32,
}

/// What is to be recorded from now on; it ends by itself after five minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordOrder {
    /// The next calls, at most 1000.
    calls: Option<u32>,
    /// The next calls that fail, at most 1000.
    errors: Option<u32>,
}

/// What is still to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct RecordAnswer {
    recording: Recording,
}

/// One operation.
#[utoipa::path(
    get,
    path = "/telemetry/api/operations/{id}",
    tag = "operations",
    params(("id" = String, Path, description = "`provider.operation`.")),
    responses(
        (status = 200, description = "The operation.", body = OperationDetail),
        (status = 404, description = "There is no such operation.", body = Problem)
    )
)]
pub(super) async fn get(State(page): State<Arc<Page>>, Path(id): Path<String>) -> Answer<OperationDetail> {
    ticker::keep_going(&page);
    let seen = page.look(|moment, activity| {
        let known = moment.operation(&id)?;
        let (row, spread) = (activity.row(moment, known), activity.spread(moment, known));
        Some((known.operation, row, spread, known.bounds().to_vec()))
    });
    let (operation, row, Spread { histogram, from, columns }, buckets) = seen.ok_or_else(unknown)?;
    let location = operation.location();
    let step = STEP.as_secs_f64();
    Ok(Json(OperationDetail {
        row,
        function: operation.function(),
        file: location.map(|(file, _)| file),
        line: location.map(|(_, line)| line),
        buckets,
        histogram,
        heatmap: Heatmap { from: unix(page.wall(from)), step, columns },
        recent_errors: page.telemetry.dashboard().map(|parts| errors(parts, operation)).unwrap_or_default(),
        slowest: slowest(&page, &id),
        recording: wishes::of(operation).into(),
        slow_threshold: operation.slow_threshold().map(seconds),
    }))
}

/// Records the next calls, or the next errors, whatever the ratio.
#[utoipa::path(
    post,
    path = "/telemetry/api/operations/{id}/record",
    tag = "operations",
    params(("id" = String, Path, description = "`provider.operation`.")),
    request_body = RecordOrder,
    responses(
        (status = 200, description = "What is still to be recorded.", body = RecordAnswer),
        (status = 404, description = "There is no such operation.", body = Problem),
        (status = 409, description = "Its calls cannot be recorded.", body = Problem)
    )
)]
pub(super) async fn record(
    State(page): State<Arc<Page>>,
    Path(id): Path<String>,
    Given(order): Given<RecordOrder>,
) -> Answer<RecordAnswer> {
    let is_too_much = [order.calls, order.errors].into_iter().flatten().any(|count| count > MOST_WANTED);
    if is_too_much || (order.calls, order.errors) == (None, None) {
        let remedy =
            format!("say `{{ \"calls\": 20 }}` or `{{ \"errors\": 1 }}`, each at most {MOST_WANTED}");
        return Err(Problem::bad_request("nothing that could be recorded", remedy));
    }
    let operation = find(&page, &id)?;
    let before = wishes::of(operation);
    let wanted =
        Wanted { calls: order.calls.unwrap_or(before.calls), errors: order.errors.unwrap_or(before.errors) };
    wishes::want(operation, wanted).map_err(not_wanted)?;
    Ok(Json(RecordAnswer { recording: wishes::of(operation).into() }))
}

/// Records by the ratio alone again.
#[utoipa::path(
    delete,
    path = "/telemetry/api/operations/{id}/record",
    tag = "operations",
    params(("id" = String, Path, description = "`provider.operation`.")),
    responses(
        (status = 200, description = "Nothing is to be recorded.", body = RecordAnswer),
        (status = 404, description = "There is no such operation.", body = Problem)
    )
)]
pub(super) async fn end_recording(
    State(page): State<Arc<Page>>,
    Path(id): Path<String>,
) -> Answer<RecordAnswer> {
    let operation = find(&page, &id)?;
    if wishes::of(operation) != Wanted::default() {
        wishes::want(operation, Wanted::default()).map_err(not_wanted)?;
    }
    Ok(Json(RecordAnswer { recording: wishes::of(operation).into() }))
}

fn find(page: &Arc<Page>, id: &str) -> Result<&'static Operation, Problem> {
    let found = page.telemetry.catalog().into_iter().find(|operation| super::id(operation) == id);
    found.ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::not_found("there is no such operation", "take an `id` of `/telemetry/api/overview`")
}

fn not_wanted(why: NotWanted) -> Problem {
    let (error, remedy) = match why {
        NotWanted::NotRecording => {
            ("no spans are recorded", "switch `tracing.enabled` and one of the `exporters` on")
        }
        NotWanted::SamplerDecides => (
            "the program's own sampler decides",
            "leave the sampler out of the builder, and use the settings",
        ),
        NotWanted::NoSpan => {
            ("the operation never has a span", "take `sample = never` away, or use `#[trace]`")
        }
        NotWanted::TooMany => ("too many operations are recorded already", "end some of them"),
    };
    Problem::conflict(error, remedy)
}

impl From<Wanted> for Recording {
    fn from(wanted: Wanted) -> Self {
        Self { calls_left: wanted.calls, errors_left: wanted.errors }
    }
}

fn slowest(page: &Page, id: &str) -> Vec<TraceRow> {
    let Some(parts) = page.telemetry.dashboard() else { return Vec::new() };
    let service = page.telemetry.service_name();
    let slowest = parts.traces.slowest(id, MOST).into_iter();
    slowest.map(|summary| TraceRow::new(summary, service)).collect()
}

/// What recorded spans and log records tell of failed calls, each call once.
fn errors(parts: &DashboardParts, operation: &'static Operation) -> Vec<RecentError> {
    let spans = parts.traces.failed(&super::id(operation), MOST);
    let mut errors: Vec<RecentError> = spans.iter().map(|span| RecentError::of_span(span)).collect();
    #[cfg(feature = "logs")]
    for record in parts.logs.errors_of(operation.provider(), operation.name()) {
        let error = RecentError::of_record(parts, &record);
        if error.span_id.is_none() || errors.iter().all(|known| known.span_id != error.span_id) {
            errors.push(error);
        }
    }
    errors.sort_by(|a, b| b.at.total_cmp(&a.at));
    errors.truncate(MOST);
    errors
}

impl RecentError {
    fn of_span(span: &SpanData) -> Self {
        let message = match &span.status {
            opentelemetry::trace::Status::Error { description } if !description.is_empty() => {
                Some(description.to_string())
            }
            _ => None,
        };
        Self {
            at: unix(span.end_time),
            error_type: text(&span.attributes, "error.type"),
            message,
            trace_id: Some(span.span_context.trace_id().to_string()),
            span_id: Some(span.span_context.span_id().to_string()),
        }
    }

    #[cfg(feature = "logs")]
    fn of_record(parts: &DashboardParts, record: &crate::export::LogRecord) -> Self {
        let trace = record.span.map(|span| span.trace_id).filter(|id| parts.traces.knows(*id));
        Self {
            at: unix(record.time),
            error_type: text(&record.fields, "error.type"),
            message: text(&record.fields, "error.message"),
            trace_id: trace.map(|id| id.to_string()),
            span_id: record.span.map(|span| span.span_id.to_string()),
        }
    }
}

fn text(attributes: &[opentelemetry::KeyValue], key: &str) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.key.as_str() == key)?;
    match &attribute.value {
        Value::String(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}
