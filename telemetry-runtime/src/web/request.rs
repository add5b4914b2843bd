//! One request from its head to the end of its answer.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::extract::MatchedPath;
use http::{Request, StatusCode};

use crate::{
    metrics::{MetricRegistry, RequestLabels, known_method},
    operation::Kind,
    trace::{Context, Span, span},
};

/// A running request; counted once, when it is dropped, and a span until then.
#[derive(Debug)]
pub(super) struct RunningRequest {
    registry: Arc<MetricRegistry>,
    span: Span,
    active: Arc<AtomicI64>,
    method: &'static str,
    scheme: &'static str,
    route: Option<Arc<str>>,
    start: u64,
    status: Option<StatusCode>,
    /// The whole answer was handed over.
    is_complete: bool,
}

impl RunningRequest {
    /// Begins under `parent`, which is none if the caller's context is not trusted.
    pub(super) fn start<B>(registry: &Arc<MetricRegistry>, request: &Request<B>, parent: &Context) -> Self {
        let method = known_method(request.method().as_str());
        let scheme = if request.uri().scheme_str() == Some("https") { "https" } else { "http" };
        let active = registry.http_server().active(method, scheme);
        active.fetch_add(1, Ordering::Relaxed);
        let route: Option<Arc<str>> =
            request.extensions().get::<MatchedPath>().map(|path| path.as_str().into());
        Self {
            active,
            span: server_span(request, method, scheme, route.as_ref(), parent),
            method,
            scheme,
            route,
            start: registry.http_server().clock().ticks(),
            registry: Arc::clone(registry),
            status: None,
            is_complete: false,
        }
    }

    /// What the handler runs in.
    pub(super) fn context(&self) -> Context {
        self.span.context()
    }

    /// The head of the answer is known.
    pub(super) fn answer(&mut self, status: StatusCode) {
        self.status = Some(status);
    }

    /// Nothing of the answer is left to send.
    pub(super) fn complete(&mut self) {
        self.is_complete = true;
    }

    /// The handler's panic is the server's error; a client that left before the end of its answer has cancelled.
    fn final_status(&self) -> Option<u16> {
        if self.is_complete {
            self.status.map(|status| status.as_u16())
        } else if std::thread::panicking() {
            Some(StatusCode::INTERNAL_SERVER_ERROR.as_u16())
        } else {
            None
        }
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        self.active.fetch_sub(1, Ordering::Relaxed);
        let server = self.registry.http_server();
        let status = self.final_status();
        match status {
            Some(status) => {
                self.span.set_attribute("http.response.status_code", i64::from(status));
                if status >= 500 {
                    self.span.fail(&status.to_string());
                }
            }
            None => self.span.set_attribute("error.type", "cancelled"),
        }
        let labels =
            RequestLabels { method: self.method, route: self.route.take(), status, scheme: self.scheme };
        server.finish(labels, server.clock().ticks().saturating_sub(self.start), self.span.sampled_words());
    }
}

/// The span of a request, as OpenTelemetry's conventions for HTTP servers have it; the query stays out.
fn server_span<B>(
    request: &Request<B>,
    method: &'static str,
    scheme: &'static str,
    route: Option<&Arc<str>>,
    parent: &Context,
) -> Span {
    let name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"));
    let span = span(name).kind(Kind::Server).parent(parent).route(route.cloned()).start();
    if span.is_recording() {
        span.set_attribute("http.request.method", method);
        span.set_attribute("url.scheme", scheme);
        span.set_attribute("url.path", request.uri().path().to_owned());
        if let Some(route) = route {
            span.set_attribute("http.route", route.to_string());
        }
    }
    span
}
