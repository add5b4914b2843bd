//! Contexts for futures: current during a poll, never across an await.

use std::{future::Future, pin::Pin, task, task::Poll};

use pin_project_lite::pin_project;

use super::{Context, current};

/// Gives futures a context.
pub trait TelemetryFutureExt: Future + Sized {
    /// Makes `context` current for the time of each poll.
    ///
    /// ```
    /// use telemetry_runtime::{current_span, extract, TelemetryFutureExt};
    ///
    /// # async fn reply() {}
    /// # fn example(headers: &http::HeaderMap) -> impl Future<Output = ()> {
    /// reply().with_context(extract(headers))
    /// # }
    /// ```
    fn with_context(self, context: Context) -> InContext<Self> {
        InContext { future: self, context }
    }
}

impl<F: Future> TelemetryFutureExt for F {}

pin_project! {
    /// A future that runs in a context of its own.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct InContext<F> {
        #[pin]
        future: F,
        context: Context,
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = current::enter(this.context);
        this.future.poll(cx)
    }
}
