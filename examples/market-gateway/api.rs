//! What the gateway answers over HTTP.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use telemetry_runtime as telemetry;
use utoipa::{OpenApi, ToSchema};

use crate::{
    feed::FeedError,
    gateway::Gateway,
    quote::{Quote, Source},
};

/// What the gateway answers, in words that programs read.
#[derive(OpenApi)]
#[openapi(
    info(title = "Market gateway", description = "Quotes from a cache, an exchange or a database."),
    paths(quote)
)]
struct Description;

/// The gateway's routes, and at `/docs` a page that shows them.
pub(crate) fn routes(gateway: Gateway) -> Result<Router, serde_json::Error> {
    let api = Router::new().route("/api/data/{symbol}", get(quote)).with_state(Arc::new(gateway));
    Ok(api.merge(telemetry::api_page("/docs", Description::openapi().to_json()?)))
}

/// What a symbol is worth, and where that is from.
#[utoipa::path(
    get,
    path = "/api/data/{symbol}",
    params(("symbol" = String, Path, description = "Such as `ACME`.")),
    responses(
        (status = 200, description = "The quote.", body = Found),
        (status = 404, description = "The exchange does not list the symbol.", body = Refusal),
        (status = 502, description = "The exchange failed, and no quote was known.", body = Refusal),
        (status = 503, description = "The exchange has failed so often that it is left alone.", body = Refusal),
        (status = 504, description = "The exchange took too long, and no quote was known.", body = Refusal)
    )
)]
async fn quote(State(gateway): State<Arc<Gateway>>, Path(symbol): Path<String>) -> Response {
    match gateway.quote(&symbol).await {
        Ok(Some((quote, source))) => Json(Found { quote, source }).into_response(),
        Ok(None) => {
            let error = format!("the exchange does not list `{symbol}`");
            (StatusCode::NOT_FOUND, Json(Refusal { error })).into_response()
        }
        Err(error) => refuse(&error),
    }
}

#[derive(Serialize, ToSchema)]
struct Found {
    #[serde(flatten)]
    quote: Quote,
    source: Source,
}

#[derive(Serialize, ToSchema)]
struct Refusal {
    error: String,
}

fn refuse(error: &FeedError) -> Response {
    let refusal = Json(Refusal { error: error.to_string() });
    match error {
        FeedError::BreakerOpen(open) => {
            // Without a time all probes are out, and the next second decides.
            let after = whole_seconds(open.retry_after().unwrap_or_default());
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, after)], refusal).into_response()
        }
        FeedError::Timeout => (StatusCode::GATEWAY_TIMEOUT, refusal).into_response(),
        FeedError::Unreachable(_) | FeedError::Status(_) | FeedError::Malformed(_) => {
            (StatusCode::BAD_GATEWAY, refusal).into_response()
        }
    }
}

/// Rounded up: a client that comes back earlier is refused again.
fn whole_seconds(time: Duration) -> u64 {
    let begun = u64::from(time.subsec_nanos() > 0);
    (time.as_secs() + begun).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_rounded_up() {
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds, "{millis} ms");
        }
    }
}
