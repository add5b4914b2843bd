//! The futures of the adapter service.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use crate::{
    breaker::BreakerOpen,
    call::{FromOpen, Instrumented, Live, Protected},
    classify::Judge,
};

pin_project! {
    /// The future of an [`AdapterService`](super::AdapterService) without a breaker.
    ///
    /// ```
    /// use telemetry_runtime::{AdapterFuture, AdapterLayer};
    /// use tower::{Layer, Service, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let quotes = service_fn(async |symbol: &str| if symbol == "ACME" { Ok(101.5) } else { Err(std::fmt::Error) });
    /// let mut quotes = AdapterLayer::new("doc_adapter_future", "quote").layer(quotes);
    /// let answer: AdapterFuture<_, _> = quotes.call("ACME");
    /// assert_eq!(answer.await, Ok(101.5));
    /// # }
    /// ```
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct AdapterFuture<F, J> {
        #[pin]
        call: Instrumented<F, J>,
    }
}

impl<F, J> AdapterFuture<F, J> {
    pub(super) fn new(fut: F, live: Live, pick: J) -> Self {
        Self { call: Instrumented { fut, live, pick } }
    }
}

impl<F: Future, J: Judge<F::Output>> Future for AdapterFuture<F, J> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().call.poll(cx)
    }
}

pin_project! {
    /// The future of an [`AdapterService`](super::AdapterService) with a breaker.
    ///
    /// ```
    /// use telemetry_runtime::{AdapterLayer, BreakerOpen, CircuitBreaker, ErrorType, ProtectedAdapterFuture};
    /// use tower::{Layer, Service, service_fn};
    ///
    /// #[derive(Debug, PartialEq, ErrorType)]
    /// struct Refused;
    /// # impl std::fmt::Display for Refused {
    /// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("refused") }
    /// # }
    ///
    /// impl From<BreakerOpen> for Refused {
    ///     fn from(_: BreakerOpen) -> Self {
    ///         Self
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let breaker = CircuitBreaker::named("doc.protected_future");
    /// let quotes = service_fn(async |_: &str| Ok::<_, Refused>(101.5));
    /// let mut quotes = AdapterLayer::new("doc_protected_future", "quote").breaker(&breaker).layer(quotes);
    /// breaker.force_open();
    /// let answer: ProtectedAdapterFuture<_, _> = quotes.call("ACME");
    /// assert_eq!(answer.await, Err(Refused));
    /// # }
    /// ```
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct ProtectedAdapterFuture<F, J> {
        #[pin]
        admitted: Admitted<F, J>,
    }
}

pin_project! {
    #[project = AdmittedProjection]
    #[derive(Debug)]
    enum Admitted<F, J> {
        Running { #[pin] call: Protected<F, J> },
        Refused { open: BreakerOpen },
    }
}

impl<F, J> ProtectedAdapterFuture<F, J> {
    pub(super) fn running(fut: F, live: Live, pick: J) -> Self {
        Self { admitted: Admitted::Running { call: Protected { fut, live, pick } } }
    }

    pub(super) fn refused(open: BreakerOpen) -> Self {
        Self { admitted: Admitted::Refused { open } }
    }
}

impl<F: Future<Output: FromOpen>, J: Judge<F::Output>> Future for ProtectedAdapterFuture<F, J> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().admitted.project() {
            AdmittedProjection::Running { call } => call.poll(cx),
            AdmittedProjection::Refused { open } => Poll::Ready(F::Output::from_open(*open)),
        }
    }
}
