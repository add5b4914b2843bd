//! Telemetry for tests: isolated, parallel-safe, on a clock that the test moves.

mod calls;
mod spans;

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use opentelemetry_sdk::trace::SpanData;
use pin_project_lite::pin_project;

pub use self::calls::CallAssertions;
pub use crate::export::memory::InMemorySpans;
use crate::{
    breaker::{self, BreakerState, CircuitBreaker},
    call,
    clock::{Clock, ManualClock},
    metrics::{self, MetricRegistry, Snapshot, StoreGuard},
    scope::{self, Scope, ScopeGuard},
};

/// Telemetry of one test.
///
/// Calls on the thread that made it count here and nowhere else until it is dropped, with breakers of its own, on a
/// clock that only [`TestTelemetry::advance`] moves. So tests may run side by side, and none of them sleeps. Other
/// threads and tasks take part through a [`TestHandle`].
///
/// ```
/// use telemetry_runtime::{Operation, testing::TestTelemetry};
///
/// let telemetry = TestTelemetry::new();
/// Operation::new("finnhub", "quote").run(|| ());
/// telemetry.call("finnhub", "quote").assert_once().assert_status("success", 1).assert_none_active();
/// ```
#[derive(Debug)]
pub struct TestTelemetry {
    handle: TestHandle,
    hands: ManualClock,
    _guard: Entered,
}

/// Lets other threads and tasks count in a test's telemetry.
///
/// ```
/// use std::thread;
/// use telemetry_runtime::{Operation, testing::{TestHandle, TestTelemetry}};
///
/// let telemetry = TestTelemetry::new();
/// let handle: TestHandle = telemetry.handle();
/// thread::spawn(move || handle.run(|| Operation::new("jobs", "run").run(|| ()))).join().expect("it does not panic");
/// telemetry.call("jobs", "run").assert_once();
/// ```
#[derive(Clone, Debug)]
pub struct TestHandle {
    scope: Arc<Scope>,
    registry: Arc<MetricRegistry>,
}

/// Inside of a test until dropped.
#[derive(Debug)]
struct Entered {
    _scope: ScopeGuard,
    _store: StoreGuard,
}

impl Default for TestTelemetry {
    fn default() -> Self {
        Self::new()
    }
}

impl TestTelemetry {
    /// Begins on this thread.
    #[must_use]
    pub fn new() -> Self {
        breaker::record_on_spans(call::record_breaker_event);
        let (clock, hands) = Clock::manual();
        let scope = Arc::new(Scope::new(clock));
        let registry = Arc::new(MetricRegistry::of_scope(Arc::clone(&scope)));
        let handle = TestHandle { scope, registry };
        let guard = handle.enter();
        Self { handle, hands, _guard: guard }
    }

    /// For other threads and tasks.
    #[must_use]
    pub fn handle(&self) -> TestHandle {
        self.handle.clone()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.hands.advance(by);
    }

    /// The hands of the clock, for code under test that moves time itself.
    #[must_use]
    pub fn hands(&self) -> ManualClock {
        self.hands.clone()
    }

    /// Leaves out series of metrics that were not fed for so long; zero keeps all. Defaults to zero.
    pub fn expire_series_after(&self, idle: Duration) {
        self.handle.registry.store().set_idle(idle);
    }

    /// What was counted so far.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.handle.snapshot()
    }

    /// What is known of the calls of one operation.
    ///
    /// # Panics
    ///
    /// If there was none.
    #[must_use]
    #[track_caller]
    pub fn call(&self, provider: &str, operation: &str) -> CallAssertions {
        CallAssertions::new(self.snapshot(), provider, operation)
    }

    /// The state of the breaker of that name; closed if no call has met it.
    #[must_use]
    pub fn breaker_state(&self, name: &str) -> BreakerState {
        let counts = self.handle.scope.breakers().counts();
        counts
            .iter()
            .find(|breaker| breaker.name == name)
            .map_or(BreakerState::Closed, |breaker| breaker.state)
    }

    /// The breaker of that name in this test; [`CircuitBreaker::new`] finds the same one.
    #[must_use]
    pub fn breaker(&self, name: &str) -> CircuitBreaker {
        self.handle.scope.breakers().by_hand(name, None)
    }

    /// The spans that have ended, in the order of their ends; every trace is recorded.
    #[must_use]
    pub fn spans(&self) -> Vec<SpanData> {
        spans::ended(&self.handle.scope)
    }

    /// The spans that have ended as an indented tree, one line a span: for snapshots.
    ///
    /// Siblings stand in the order in which they began; a line tells name, status and own attributes.
    #[must_use]
    pub fn tree(&self) -> String {
        spans::tree(&self.spans())
    }

    /// A recorder for `metrics::with_local_recorder`.
    #[cfg(feature = "prometheus")]
    #[must_use]
    pub fn recorder(&self) -> crate::Recorder {
        crate::Recorder::new(Arc::clone(&self.handle.registry))
    }

    /// A layer that counts HTTP requests here.
    #[cfg(feature = "axum")]
    #[must_use]
    pub fn layer(&self) -> crate::HttpServerLayer {
        crate::HttpServerLayer::new(Arc::clone(&self.handle.registry), &crate::setup::Plan::default())
    }
}

impl TestHandle {
    /// Runs `work` inside the test's telemetry, on any thread.
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        let _guard = self.enter();
        work()
    }

    fn enter(&self) -> Entered {
        Entered {
            _scope: scope::enter(Arc::clone(&self.scope)),
            _store: metrics::enter_registry(Arc::clone(&self.registry)),
        }
    }

    /// Polls `future` inside the test's telemetry, wherever its task runs.
    pub fn in_scope<F: Future>(&self, future: F) -> InScope<F> {
        InScope { future, handle: self.clone() }
    }

    /// What was counted so far.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.registry.snapshot()
    }
}

pin_project! {
    /// The future of [`TestHandle::in_scope`].
    ///
    /// ```
    /// use telemetry_runtime::{Operation, testing::{InScope, TestTelemetry}};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let telemetry = TestTelemetry::new();
    /// let task: InScope<_> = telemetry.handle().in_scope(async { Operation::new("jobs", "run").run(|| ()) });
    /// tokio::spawn(task).await.expect("it does not panic");
    /// telemetry.call("jobs", "run").assert_once();
    /// # }
    /// ```
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct InScope<F> {
        #[pin]
        future: F,
        handle: TestHandle,
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _guard = this.handle.enter();
        this.future.poll(cx)
    }
}
