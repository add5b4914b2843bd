//! `/telemetry/login` and `/telemetry/logout`: a session for who has the token and a browser.

use axum::{
    body::Body,
    extract::{FromRequest, Request, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::assets;
use crate::web::guard::{self, Guard, LOGIN, Refusal};

const PAGE: &str = "/telemetry";

/// What the form sends; no longer than a token may be.
#[derive(Deserialize)]
struct Form {
    token: String,
}

const LONGEST_FORM: usize = 8 * 1024;

/// The form; where there is no token nobody has to log in.
pub(super) async fn form(State(guard): State<Guard>) -> Response {
    if guard.has_token() {
        Html(with_message("")).into_response()
    } else {
        Redirect::to(PAGE).into_response()
    }
}

/// Begins a session.
pub(super) async fn log_in(State(guard): State<Guard>, request: Request) -> Response {
    let peer = guard::peer(&request);
    // It only ever adds the attribute: whoever invents the header cannot use their own cookie without TLS.
    let is_secure = request.headers().get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    let Some(token) = token_of(request).await else {
        return (StatusCode::BAD_REQUEST, Html(with_message("The form has no token."))).into_response();
    };
    match guard.log_in(peer, token.trim(), is_secure) {
        Ok(cookie) => with_cookie(Redirect::to(PAGE), &cookie),
        Err(refusal) => refused(refusal),
    }
}

async fn token_of(request: Request) -> Option<String> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LONGEST_FORM).await.ok()?;
    let request = Request::from_parts(head, Body::from(body));
    let axum::Form(Form { token }) = axum::Form::from_request(request, &()).await.ok()?;
    Some(token)
}

/// Ends the session.
pub(super) async fn log_out(State(guard): State<Guard>, headers: HeaderMap) -> Response {
    let cookie = guard.log_out(&headers);
    with_cookie(Redirect::to(LOGIN), &cookie)
}

fn refused(refusal: Refusal) -> Response {
    let (error, remedy) = refusal.words();
    let page = Html(with_message(&format!("{error} {remedy}")));
    let mut response = (refusal.status(), page).into_response();
    if let Some(seconds) = refusal.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn with_cookie(answer: Redirect, cookie: &str) -> Response {
    let mut response = answer.into_response();
    // Made of digits and words of ours.
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The form with a message of ours, which needs no escaping.
fn with_message(message: &str) -> String {
    assets::text("login.html").replace("{{message}}", message)
}
