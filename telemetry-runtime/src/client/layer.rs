//! The tower layer around an HTTP client.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::outgoing::{OutgoingRequest, OutgoingResponse};
use crate::{
    operation::Kind,
    propagation::{has_baggage, inject, inject_for},
    trace::{Span, span},
};

/// Makes every request of an HTTP client a client span, and hands the context on in its headers.
///
/// It takes any tower service of `http` requests; with the feature `reqwest` also `reqwest::Client`. The span ends with
/// the head of the answer; 4xx and 5xx are errors for a client.
///
/// ```
/// use telemetry_runtime::HttpClientLayer;
/// use tower_layer::Layer;
/// # let client = ();
///
/// let client = HttpClientLayer::new().layer(client);
/// # let _ = client;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpClientLayer {
    _private: (),
}

impl HttpClientLayer {
    /// Needs nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { _private: () }
    }
}

impl<S> Layer<S> for HttpClientLayer {
    type Service = HttpClientService<S>;

    fn layer(&self, inner: S) -> HttpClientService<S> {
        HttpClientService { inner }
    }
}

/// The service of [`HttpClientLayer`].
///
/// ```
/// use http::{Request, Response};
/// use telemetry_runtime::{HttpClientLayer, HttpClientService};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Any client: `reqwest::Client`, hyper's, or this one, which answers itself.
/// let client = service_fn(async |request: Request<()>| {
///     Ok::<_, std::convert::Infallible>(Response::new(request.headers().contains_key("traceparent")))
/// });
/// let client: HttpClientService<_> = HttpClientLayer::new().layer(client);
/// let answer = client.oneshot(Request::get("http://api.example/quotes").body(())?).await?;
/// assert!(answer.into_body(), "the trace went along");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HttpClientService<S> {
    inner: S,
}

impl<S, Q> Service<Q> for HttpClientService<S>
where
    S: Service<Q, Response: OutgoingResponse>,
    Q: OutgoingRequest,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = OutgoingFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Q) -> OutgoingFuture<S::Future> {
        let span = client_span(&request);
        let entered = span.enter();
        match has_baggage().then(|| request.target().host) {
            Some(host) => inject_for(&host, request.headers_mut()),
            None => inject(request.headers_mut()),
        }
        let future = self.inner.call(request);
        drop(entered);
        OutgoingFuture { future, span }
    }
}

/// The span of a request, as OpenTelemetry's conventions for HTTP clients have it.
fn client_span(request: &impl OutgoingRequest) -> Span {
    let method = request.method().as_str();
    let span = span(method.to_owned()).kind(Kind::Client).start();
    if span.is_recording() {
        let target = request.target();
        span.set_attribute("http.request.method", method.to_owned());
        span.set_attribute("url.full", target.url());
        span.set_attribute("server.address", target.host);
        if let Some(port) = target.port {
            span.set_attribute("server.port", i64::from(port));
        }
    }
    span
}

pin_project! {
    /// The future of [`HttpClientService`].
    ///
    /// ```
    /// use http::{Request, Response};
    /// use telemetry_runtime::{HttpClientLayer, OutgoingFuture};
    /// use tower::{Layer, Service, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = service_fn(async |_: Request<()>| Ok::<_, std::convert::Infallible>(Response::new(())));
    /// let mut client = HttpClientLayer::new().layer(client);
    /// let answer: OutgoingFuture<_> = client.call(Request::get("http://api.example/").body(())?);
    /// assert!(answer.await?.status().is_success());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct OutgoingFuture<F> {
        #[pin]
        future: F,
        span: Span,
    }
}

impl<F, R, E> Future for OutgoingFuture<F>
where
    F: Future<Output = Result<R, E>>,
    R: OutgoingResponse,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let entered = this.span.enter();
        let polled = this.future.poll(cx);
        drop(entered);
        let answer = ready!(polled);
        match &answer {
            Ok(response) => {
                let status = response.status();
                this.span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
                if status.is_client_error() || status.is_server_error() {
                    this.span.fail(status.as_str());
                }
            }
            Err(_) => this.span.fail(crate::outcome::ErrorLabel::type_name_of::<E>().as_str()),
        }
        this.span.finish();
        Poll::Ready(answer)
    }
}
