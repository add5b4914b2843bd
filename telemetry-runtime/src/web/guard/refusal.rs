//! Why a request was not admitted, and what would help.

use std::time::Duration;

use axum::{
    Json,
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, Method, StatusCode, header};

/// Why a request was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web) enum Refusal {
    /// The server does not say who asks.
    UnknownPeer,
    /// Not this machine, and nobody else is admitted.
    NotLocal,
    /// Not this machine, and no token.
    TokenWanted,
    /// Another token than ours.
    WrongToken,
    /// Another token than ours, too often; so long to wait.
    TooOften(Duration),
    /// A page of another site makes a browser send it.
    OtherSite,
    /// It would change something, and a form of another site could send it as well.
    IntentWanted,
    /// There are no random bytes to make a session of.
    #[cfg(feature = "dashboard")]
    NoSession,
}

/// What a refusal has to know of the request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    is_api: bool,
    /// A person, who may log in.
    may_log_in: bool,
}

impl Asked {
    pub(super) fn of(request: &Request, has_token: bool) -> Self {
        let accepts = request.headers().get(header::ACCEPT).and_then(|accepts| accepts.to_str().ok());
        let is_person =
            request.method() == Method::GET && accepts.is_some_and(|types| types.contains("text/html"));
        let is_api = is_api(request.uri().path());
        Self { is_api, may_log_in: cfg!(feature = "dashboard") && has_token && is_person && !is_api }
    }
}

/// Whether programs read the answer.
pub(super) fn is_api(path: &str) -> bool {
    path.starts_with("/telemetry/api/")
}

impl Refusal {
    /// What is wrong, and what would help.
    pub(in crate::web) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownPeer => (
                "The peer is unknown.",
                "Serve the application with `telemetry_runtime::serve`, or with \
                 `into_make_service_with_connect_info::<SocketAddr>()`, or set `web.token`.",
            ),
            Self::NotLocal => (
                "Only this machine sees these pages: a loopback peer, a loopback name in `Host`, no proxy.",
                "Set `web.token` and send it as `Authorization: Bearer ..` to see them from elsewhere.",
            ),
            Self::TokenWanted => (
                "Only this machine needs no token.",
                "Send the token of `web.token` as `Authorization: Bearer ..`.",
            ),
            Self::WrongToken => {
                ("The token is not that of `web.token`.", "Look it up in the service's settings.")
            }
            Self::TooOften(_) => (
                "The token was wrong too often.",
                "Wait as long as `Retry-After` says, in seconds, and try again.",
            ),
            Self::OtherSite => (
                "A page of another site sent this.",
                "Use the page of this service, or a program without a browser.",
            ),
            Self::IntentWanted => (
                "This changes something and has no header `X-Telemetry-Request`.",
                "Send `X-Telemetry-Request: 1` with it.",
            ),
            #[cfg(feature = "dashboard")]
            Self::NoSession => (
                "This machine has no random bytes to make a session of.",
                "Send the token as `Authorization: Bearer ..` instead.",
            ),
        }
    }

    pub(in crate::web) fn status(self) -> StatusCode {
        match self {
            Self::UnknownPeer | Self::NotLocal | Self::OtherSite | Self::IntentWanted => {
                StatusCode::FORBIDDEN
            }
            Self::TokenWanted | Self::WrongToken => StatusCode::UNAUTHORIZED,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            #[cfg(feature = "dashboard")]
            Self::NoSession => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The whole seconds to wait, if waiting helps.
    pub(in crate::web) fn retry_after(self) -> Option<HeaderValue> {
        let Self::TooOften(wait) = self else { return None };
        Some(HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)))
    }

    pub(super) fn answer(self, asked: &Asked) -> Response {
        let is_for_login = matches!(self, Self::TokenWanted | Self::UnknownPeer);
        if asked.may_log_in && is_for_login {
            return Redirect::to(super::LOGIN).into_response();
        }
        let (error, remedy) = self.words();
        let mut response = if asked.is_api {
            Json(serde_json::json!({ "error": error, "remedy": remedy })).into_response()
        } else {
            format!("{error} {remedy}\n").into_response()
        };
        *response.status_mut() = self.status();
        if self.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
