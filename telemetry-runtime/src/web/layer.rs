//! The tower layer that counts requests.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::{body::TrackedBody, endpoints::Excluded, request::RunningRequest};
use crate::{
    metrics::MetricRegistry,
    propagation::extract,
    setup::Plan,
    trace::{self, InContext, TelemetryFutureExt},
};

/// Counts requests by route, method and status, and takes over their trace context.
///
/// [`setup_telemetry`](crate::setup_telemetry) adds it; add it by hand with `Telemetry::layer`. It must lie around a
/// router's routes, not before the router, to know the route's template.
///
/// ```
/// use axum::{Router, routing::get};
/// use telemetry_runtime::Telemetry;
///
/// let telemetry = Telemetry::builder().build()?;
/// let layer = telemetry.layer();
/// let app: Router = Router::new().route("/quotes/{symbol}", get(|| async { "101.5" })).layer(layer);
/// # let _ = app;
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HttpServerLayer {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    registry: Arc<MetricRegistry>,
    excluded: Excluded,
    trusts_context: bool,
    is_on: bool,
}

impl HttpServerLayer {
    pub(crate) fn new(registry: Arc<MetricRegistry>, plan: &Plan) -> Self {
        Self {
            shared: Arc::new(Shared {
                registry,
                excluded: Excluded::new(&plan.web.exclude_endpoints),
                trusts_context: plan.web.trust_incoming_context,
                is_on: plan.enabled,
            }),
        }
    }
}

impl<S> Layer<S> for HttpServerLayer {
    type Service = HttpServerService<S>;

    fn layer(&self, inner: S) -> HttpServerService<S> {
        HttpServerService { inner, shared: Arc::clone(&self.shared) }
    }
}

/// The service of [`HttpServerLayer`].
///
/// ```
/// use axum::Router;
/// use telemetry_runtime::{HttpServerService, Telemetry};
/// use tower::Layer;
///
/// let telemetry = Telemetry::builder().build()?;
/// let service: HttpServerService<Router> = telemetry.layer().layer(Router::new());
/// # let _ = service;
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HttpServerService<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S, Q, R> Service<Request<Q>> for HttpServerService<S>
where
    S: Service<Request<Q>, Response = Response<R>>,
    R: Body,
{
    type Response = Response<TrackedBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Q>) -> ResponseFuture<S::Future> {
        let shared = &self.shared;
        let is_watched = shared.is_on && !shared.excluded.contains(request.uri().path());
        let parent = if shared.trusts_context { extract(request.headers()) } else { trace::Context::NONE };
        let running = is_watched.then(|| RunningRequest::start(&shared.registry, &request, &parent));
        let context = running.as_ref().map_or(parent, RunningRequest::context);
        ResponseFuture { future: self.inner.call(request).with_context(context), request: running }
    }
}

pin_project! {
    /// The future of [`HttpServerService`].
    ///
    /// ```
    /// use axum::{Router, body::Body, extract::Request};
    /// use telemetry_runtime::{ResponseFuture, Telemetry};
    /// use tower::{Layer, Service};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telemetry = Telemetry::builder().build()?;
    /// let mut service = telemetry.layer().layer(Router::<()>::new());
    /// let answer: ResponseFuture<_> = service.call(Request::get("/nowhere").body(Body::empty())?);
    /// assert_eq!(answer.await?.status(), 404);
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        future: InContext<F>,
        request: Option<RunningRequest>,
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body,
{
    type Output = Result<Response<TrackedBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.future.poll(cx));
        let mut request = this.request.take();
        Poll::Ready(match answer {
            Ok(response) => {
                if let Some(request) = &mut request {
                    request.answer(response.status());
                }
                Ok(response.map(|body| TrackedBody::new(body, request)))
            }
            Err(error) => {
                if let Some(request) = &mut request {
                    request.answer(http::StatusCode::INTERNAL_SERVER_ERROR);
                    request.complete();
                }
                Err(error)
            }
        })
    }
}
