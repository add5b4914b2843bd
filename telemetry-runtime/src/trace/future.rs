//! Contexts for futures: current during a poll, never across an await.

use std::{future::Future, pin::Pin, task, task::Poll};

use pin_project_lite::pin_project;

use super::{Context, Span, current};

/// Gives futures a context.
///
/// ```
/// use telemetry_runtime::{TelemetryFutureExt, current_span, span};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let place = async { current_span() };
/// assert!(place.in_span(span("part").start()).await.is_valid());
/// # }
/// ```
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

    /// Runs under what is current here and now, wherever its task runs.
    fn in_current_span(self) -> InContext<Self> {
        self.with_context(Context::current())
    }

    /// Makes `span` current for the time of each poll, and ends it with the future.
    fn in_span(self, span: Span) -> InSpan<Self> {
        InSpan { future: self, span }
    }
}

impl<F: Future> TelemetryFutureExt for F {}

pin_project! {
    /// A future that runs in a context of its own.
    ///
    /// ```
    /// use telemetry_runtime::{Context, InContext, TelemetryFutureExt, current_span};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let apart: InContext<_> = async { current_span() }.with_context(Context::NONE);
    /// assert!(!apart.await.is_valid());
    /// # }
    /// ```
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct InContext<F> {
        #[pin]
        future: F,
        context: Context,
    }
}

pin_project! {
    /// A future that runs in a span of its own.
    ///
    /// ```
    /// use telemetry_runtime::{InSpan, TelemetryFutureExt, span};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let part: InSpan<_> = async { 42 }.in_span(span("part").start());
    /// assert_eq!(part.await, 42);
    /// # }
    /// ```
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct InSpan<F> {
        #[pin]
        future: F,
        span: Span,
    }
}

impl<F: Future> Future for InSpan<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        this.future.poll(cx)
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

/// Spawns `future` on tokio, under what is current here.
///
/// A plain `tokio::spawn` begins a trace of its own.
///
/// ```
/// use telemetry_runtime::{Operation, current_span, spawn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let operation = Operation::new("doc", "spawn");
/// let (here, there) = operation
///     .run_async(async { Some((current_span(), spawn(async { current_span() }).await.ok()?)) })
///     .await
///     .expect("it did not panic");
/// assert_eq!(here.trace_id(), there.trace_id());
/// # }
/// ```
#[cfg(feature = "_background")]
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    tokio::spawn(future.in_current_span())
}
