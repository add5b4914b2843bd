//! Taking part in a test's telemetry from wherever a thread or a task runs.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

#[cfg(feature = "logs")]
use super::logs::{Captured, Capturing};
use crate::{
    clock::Clock,
    metrics::{self, MetricRegistry, Snapshot, StoreGuard},
    scope::{self, Scope, ScopeGuard},
};

/// Lets other threads and tasks count in a test's telemetry.
///
/// ```
/// use telemetry_runtime::{Operation, testing::TestTelemetry};
///
/// let telemetry = TestTelemetry::new();
/// let handle = telemetry.handle();
/// let worker = std::thread::spawn(move || handle.run(|| Operation::new("finnhub", "quote").run(|| ())));
/// worker.join().expect("no panic");
/// telemetry.call("finnhub", "quote").assert_once();
/// ```
#[derive(Clone, Debug)]
pub struct TestHandle {
    pub(super) scope: Arc<Scope>,
    pub(super) registry: Arc<MetricRegistry>,
    #[cfg(feature = "logs")]
    pub(super) logs: Option<Captured>,
}

/// Inside of a test until dropped.
#[derive(Debug)]
pub(super) struct Entered {
    #[cfg(feature = "logs")]
    _logs: Option<Capturing>,
    _scope: ScopeGuard,
    _store: StoreGuard,
}

impl TestHandle {
    pub(super) fn new(clock: Clock) -> Self {
        let scope = Arc::new(Scope::new(clock));
        let registry = Arc::new(MetricRegistry::of_scope(Arc::clone(&scope)));
        Self {
            scope,
            registry,
            #[cfg(feature = "logs")]
            logs: None,
        }
    }

    /// Runs `work` inside the test's telemetry, on any thread.
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        let _guard = self.enter();
        work()
    }

    pub(super) fn enter(&self) -> Entered {
        Entered {
            #[cfg(feature = "logs")]
            _logs: self.logs.as_ref().map(Captured::enter),
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
