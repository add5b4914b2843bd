//! Answers of the API.

use std::time::{Duration, SystemTime};

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Query, Request, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

/// What went wrong, and what would help.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Problem {
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) status: StatusCode,
    /// What went wrong.
    pub(crate) error: String,
    /// What would help.
    pub(crate) remedy: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { status, error: error.into(), remedy: remedy.into() }
    }

    pub(super) fn not_found(error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error, remedy)
    }

    pub(super) fn conflict(error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, error, remedy)
    }

    pub(super) fn bad_request(error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, remedy)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}

/// What a request says in JSON.
pub(super) struct Given<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let given = Json::<T>::from_request(request, state).await;
        let remedy = "see `/telemetry/docs` for what may be said";
        let problem =
            |rejection: JsonRejection| Problem::new(rejection.status(), rejection.body_text(), remedy);
        given.map(|Json(given)| Self(given)).map_err(problem)
    }
}

/// What the address of a request asks for.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asked = Query::<T>::from_request_parts(parts, state).await;
        let remedy = "see `/telemetry/docs` for what may be asked";
        asked.map(|Query(asked)| Self(asked)).map_err(|wrong| Problem::bad_request(wrong.body_text(), remedy))
    }
}

/// An answer, or what was wrong with the question.
pub(super) type Answer<T> = Result<Json<T>, Problem>;

/// Seconds since 1970.
pub(super) fn unix(time: SystemTime) -> f64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    seconds(since)
}

/// To the microsecond, which a number of JSON holds exactly enough.
pub(super) fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e6
}
