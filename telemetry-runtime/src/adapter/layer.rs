//! The tower layer around an adapter.

use tower_layer::Layer;

use super::AdapterService;
use crate::{
    breaker::CircuitBreaker,
    classify::{ByNamedDisplay, ByTypedDisplay, Judge, Verdict},
    operation::{Kind, Operation},
    outcome::Outcome,
};

/// Makes every request of a tower service a call of one operation, protected by a breaker if asked.
///
/// A request becomes a client span, a latency histogram, outcome counters, an active gauge and an error record, as
/// with `#[instrument_adapter]`. The call begins with `Service::call`; an answer that is dropped is cancelled.
///
/// ```
/// use telemetry_runtime::{AdapterLayer, BreakerConfig, BreakerOpen, CircuitBreaker, ErrorType};
/// use tower_layer::Layer;
///
/// #[derive(Debug, ErrorType)]
/// enum QuoteError {
///     Unavailable(BreakerOpen),
/// }
/// impl From<BreakerOpen> for QuoteError {
///     fn from(open: BreakerOpen) -> Self {
///         Self::Unavailable(open)
///     }
/// }
/// # impl std::fmt::Display for QuoteError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("unavailable") }
/// # }
/// # let service = ();
///
/// let breaker = CircuitBreaker::new("finnhub", BreakerConfig::default());
/// let service = AdapterLayer::new("finnhub", "quote").by_error_type().breaker(&breaker).layer(service);
/// # let _ = service;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AdapterLayer<J = ByNamedDisplay, B = Unprotected> {
    provider: &'static str,
    name: &'static str,
    judge: J,
    protected: B,
}

/// No breaker.
#[derive(Clone, Copy, Debug)]
pub struct Unprotected;

/// The breaker of this name.
#[derive(Clone, Copy, Debug)]
pub struct ProtectedBy(&'static str);

/// Judges by a function of the program.
#[derive(Clone, Copy, Debug)]
pub struct ByFunction<F>(F);

impl<R, F: Fn(&R) -> Outcome + Copy> Judge<R> for ByFunction<F> {
    fn judge<'a>(self, output: &'a R) -> Verdict<'a> {
        self.0(output).into()
    }
}

impl AdapterLayer {
    /// Counts under this provider and this operation; the kind of an error is the name of its type.
    #[must_use]
    pub const fn new(provider: &'static str, operation: &'static str) -> Self {
        Self { provider, name: operation, judge: ByNamedDisplay, protected: Unprotected }
    }
}

impl<J, B> AdapterLayer<J, B> {
    /// Takes the kind of an error from its [`ErrorType`](crate::ErrorType).
    #[must_use]
    pub fn by_error_type(self) -> AdapterLayer<ByTypedDisplay, B> {
        self.judged(ByTypedDisplay)
    }

    /// Lets `classify` decide the outcome of what the service returned.
    ///
    /// ```
    /// use telemetry_runtime::{AdapterLayer, Outcome};
    ///
    /// let layer = AdapterLayer::new("finnhub", "quote").classify(|answer: &Result<u16, String>| match answer {
    ///     Ok(status) if *status < 500 => Outcome::Success,
    ///     Ok(_) => Outcome::error("server_error"),
    ///     Err(_) => Outcome::error("connection"),
    /// });
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn classify<R, F: Fn(&R) -> Outcome + Copy>(self, classify: F) -> AdapterLayer<ByFunction<F>, B> {
        self.judged(ByFunction(classify))
    }

    /// Asks `breaker` before each call; the service's error must be able to say [`BreakerOpen`](crate::BreakerOpen).
    #[must_use]
    pub fn breaker(self, breaker: &CircuitBreaker) -> AdapterLayer<J, ProtectedBy> {
        let Self { provider, name, judge, .. } = self;
        AdapterLayer { provider, name, judge, protected: ProtectedBy(breaker.name()) }
    }

    fn judged<K>(self, judge: K) -> AdapterLayer<K, B> {
        let Self { provider, name, protected, .. } = self;
        AdapterLayer { provider, name, judge, protected }
    }
}

impl<S, J: Copy> Layer<S> for AdapterLayer<J, Unprotected> {
    type Service = AdapterService<S, J, Unprotected>;

    fn layer(&self, inner: S) -> Self::Service {
        let operation = Operation::interned(self.provider, self.name, Kind::Client, None);
        AdapterService::new(inner, operation, self.judge)
    }
}

impl<S, J: Copy> Layer<S> for AdapterLayer<J, ProtectedBy> {
    type Service = AdapterService<S, J, ProtectedBy>;

    fn layer(&self, inner: S) -> Self::Service {
        let breaker = Some(self.protected.0);
        let operation = Operation::interned(self.provider, self.name, Kind::Client, breaker);
        AdapterService::new(inner, operation, self.judge)
    }
}
