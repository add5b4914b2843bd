//! Why a request was not admitted, and what would help.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// Why a request was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The server does not say who asks.
    UnknownPeer,
    /// Not this machine, and nobody else is admitted.
    NotLocal,
    /// Not this machine, and no token.
    TokenWanted,
    /// Another token than ours.
    WrongToken,
}

impl Refusal {
    fn text(self) -> &'static str {
        match self {
            Self::UnknownPeer => {
                "The peer is unknown. Serve the application with `telemetry_runtime::serve`, or with \
                 `into_make_service_with_connect_info::<SocketAddr>()`, or set `web.token`.\n"
            }
            Self::NotLocal => {
                "Only this machine sees these pages: a loopback peer, a loopback name in `Host`, no proxy. Set \
                 `web.token` and send it as `Authorization: Bearer ..` to see them from elsewhere.\n"
            }
            Self::TokenWanted => "Send the token of `web.token` as `Authorization: Bearer ..`.\n",
            Self::WrongToken => "The token is not that of `web.token`.\n",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::UnknownPeer | Self::NotLocal => StatusCode::FORBIDDEN,
            Self::TokenWanted | Self::WrongToken => StatusCode::UNAUTHORIZED,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.text()).into_response();
        if self.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
