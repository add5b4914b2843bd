//! Who may see the pages under `/telemetry`, and who may change something there.

mod attempts;
mod local;
mod origin;
mod refusal;
#[cfg(feature = "dashboard")]
mod sessions;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::{self, Next},
    response::Response,
};
use http::{HeaderMap, HeaderValue, header};
use subtle::ConstantTimeEq;

pub(in crate::web) use self::refusal::Refusal;
#[cfg(feature = "dashboard")]
use self::sessions::Sessions;
use self::{attempts::Attempts, refusal::Asked};
use crate::{clock::Clock, settings::Secret, setup::WebPlan};

/// Where people log in; with a token everybody may ask for it.
pub(super) const LOGIN: &str = "/telemetry/login";

/// Where they log out.
pub(super) const LOGOUT: &str = "/telemetry/logout";

/// The files of pages, which the form of the login needs too.
const ASSETS: &str = "/telemetry/assets/";

/// Admits this machine, and everybody who has the token or has logged in with it.
///
/// This machine is a peer on the loopback interface that asked for a loopback name and came by no proxy: a page of
/// another site cannot reach it through a browser by a name of its own (DNS rebinding), and a proxy on this machine
/// does not open it to its clients.
///
/// What changes something has to be meant: no request that a page of another site could make a browser send does.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    token: Option<Secret>,
    attempts: Attempts,
    #[cfg(feature = "dashboard")]
    sessions: Sessions,
}

impl Guard {
    /// Without a token only this machine is admitted; an empty token is none.
    pub(super) fn new(plan: &WebPlan, clock: &Clock) -> Self {
        let token = plan.token.clone().filter(|token| !token.expose().is_empty());
        Self {
            inner: Arc::new(Inner {
                token,
                attempts: Attempts::new(clock.clone()),
                #[cfg(feature = "dashboard")]
                sessions: Sessions::new(clock.clone(), plan.dashboard.settings.session),
            }),
        }
    }

    /// Puts the guard before all routes of `router`, and before them only: what nobody serves is not telemetry's to refuse.
    pub(super) fn around<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        router.route_layer(middleware::from_fn_with_state(self, watch))
    }

    fn judge(&self, request: &Request) -> Result<(), Refusal> {
        self.judge_person(request)?;
        judge_intent(request)
    }

    fn judge_person(&self, request: &Request) -> Result<(), Refusal> {
        let Inner { token, .. } = &*self.inner;
        match (token, bearer(request.headers())) {
            (Some(_), Some(offered)) => self.compare(peer(request), offered),
            (Some(_), None) if self.has_session(request.headers()) || is_open(request.uri().path()) => Ok(()),
            _ => self.judge_peer(request),
        }
    }

    fn judge_peer(&self, request: &Request) -> Result<(), Refusal> {
        let peer = peer(request).ok_or(Refusal::UnknownPeer)?;
        let is_local = peer.to_canonical().is_loopback()
            && local::asks_for_loopback(request)
            && !local::is_forwarded(request.headers());
        match (is_local, &self.inner.token) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(Refusal::TokenWanted),
            (false, None) => Err(Refusal::NotLocal),
        }
    }

    /// Compares in constant time; whoever was wrong too often has to wait, also if this one is right.
    fn compare(&self, peer: Option<IpAddr>, offered: &str) -> Result<(), Refusal> {
        let Inner { token, attempts, .. } = &*self.inner;
        let Some(token) = token else { return Err(Refusal::NotLocal) };
        if let Some(wait) = attempts.wait(peer) {
            return Err(Refusal::TooOften(wait));
        }
        if token.expose().as_bytes().ct_eq(offered.as_bytes()).into() {
            return Ok(());
        }
        attempts.fail(peer);
        Err(Refusal::WrongToken)
    }

    #[cfg(feature = "dashboard")]
    fn has_session(&self, headers: &HeaderMap) -> bool {
        self.inner.sessions.knows(headers)
    }

    #[cfg(not(feature = "dashboard"))]
    fn has_session(&self, _headers: &HeaderMap) -> bool {
        false
    }
}

/// Logging in and out.
#[cfg(feature = "dashboard")]
impl Guard {
    /// Whether there is a token to log in with.
    pub(super) fn has_token(&self) -> bool {
        self.inner.token.is_some()
    }

    /// Begins a session for who has the token: the cookie that carries it.
    pub(super) fn log_in(
        &self,
        peer: Option<IpAddr>,
        offered: &str,
        is_secure: bool,
    ) -> Result<String, Refusal> {
        self.compare(peer, offered)?;
        self.inner.sessions.begin(is_secure).ok_or(Refusal::NoSession)
    }

    /// Ends the session of a request: the cookie that takes its own away.
    pub(super) fn log_out(&self, headers: &HeaderMap) -> String {
        self.inner.sessions.end(headers)
    }
}

/// Refuses what a page of another site could make a browser send.
fn judge_intent(request: &Request) -> Result<(), Refusal> {
    let path = request.uri().path();
    let is_safe = origin::is_safe(request.method());
    if (!is_safe || refusal::is_api(path)) && origin::is_foreign(request) {
        return Err(Refusal::OtherSite);
    }
    // A form has no headers of its own; a session begins or ends with it, and nothing else happens.
    let is_form = path == LOGIN || path == LOGOUT;
    if !is_safe && !is_form && !request.headers().contains_key(origin::INTENT) {
        return Err(Refusal::IntentWanted);
    }
    Ok(())
}

/// Who asks, as far as the server says so.
pub(super) fn peer(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip())
}

/// Whether everybody may see it where there is a token.
fn is_open(path: &str) -> bool {
    cfg!(feature = "dashboard") && (path == LOGIN || path.starts_with(ASSETS))
}

async fn watch(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request, guard.inner.token.is_some());
    let mut response = match guard.judge(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.answer(&asked),
    };
    harden(response.headers_mut());
    response
}

/// What browsers are told of every page: who may show it, and what it may load.
const HARDENING: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

pub(super) fn harden(headers: &mut HeaderMap) {
    for (name, value) in HARDENING {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The token of `Authorization: Bearer ..`; the scheme's case does not matter (RFC 9110, 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
