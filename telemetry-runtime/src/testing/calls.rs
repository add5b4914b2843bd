//! Assertions on the calls of one operation.

use std::time::Duration;

use super::expectation::CallExpectation;
use crate::metrics::{HistogramValue, Snapshot, Value};

/// What is known of the calls of one operation; every assertion gives it back.
///
/// ```
/// use telemetry_runtime::{Operation, testing::{CallAssertions, TestTelemetry}};
///
/// let telemetry = TestTelemetry::new();
/// let _: Result<u32, _> = Operation::new("config", "parse").run(|| "x".parse::<u32>());
/// let parsed: CallAssertions = telemetry.call("config", "parse");
/// parsed.assert_once().assert_errors("parse_int", 1).assert_none_active();
/// assert_eq!(parsed.durations().expect("it is measured").count(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct CallAssertions {
    snapshot: Snapshot,
    provider: String,
    operation: String,
    /// Of their own.
    labels: Vec<(String, String)>,
}

impl CallAssertions {
    pub(super) fn new(snapshot: Snapshot, provider: &str, operation: &str) -> Self {
        let (provider, operation) = (provider.to_owned(), operation.to_owned());
        Self { snapshot, provider, operation, labels: Vec::new() }
    }

    /// Only those with that value of a label of their own.
    #[must_use]
    pub fn with_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((name.into(), value.into()));
        self
    }

    /// Calls that ended with that status.
    #[must_use]
    pub fn status(&self, status: &str) -> u64 {
        self.sum("adapter_requests_total", Some(("status", status)))
    }

    /// Calls that have ended, whatever their status.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.sum("adapter_requests_total", None)
    }

    /// Errors of that type.
    #[must_use]
    pub fn errors(&self, error_type: &str) -> u64 {
        self.sum("adapter_errors_total", Some(("error_type", error_type)))
    }

    /// How long finished calls took; `None` if the operation is not measured.
    #[must_use]
    pub fn durations(&self) -> Option<&HistogramValue> {
        match self.snapshot.value("adapter_request_duration_seconds", &self.labels()) {
            Some(Value::Histogram(value)) => Some(value),
            _ => None,
        }
    }

    /// What a test expects of them, to be judged at once.
    pub fn expect(self) -> CallExpectation {
        CallExpectation::new(self)
    }

    /// Exactly one call has ended.
    ///
    /// # Panics
    ///
    /// If there were more or none; so does every assertion whose numbers differ. The message says what was called.
    #[track_caller]
    pub fn assert_once(&self) -> &Self {
        self.assert_times(1)
    }

    /// Exactly so many calls have ended.
    #[track_caller]
    pub fn assert_times(&self, times: u64) -> &Self {
        self.clone().expect().times(times).check();
        self
    }

    /// Exactly so many calls ended with that status.
    #[track_caller]
    pub fn assert_status(&self, status: &str, times: u64) -> &Self {
        self.clone().expect().status(status, times).check();
        self
    }

    /// Exactly so many errors of that type.
    #[track_caller]
    pub fn assert_errors(&self, error_type: &str, times: u64) -> &Self {
        self.clone().expect().error_type(error_type, times).check();
        self
    }

    /// No call of the provider runs.
    #[track_caller]
    pub fn assert_none_active(&self) -> &Self {
        self.clone().expect().none_active().check();
        self
    }

    pub(super) fn name(&self) -> (&str, &str) {
        (&self.provider, &self.operation)
    }

    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Provider and operation first.
    pub(super) fn labels(&self) -> Vec<(&str, &str)> {
        let own = self.labels.iter().map(|(name, value)| (&**name, &**value));
        [("provider", &*self.provider), ("operation", &*self.operation)].into_iter().chain(own).collect()
    }

    /// What all that ended took together.
    pub(super) fn took(&self) -> Duration {
        let total = self.durations().map_or(0.0, HistogramValue::sum);
        Duration::try_from_secs_f64(total).unwrap_or_default()
    }

    pub(super) fn active(&self) -> f64 {
        match self.snapshot.value("adapter_active_requests", &[("provider", &*self.provider)]) {
            Some(Value::Gauge(active)) => *active,
            _ => 0.0,
        }
    }

    fn sum(&self, family: &str, more: Option<(&str, &str)>) -> u64 {
        let mut labels = self.labels();
        labels.extend(more);
        self.snapshot.sum(family, &labels)
    }
}
