//! The body of an answer, watched until its end.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::request::RunningRequest;

pin_project! {
    /// The body of an answer; its request ends when the body does, or is cancelled when it is dropped before.
    ///
    /// ```
    /// use axum::{Router, body::Body, extract::Request};
    /// use http_body_util::BodyExt;
    /// use telemetry_runtime::{Telemetry, TrackedBody};
    /// use tower::{Layer, Service};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telemetry = Telemetry::builder().build()?;
    /// let mut service = telemetry.layer().layer(Router::<()>::new());
    /// let answer = service.call(Request::get("/nowhere").body(Body::empty())?).await?;
    /// let body: TrackedBody<_> = answer.into_body();
    /// assert!(body.collect().await?.to_bytes().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    pub struct TrackedBody<B> {
        #[pin]
        body: B,
        request: Option<RunningRequest>,
    }
}

impl<B: Body> TrackedBody<B> {
    pub(super) fn new(body: B, request: Option<RunningRequest>) -> Self {
        let mut tracked = Self { body, request };
        if tracked.body.is_end_stream() {
            complete(&mut tracked.request);
        }
        tracked
    }
}

fn complete(request: &mut Option<RunningRequest>) {
    if let Some(mut request) = request.take() {
        request.complete();
    }
}

impl<B: Body> Body for TrackedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut this = self.project();
        let polled = this.body.as_mut().poll_frame(cx);
        // A server that knows the length does not ask for the end after the last frame.
        let is_end = matches!(polled, Poll::Ready(None)) || this.body.is_end_stream();
        if is_end && !matches!(polled, Poll::Ready(Some(Err(_)))) {
            complete(this.request);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
