//! The service of the adapter layer.

use std::{
    marker::PhantomData,
    task::{Context, Poll},
};

use tower_service::Service;

use super::{
    AdapterFuture, ProtectedAdapterFuture,
    layer::{ProtectedBy, Unprotected},
};
use crate::{breaker::BreakerOpen, call::Live, classify::Judge, operation::Operation};

/// The service of [`AdapterLayer`](super::AdapterLayer).
///
/// ```
/// use telemetry_runtime::{AdapterLayer, AdapterService};
/// use tower::{Layer, service_fn};
///
/// let quotes = service_fn(async |_: &str| Ok::<_, std::fmt::Error>(101.5));
/// let quotes: AdapterService<_, _, _> = AdapterLayer::new("finnhub", "quote").layer(quotes);
/// assert_eq!(quotes.operation().provider(), "finnhub");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AdapterService<S, J, B> {
    inner: S,
    operation: &'static Operation,
    judge: J,
    protected: PhantomData<B>,
}

impl<S, J, B> AdapterService<S, J, B> {
    pub(super) fn new(inner: S, operation: &'static Operation, judge: J) -> Self {
        Self { inner, operation, judge, protected: PhantomData }
    }

    /// What its calls are counted under.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }
}

impl<S, Q, J> Service<Q> for AdapterService<S, J, Unprotected>
where
    S: Service<Q>,
    J: Judge<Result<S::Response, S::Error>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = AdapterFuture<S::Future, J>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Q) -> Self::Future {
        let (live, future) = Live::begun(self.operation, || self.inner.call(request));
        AdapterFuture::new(future, live, self.judge)
    }
}

impl<S, Q, J> Service<Q> for AdapterService<S, J, ProtectedBy>
where
    S: Service<Q, Error: From<BreakerOpen>>,
    J: Judge<Result<S::Response, S::Error>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ProtectedAdapterFuture<S::Future, J>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    /// Asks the breaker first: a service may begin its work here, before its future is polled.
    fn call(&mut self, request: Q) -> Self::Future {
        match Live::begun_admitted(self.operation, || self.inner.call(request)) {
            Ok((live, future)) => ProtectedAdapterFuture::running(future, live, self.judge),
            Err(open) => ProtectedAdapterFuture::refused(open),
        }
    }
}
