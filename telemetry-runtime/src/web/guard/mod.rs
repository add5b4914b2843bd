//! Who may see the pages under `/telemetry`.

mod local;
mod refusal;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use subtle::ConstantTimeEq;

use self::refusal::Refusal;
use crate::settings::Secret;

/// Admits this machine, and everybody who has the token.
///
/// This machine is a peer on the loopback interface that asked for a loopback name and came by no proxy: a page of
/// another site cannot reach it through a browser by a name of its own (DNS rebinding), and a proxy on this machine
/// does not open it to its clients.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    token: Option<Arc<Secret>>,
}

impl Guard {
    /// Without a token only this machine is admitted; an empty token is none.
    pub(super) fn new(token: Option<Secret>) -> Self {
        Self { token: token.filter(|token| !token.expose().is_empty()).map(Arc::new) }
    }

    /// Puts the guard before all routes of `router`, and before them only: what nobody serves is not telemetry's to refuse.
    pub(super) fn around<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        router.route_layer(middleware::from_fn_with_state(self, watch))
    }

    fn judge(&self, request: &Request) -> Result<(), Refusal> {
        match (&self.token, bearer(request.headers())) {
            (Some(token), Some(offered)) => {
                let is_equal = token.expose().as_bytes().ct_eq(offered.as_bytes());
                if bool::from(is_equal) { Ok(()) } else { Err(Refusal::WrongToken) }
            }
            _ => self.judge_peer(request),
        }
    }

    fn judge_peer(&self, request: &Request) -> Result<(), Refusal> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.ok_or(Refusal::UnknownPeer)?.0.ip();
        let is_local = peer.to_canonical().is_loopback()
            && local::asks_for_loopback(request)
            && !local::is_forwarded(request.headers());
        match (is_local, &self.token) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(Refusal::TokenWanted),
            (false, None) => Err(Refusal::NotLocal),
        }
    }
}

async fn watch(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut response = match guard.judge(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The token of `Authorization: Bearer ..`; the scheme's case does not matter (RFC 9110, 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
