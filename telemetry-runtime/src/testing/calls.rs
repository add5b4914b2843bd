//! Assertions on the calls of one operation.

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
}

impl CallAssertions {
    pub(super) fn new(snapshot: Snapshot, provider: &str, operation: &str) -> Self {
        Self { snapshot, provider: provider.to_owned(), operation: operation.to_owned() }
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
        let labels = [("provider", &*self.provider), ("operation", &*self.operation)];
        match self.snapshot.value("adapter_request_duration_seconds", &labels) {
            Some(Value::Histogram(value)) => Some(value),
            _ => None,
        }
    }

    /// Exactly one call has ended.
    #[track_caller]
    pub fn assert_once(&self) -> &Self {
        self.assert_times(1)
    }

    /// Exactly so many calls have ended.
    #[track_caller]
    pub fn assert_times(&self, times: u64) -> &Self {
        assert_eq!(
            self.ended(),
            times,
            "ended calls of {}.{}: {}",
            self.provider,
            self.operation,
            self.seen()
        );
        self
    }

    /// Exactly so many calls ended with that status.
    #[track_caller]
    pub fn assert_status(&self, status: &str, times: u64) -> &Self {
        let found = self.status(status);
        assert_eq!(
            found,
            times,
            "calls of {}.{} with {status}: {}",
            self.provider,
            self.operation,
            self.seen()
        );
        self
    }

    /// Exactly so many errors of that type.
    #[track_caller]
    pub fn assert_errors(&self, error_type: &str, times: u64) -> &Self {
        let found = self.errors(error_type);
        assert_eq!(
            found,
            times,
            "errors `{error_type}` of {}.{}: {}",
            self.provider,
            self.operation,
            self.seen()
        );
        self
    }

    /// No call of the provider runs.
    #[track_caller]
    pub fn assert_none_active(&self) -> &Self {
        let active = self.snapshot.value("adapter_active_requests", &[("provider", &*self.provider)]);
        let is_none = matches!(active, None | Some(Value::Gauge(0.0)));
        assert!(is_none, "active calls of {}: {active:?}", self.provider);
        self
    }

    fn sum(&self, family: &str, more: Option<(&str, &str)>) -> u64 {
        let mut labels = vec![("provider", &*self.provider), ("operation", &*self.operation)];
        labels.extend(more);
        self.snapshot.sum(family, &labels)
    }

    /// What there is, for the message of a failed assertion.
    fn seen(&self) -> String {
        let families = ["adapter_requests_total", "adapter_errors_total"];
        let series =
            families.iter().filter_map(|name| self.snapshot.family(name)).flat_map(|family| &family.series);
        let seen: Vec<String> = series
            .filter(|series| series.value != Value::Counter(0))
            .map(|series| format!("{:?} {:?}", series.labels, series.value))
            .collect();
        if seen.is_empty() { "nothing was called".to_owned() } else { seen.join(", ") }
    }
}
