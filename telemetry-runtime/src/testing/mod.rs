//! Telemetry for tests: isolated, parallel-safe, on a clock that the test moves.

mod calls;
mod expectation;
mod handle;
#[cfg(feature = "logs")]
mod logs;
mod seen;
mod span_assertions;
mod spans;

use std::time::Duration;

use opentelemetry_sdk::trace::SpanData;

use self::handle::Entered;
#[cfg(feature = "logs")]
pub use self::logs::LoggedRecord;
pub use self::{
    calls::CallAssertions,
    expectation::CallExpectation,
    handle::{InScope, TestHandle},
    span_assertions::SpanAssertions,
};
pub use crate::export::memory::InMemorySpans;
use crate::{
    breaker::{self, BreakerState, CircuitBreaker},
    call,
    clock::{Clock, ManualClock},
    metrics::Snapshot,
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

impl Default for TestTelemetry {
    fn default() -> Self {
        Self::new()
    }
}

impl TestTelemetry {
    /// Begins on this thread.
    #[must_use]
    pub fn new() -> Self {
        let (clock, hands) = Clock::manual();
        Self::begin(TestHandle::new(clock), hands)
    }

    /// The same, with all log records of this thread, and its `tracing` spans as spans of ours.
    ///
    /// Until it is dropped, they go to no other subscriber of the thread. See [`logs`](Self::logs).
    #[cfg(feature = "logs")]
    #[must_use]
    pub fn with_logs() -> Self {
        let (clock, hands) = Clock::manual();
        Self::begin(TestHandle { logs: Some(logs::Captured::new()), ..TestHandle::new(clock) }, hands)
    }

    fn begin(handle: TestHandle, hands: ManualClock) -> Self {
        breaker::record_on_spans(call::record_breaker_event);
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

    /// What is known of the calls of one operation; [`assert_call!`](crate::assert_call) asserts several things at once.
    #[must_use]
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

    /// The only span of that name that has ended.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one; the message shows all spans.
    #[must_use]
    #[track_caller]
    pub fn span(&self, name: &str) -> SpanAssertions {
        SpanAssertions::new(self.spans(), name)
    }

    /// The spans that have ended as an indented tree, one line a span: for snapshots.
    ///
    /// Siblings stand in the order in which they began; a line tells name, status and own attributes.
    #[must_use]
    pub fn tree(&self) -> String {
        spans::tree(&self.spans())
    }

    /// The [`tree`](Self::tree) is this one; indents that all lines share, and empty lines at both ends, do not count.
    ///
    /// ```
    /// use telemetry_runtime::{span, testing::TestTelemetry};
    ///
    /// let telemetry = TestTelemetry::new();
    /// let settle = span("settle").start();
    /// let entered = settle.enter();
    /// drop(span("save").attribute("orders", 3).start());
    /// drop((entered, settle));
    ///
    /// telemetry.assert_tree(
    ///     "
    ///     settle
    ///       save orders=3
    ///     ",
    /// );
    /// ```
    ///
    /// # Panics
    ///
    /// If it is another; the message shows both.
    #[track_caller]
    pub fn assert_tree(&self, expected: &str) {
        let (expected, seen) = (spans::dedented(expected), self.tree());
        assert!(
            expected == seen,
            "the tree of spans is not as expected\n  expected:\n{}\n  seen:\n{}",
            span_assertions::indented(&expected),
            span_assertions::indented(&seen)
        );
    }

    /// The log records that were written so far, in order; none without [`with_logs`](Self::with_logs).
    #[cfg(feature = "logs")]
    #[must_use]
    pub fn logs(&self) -> Vec<LoggedRecord> {
        self.handle.logs.as_ref().map(logs::Captured::records).unwrap_or_default()
    }

    /// The first log record of that level whose message has that text in it.
    ///
    /// # Panics
    ///
    /// If there is none; the message shows all records.
    #[cfg(feature = "logs")]
    #[track_caller]
    pub fn assert_logged(&self, level: tracing::Level, text: &str) -> LoggedRecord {
        let records = self.logs();
        let found = records.iter().find(|record| record.level == level && record.message.contains(text));
        found.cloned().unwrap_or_else(|| {
            let seen: String = records.iter().map(|record| format!("{record}\n")).collect();
            panic!(
                "a record of {level} with `{text}` is expected\n  seen:\n{}",
                span_assertions::indented(&seen)
            )
        })
    }

    /// A recorder for `metrics::with_local_recorder`.
    #[cfg(feature = "prometheus")]
    #[must_use]
    pub fn recorder(&self) -> crate::Recorder {
        crate::Recorder::new(std::sync::Arc::clone(&self.handle.registry))
    }

    /// A layer that counts HTTP requests here.
    #[cfg(feature = "axum")]
    #[must_use]
    pub fn layer(&self) -> crate::HttpServerLayer {
        crate::HttpServerLayer::new(
            std::sync::Arc::clone(&self.handle.registry),
            &crate::setup::Plan::default(),
        )
    }
}
